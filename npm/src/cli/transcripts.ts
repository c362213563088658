// Transcripts on disk: finding them, reading them, and a fate for each that cannot be read.
import { createHash } from "node:crypto";
import { createReadStream, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { isLucidreamError, maxTranscriptBytes, type TranscriptFate } from "../entry/node.js";
import { failure } from "../errors.js";
import { sideSuffix } from "./side.js";
import { say } from "./terminal.js";

/** A file that could not be read as a transcript. */
export interface Failed {
  file: string;
  /** `sha256:…` of its bytes; absent when there is no such file. */
  id?: string;
  code: string;
  message: string;
}

/** Failures that say something about one file; all others end the run. */
const codesOfFiles = new Set(["unknown_format", "empty_transcript", "transcript_too_large", "invalid_transcript"]);

/**
 * Calls `read` with the bytes of every transcript under the paths (files, or directories searched for .jsonl, .json and
 * .gz). What cannot be read is told on stderr and given back; the rest goes on. Content seen before is passed over.
 */
export async function eachTranscript(
  paths: string[],
  read: (bytes: Uint8Array, file: string) => void,
): Promise<Failed[]> {
  const failed: Failed[] = [];
  const seen = new Map<string, string>();
  for (const path of paths) {
    for (const file of filesUnder(path)) {
      const problem = await readOne(file, seen, read);
      if (!problem) continue;
      say(`lucidream: ${file}: ${problem.message} (${problem.code})`);
      failed.push(problem);
    }
  }
  return failed;
}

/** The ledger's lines for files that have content but could not be read. */
export function fates(failed: Failed[]): TranscriptFate[] {
  const byId = new Map<string, TranscriptFate>();
  for (const { id, code, message } of failed) {
    if (id !== undefined) byId.set(id, { id, fate: "failed", why: `${code}: ${message}`, sessions: 0 });
  }
  return [...byId.values()];
}

function filesUnder(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const names = readdirSync(path, { recursive: true, encoding: "utf8" }).sort();
  const wanted = names.filter((name) => /\.(jsonl|json|gz)$/.test(name) && !name.endsWith(sideSuffix));
  return wanted.map((name) => join(path, name)).filter((file) => statSync(file).isFile());
}

async function readOne(
  file: string,
  seen: Map<string, string>,
  read: (bytes: Uint8Array, file: string) => void,
): Promise<Failed | undefined> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = contents(file);
    const id = sha256(bytes);
    const first = seen.get(id);
    if (first !== undefined) return (say(`lucidream: ${file}: the same content as ${first}, passed over`), undefined);
    read(bytes, file);
    seen.set(id, file);
    return undefined;
  } catch (error) {
    if (isSystemError(error)) return { file, code: error.code, message: error.message };
    if (!isLucidreamError(error) || !codesOfFiles.has(error.code)) throw error;
    return { file, id: bytes ? sha256(bytes) : await hashFile(file), code: error.code, message: error.message };
  }
}

/** The bytes of a file, unpacked if it is gzip. The size is asked first: a huge file is never read. */
function contents(file: string): Uint8Array {
  const limit = maxTranscriptBytes();
  const { size } = statSync(file);
  if (size > limit) throw failure("transcript_too_large", `the file has ${size} bytes, allowed: at most ${limit}`);
  const bytes = readFileSync(file);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: limit });
  } catch (error) {
    if (isSystemError(error) && error.code === "ERR_BUFFER_TOO_LARGE")
      throw failure("transcript_too_large", `unpacked it has more than ${limit} bytes, allowed: at most ${limit}`);
    throw failure(
      "invalid_transcript",
      `it cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && !isLucidreamError(error) && "code" in error;
}

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  return `sha256:${hash.digest("hex")}`;
}
