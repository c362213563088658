// Files as bytes: read as they are, replaced whole or not at all.
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

/** A file by its path below a store (empty for a store that is one file) and its bytes. */
export interface Bytes {
  path: string;
  bytes: Uint8Array;
}

/** `sha256:…` over paths and bytes, in the order of the paths. */
export function hashOf(files: Bytes[]): string {
  const hash = createHash("sha256");
  for (const { path, bytes } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return `sha256:${hash.digest("hex")}`;
}

/** Writes a file so that a crash leaves the old content or the new, never a piece. A symbolic link keeps pointing. */
export function replaceFile(path: string, content: Uint8Array | string): void {
  const old = statSync(path, { throwIfNoEntry: false });
  // A device or pipe (`--out /dev/stdout`) cannot be renamed over.
  if (old && !old.isFile()) return writeFileSync(path, content);
  const target = old ? realpathSync(path) : path;
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    const file = openSync(temporary, "w", old?.mode);
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    // The mode given to open is cut by the umask.
    if (old) chmodSync(temporary, old.mode);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
