// The command line tool of the installed package, and folders for it to work in.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { install, runner, scratch } from "./install.mjs";

export const lucidream = runner(install());
export const code = { done: 0, failed: 1, usage: 2, held: 3 };
export const json = ({ stdout }) => JSON.parse(stdout);
export const succeed = (args, options) => {
  const result = lucidream(args, options);
  assert.equal(result.status, code.done, result.stderr);
  return result;
};

/** A folder with the named files. */
export function folder(files) {
  const path = scratch();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(path, name, ".."), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

export const turn = (role, content) => ({ role, content });
const times = { started_at: "2026-11-02T08:00:00Z", ended_at: "2026-11-02T08:05:00Z" };
export const session = (...messages) => `${JSON.stringify({ id: "s1", agent: "a", ...times, messages })}\n`;
export const wish = session(turn("user", "From now on always answer in German."), turn("assistant", "Gerne."));
export const now = "2026-11-08T03:00:00Z";
