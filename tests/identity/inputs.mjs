// What the identity tests dream of.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { at } from "../../scripts/machine/paths.mjs";

const lines = (text) => text.trimEnd().split("\n");
const read = (path) => readFileSync(path, "utf8");

/** The sample agent's week: each session as a transcript of its own, so that their order can change. */
export function sample() {
  const week = (name) => read(at("examples", "support-week", name));
  return {
    transcripts: lines(week("sessions.jsonl")).map((line) => `${line}\n`),
    memory: lines(week("memory.jsonl")),
    now: JSON.parse(week("truth.json")).now,
  };
}

/** Folder of recorded transcripts that lie beside the checkout on some machines, and never inside it. */
const shared = process.env.LUCIDREAM_SHARED ?? resolve(at(".."), "shared");
const recordings = join(shared, "data", "a5_claudecode_tau2_retail");

/** A hundred recorded Claude Code sessions and no memory; undefined where they are absent. */
export function recorded() {
  if (!existsSync(recordings)) return undefined;
  const found = readdirSync(recordings, { recursive: true }).filter((name) => /task_\d+\.jsonl$/.test(name));
  const transcripts = found
    .sort()
    .slice(0, 100)
    .map((name) => read(join(recordings, name)));
  return { transcripts, memory: [], now: "2026-11-09T03:00:00Z" };
}
