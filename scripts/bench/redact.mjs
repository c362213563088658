// What the redactor finds and what it leaves: labelled and generated secrets beside the checkout, and how often it strikes in
// ordinary transcripts. `npm run bench -- redact [--misses]`; that also lists what was missed and twenty of the strikes, with the
// kind instead of the value.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { build } from "../build.mjs";
import { Stop } from "../machine/command.mjs";
import { at } from "../machine/paths.mjs";

const data = join(process.env.LUCIDREAM_SHARED ?? at("..", "shared"), "data");

export async function bench(args) {
  const secrets = join(data, "d9_secrets");
  if (!existsSync(secrets)) throw new Stop("The data set d9 is not beside the checkout (LUCIDREAM_SHARED): nothing to measure on.");
  await build(["package"]);
  const engine = await import("lucidream");
  const rows = (name) => lines(unpacked(join(secrets, name))).map((line) => JSON.parse(line));
  const labelled = rows("secrets_labelled.jsonl.gz");
  const strikes = ({ text }) => engine.redact(text).found.length > 0;
  const [secret, harmless] = [1, 0].map((label) => labelled.filter((row) => row.label === label));
  const generated = rows("secrets_generated.jsonl.gz");
  const gone = ({ text, secret }) => !engine.redact(text).text.includes(secret);
  console.log("set                        replaced   of   share");
  console.log(row("labelled secrets", secret.filter(strikes).length, secret.length, "target: at least 95 %"));
  console.log(row("generated secrets", generated.filter(gone).length, generated.length, "target: at least 99 %"));
  console.log(row("labelled as harmless", harmless.filter(strikes).length, harmless.length, "target: at most 5 %"));
  const struck = ordinary(engine);
  if (!args.includes("--misses")) return;
  for (const miss of secret.filter((row) => !strikes(row))) console.log(`missed    ${miss.source} ${miss.rule}: ${miss.text}`);
  for (const miss of generated.filter((row) => !gone(row))) console.log(`missed    ${miss.rule}: ${miss.text}`);
  for (const { text } of harmless.filter(strikes)) console.log(`alarm     ${engine.redact(text).text}`);
  const step = Math.max(1, Math.floor(struck.length / 20));
  for (const line of struck.filter((_, at) => at % step === 0).slice(0, 20)) console.log(`ordinary  ${line}`);
}

/** Counts what is replaced in real sessions; gives the surroundings of each. */
function ordinary(engine) {
  const struck = [];
  for (const [name, folder] of [["a5", "a5_claudecode_tau2_retail"], ["a12", "a12_specstory_team"], ["a10", "a10_bookminder_claude_code"]]) {
    const files = existsSync(join(data, folder)) ? transcripts(join(data, folder)) : [];
    let [turns, bytes, before] = [0, 0, struck.length];
    for (const file of files) {
      for (const session of engine.readTranscript(readFileSync(file)).sessions) {
        turns += session.turns.length;
        for (const { text } of session.turns) {
          bytes += text.length;
          for (const { index } of text.matchAll(/\[REDACTED:[a-z0-9-]+:\d+\]/g))
            struck.push(`${name} ${JSON.stringify(text.slice(Math.max(0, index - 60), index + 60))}`);
        }
      }
    }
    if (files.length > 0) console.log(`${name}: ${struck.length - before} replaced in ${turns} turns, ${(bytes / 1e6).toFixed(1)} MB of text`);
  }
  return struck;
}

const transcripts = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => /^sessions.*\.jsonl(\.gz)?$|\/.*\.jsonl$/.test(name))
    .sort()
    .map((name) => join(folder, name));

const unpacked = (file) => gunzipSync(readFileSync(file)).toString("utf8");

const lines = (text) => text.split("\n").filter((line) => line.trim() !== "");

const row = (name, count, all, target) =>
  `${name.padEnd(25)}${String(count).padStart(10)}${String(all).padStart(5)}${((100 * count) / all).toFixed(1).padStart(7)} %   ${target}`;
