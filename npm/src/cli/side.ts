// The file beside a store: what the store's own form cannot carry, what was rejected, and the way back.
import { readFileSync, renameSync, rmSync } from "node:fs";
import type { Entry, Inverse, Memory, Tombstone } from "../entry/node.js";
import { failure } from "../errors.js";
import { type Bytes, replaceFile } from "./files.js";
import { parseJson } from "./terminal.js";

/** Ending of the file beside a store. */
export const sideSuffix = ".lucidream.json";

/** A file of the store as it was: text where it is UTF-8, base64 otherwise. */
interface Copy {
  path: string;
  text?: string;
  base64?: string;
}

/** One apply that can be undone. */
export interface Step {
  plan_hash: string;
  applied_at: string;
  inverse: Inverse;
  /** Hash of the store's files before. */
  files_hash: string;
  /** The files before, where writing the memory before would not give their bytes back. */
  files?: Copy[];
}

/** The content of the file. */
export interface Side {
  schema: "lucidream.side/1";
  /** Hash of the store's files as they were written last. */
  files_hash: string;
  /** Hash of the store's files that those took the place of. */
  previous_hash: string;
  /** Version of the memory, which only JSON carries. */
  version: number;
  /** The whole store, where its form cannot carry it: ids, evidence, entries that left the active set. */
  memory?: Memory;
  /** Of a store whose form carries everything: what sessions speak for in it, to see what its owner takes out. */
  mined?: Entry[];
  /** What was rejected. */
  tombstones: Tombstone[];
  /** The applies, the last one last. */
  steps: Step[];
}

export function emptySide(hash: string): Side {
  return { schema: "lucidream.side/1", files_hash: hash, previous_hash: hash, version: 0, tombstones: [], steps: [] };
}

const sidePath = (store: string): string => `${store.replace(/[\\/]+$/, "")}${sideSuffix}`;
// Written before the store is touched, and takes the other's place after: a crash in between loses neither.
const nextPath = (store: string): string => `${sidePath(store)}.next`;

/** Reads the file beside a store whose files have this hash; first ends what a crash interrupted. */
export function readSide(store: string, hash: string): Side | undefined {
  const next = load(nextPath(store));
  if (next?.files_hash === hash) renameSync(nextPath(store), sidePath(store));
  else if (next?.previous_hash === hash) rmSync(nextPath(store));
  else if (next) {
    const told = `${store} was being written when the program was stopped, and is neither as before nor as planned`;
    throw failure(
      "interrupted",
      `${told}; the way back is in ${nextPath(store)}, delete it to go on with the files as they are`,
    );
  }
  return load(sidePath(store));
}

/** Writes the store through `write` and the file beside it, both or neither. */
export function commit(store: string, side: Side, write: () => void): void {
  replaceFile(nextPath(store), `${JSON.stringify(side, null, 1)}\n`);
  write();
  renameSync(nextPath(store), sidePath(store));
}

/** Removes the file beside a store when it holds nothing any more. */
export function removeSide(store: string): void {
  rmSync(sidePath(store), { force: true });
}

function load(path: string): Side | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const side = parseJson<Side>(text, path);
  if (side.schema !== "lucidream.side/1")
    throw failure(
      "invalid_memory",
      `${path}: \`schema\` is ${JSON.stringify(side.schema)}, allowed: "lucidream.side/1"`,
    );
  return side;
}

/** Files as they can stand in JSON, and back. */
export function copies(files: Bytes[]): Copy[] {
  return files.map(({ path, bytes }) => {
    const text = Buffer.from(bytes).toString("utf8");
    const whole = Buffer.compare(Buffer.from(text, "utf8"), bytes) === 0;
    return whole ? { path, text } : { path, base64: Buffer.from(bytes).toString("base64") };
  });
}

export function originals(copies: Copy[]): Bytes[] {
  return copies.map(({ path, text, base64 }) => ({
    path,
    bytes: text === undefined ? Buffer.from(base64 ?? "", "base64") : Buffer.from(text, "utf8"),
  }));
}
