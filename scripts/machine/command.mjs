// Running other programs, and talking to the person who waits. Progress goes to stderr: stdout belongs to results.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { root, toolPath } from "./paths.mjs";

/** A failure that one sentence explains; its stack would only hide the sentence. */
export class Stop extends Error {}

/** One line of progress. */
export const say = (line) => process.stderr.write(`${line}\n`);

/** A duration for people: `0.4 s`, `12 s`, `3 min 5 s`. */
export const since = (start) => {
  const seconds = (performance.now() - start) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
};

/** Our environment for a child process, the pinned tools first on its PATH. */
export const environment = (extra = {}) => ({
  ...process.env,
  PATH: toolPath(),
  // wrangler asks questions and reports usage unless told that nobody is there to answer.
  CI: "true",
  WRANGLER_SEND_METRICS: "false",
  // Nor does the local Worker need to ask the internet where it is.
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  ...extra,
});

/**
 * Runs a program to its end, its output on our stderr.
 * `onOutput` gets every chunk instead (and decides what is shown). Gives the exit code; throws `Stop` if it could not
 * start, took longer than `timeout` milliseconds, or failed while `check` is on.
 */
export function run(program, args, { cwd = root, env, check = true, timeout, onOutput } = {}) {
  const stdio = onOutput ? ["ignore", "pipe", "pipe"] : ["ignore", process.stderr, process.stderr];
  const child = spawn(program, args, { cwd, env: environment(env), stdio, timeout });
  if (onOutput) for (const stream of [child.stdout, child.stderr]) stream.on("data", onOutput);
  const called = `${program} ${args.join(" ")}`;
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new Stop(`\`${program}\` could not be started: ${error.message}`)));
    child.on("close", (code, signal) => {
      if (check && code !== 0) reject(new Stop(`\`${called}\` failed (${signal ?? `exit code ${code}`}).`));
      else resolve(code ?? 1);
    });
  });
}

/** As `run`, but the output is shown only if the program fails. */
export async function runQuietly(program, args, options = {}) {
  let output = "";
  const code = await run(program, args, { ...options, check: false, onOutput: (chunk) => (output += chunk) });
  if (code !== 0) throw new Stop(`${output}\n\`${program} ${args.join(" ")}\` failed (exit code ${code}).`);
}

/** What a quick program prints, trimmed; undefined when it is missing or fails. */
export function ask(program, args, { cwd = root, env } = {}) {
  const { status, stdout } = spawnSync(program, args, { cwd, env: environment(env), encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

/** The first of the named programs that is in one of the folders; undefined if none is. */
export function find(names, folders = toolPath().split(delimiter)) {
  for (const name of names) for (const folder of folders) if (existsSync(join(folder, name))) return join(folder, name);
  return undefined;
}

/** Runs `body` if this module is the program that was started; a `Stop` becomes its sentence and exit code 1. */
export async function main(moduleUrl, body) {
  if (process.argv[1] !== fileURLToPath(moduleUrl)) return;
  try {
    process.exitCode = (await body(process.argv.slice(2))) ?? 0;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    say(`\n${error.message}`);
    process.exitCode = 1;
  }
}
