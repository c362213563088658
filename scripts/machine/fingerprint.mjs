// What was built from what: a step is skipped while the bytes of its inputs are those of the last time.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, relative, sep } from "node:path";
import { at, root } from "./paths.mjs";

/** All files under the given paths (of the checkout), sorted; paths that do not exist give none. */
export function files(paths, except = []) {
  const dropped = new Set(except.map((path) => at(path)));
  const found = [];
  const visit = (path) => {
    if (dropped.has(path) || !existsSync(path)) return;
    if (!statSync(path).isDirectory()) return void found.push(path);
    for (const name of readdirSync(path)) if (name !== "node_modules") visit(`${path}${sep}${name}`);
  };
  for (const path of paths) visit(at(path));
  return found.sort();
}

/** SHA-256 over the names and bytes of the inputs, and whatever else decides the output. */
export function fingerprint({ inputs, except, also = [] }) {
  const hash = createHash("sha256");
  for (const part of also) hash.update(`${part}\n`);
  for (const file of files(inputs, except)) {
    hash.update(`${relative(root, file)}\n`);
    hash.update(createHash("sha256").update(readFileSync(file)).digest());
  }
  return hash.digest("hex");
}

const stampFile = (name) => at("build", "stamps", name);

/** Is the stamp of the last time the same, and is everything there that was made then? */
export function isFresh(name, print, outputs) {
  const file = stampFile(name);
  return existsSync(file) && readFileSync(file, "utf8") === print && outputs.every((path) => existsSync(at(path)));
}

export function forget(name) {
  rmSync(stampFile(name), { force: true });
}

export function remember(name, print) {
  mkdirSync(dirname(stampFile(name)), { recursive: true });
  writeFileSync(stampFile(name), print);
}
