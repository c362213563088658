// Transcripts on disk: finding them, reading them, and a fate for each that cannot be read.
import { createHash } from "node:crypto";
import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  type DigestedTranscript,
  type Format,
  isLucidreamError,
  type TranscriptFate,
  TranscriptReader,
} from "../entry/node.js";
import { sideSuffix } from "./side.js";
import { oneOf, say, systemMessage } from "./terminal.js";

/** A file that could not be read as a transcript. */
export interface Failed {
  file: string;
  /** `sha256:…` of its bytes; absent when there is no such file. */
  id?: string;
  code: string;
  message: string;
}

const formats = [
  "envelope",
  "claude-code",
  "anthropic-messages",
  "openai-chat",
  "openai-responses",
  "managed-agents",
  "ai-sdk-ui",
  "ai-sdk-model",
  "langchain",
  "otel",
  "codex",
  "pi",
] as const satisfies readonly Format[];

/** The format that `--format` names; throws `Usage` for one that there is not. */
export const formatOf = (value: string | undefined): Format | undefined => oneOf("--format", value, formats);

/** Failures that say something about one file; all others end the run. */
const codesOfFiles = new Set(["unknown_format", "empty_transcript", "transcript_too_large", "invalid_transcript"]);

/**
 * Digests every transcript under the paths (files, or directories searched for .jsonl, .json and .gz), however large, and
 * hands each on. What cannot be read is told on stderr and given back; the rest goes on. Content seen before is passed over.
 */
export function eachTranscript(
  paths: string[],
  format: Format | undefined,
  take: (digested: DigestedTranscript, file: string) => void,
): Failed[] {
  const failed: Failed[] = [];
  const seen = new Map<string, string>();
  for (const path of paths) {
    for (const file of filesUnder(path)) {
      const problem = readOne(file, format, seen, take);
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

function readOne(
  file: string,
  format: Format | undefined,
  seen: Map<string, string>,
  take: (digested: DigestedTranscript, file: string) => void,
): Failed | undefined {
  let id: string | undefined;
  try {
    const reader = new TranscriptReader(format, { hash: false });
    let problem: unknown;
    id = hashOf(file, (bytes) => {
      // What is wrong with the file is told by its id, so it is hashed to its end.
      if (problem === undefined) problem = caught(() => reader.push(bytes));
    });
    const first = seen.get(id);
    if (first !== undefined) return (say(`lucidream: ${file}: the same content as ${first}, passed over`), undefined);
    if (problem !== undefined) throw problem;
    take(reader.finish(id), file);
    seen.set(id, file);
    return undefined;
  } catch (error) {
    if (isSystemError(error)) return { file, code: error.code, message: systemMessage(error) };
    if (!isLucidreamError(error) || !codesOfFiles.has(error.code)) throw error;
    return { file, ...(id === undefined ? {} : { id }), code: error.code, message: error.message };
  }
}

/** The bytes of a piece: of a large file never more is in memory. */
const pieceBytes = 1024 * 1024;

/** `sha256:…` of a file, each piece of which is shown to `see`. */
function hashOf(file: string, see: (bytes: Uint8Array) => void): string {
  const hash = createHash("sha256");
  const piece = Buffer.allocUnsafe(pieceBytes);
  const open = openSync(file, "r");
  try {
    for (let length = readSync(open, piece); length > 0; length = readSync(open, piece)) {
      const bytes = piece.subarray(0, length);
      hash.update(bytes);
      see(bytes);
    }
  } finally {
    closeSync(open);
  }
  return `sha256:${hash.digest("hex")}`;
}

function caught(act: () => void): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && !isLucidreamError(error) && "code" in error;
}
