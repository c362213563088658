// How long a dream takes over digests, in Node: 100 sessions, and as many copies of them as 10,000 need, each under a name of
// its own. `npm run bench -- mine`; on real sessions beside the checkout where they are, else on the sample's.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "../build.mjs";
import { at } from "../machine/paths.mjs";

const now = "2026-11-09T03:00:00Z";
const most = 10_000;

export async function bench() {
  await build(["package"]);
  const { digestTranscript, dream } = await import("lucidream");
  const read = (bytes) => digestTranscript(bytes).digests;
  const { name, digests } = sessions(read);
  console.log(`${name}: sessions   digests      dream   operations`);
  for (const count of [digests.length, 1_000, most]) {
    const many = Array.from({ length: count }, (_, at) => copy(digests[at % digests.length], Math.floor(at / digests.length)));
    const config = { max_sessions: Math.max(count, 100) };
    const times = Array.from({ length: count > 1_000 ? 1 : 5 }, () => timed(() => dream({ digests: many, now, config })));
    const [{ result }] = times;
    const megabytes = (JSON.stringify(many).length / 1e6).toFixed(1).padStart(8);
    const middle = times.map(({ ms }) => ms).sort((a, b) => a - b)[Math.floor(times.length / 2)];
    console.log(
      `${" ".repeat(name.length + 2)}${String(count).padStart(8)} ${megabytes} MB ${middle.toFixed(0).padStart(8)} ms ${String(result.operations.length).padStart(12)}`,
    );
  }
}

function timed(work) {
  const start = performance.now();
  const result = work();
  return { result, ms: performance.now() - start };
}

/** The same session as another one: other names, and a content of its own. */
function copy(digest, round) {
  if (round === 0) return digest;
  const mark = `-${round}`;
  const text = JSON.stringify(digest).replaceAll(JSON.stringify(digest.session), JSON.stringify(digest.session + mark));
  return { ...JSON.parse(text), fingerprint: unlike(digest.fingerprint, round) };
}

/** Copies count once, so these must not look like any. */
function unlike(fingerprint, round) {
  const other = (value) => {
    if (typeof value === "number") return value + round;
    if (typeof value === "string") return `${value}${round}`;
    if (Array.isArray(value)) return value.map(other);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, other(v)]));
    return value;
  };
  return other(fingerprint);
}

function sessions(read) {
  const data = join(process.env.LUCIDREAM_SHARED ?? at("..", "shared"), "data");
  const folder = join(data, "a5_claudecode_tau2_retail", "haiku_base_solo_complete_dataset");
  if (!existsSync(folder)) {
    const sample = readFileSync(at("examples", "support-week", "sessions.jsonl"));
    return { name: "sample", digests: read(sample) };
  }
  // Their outcomes stand in a list beside them; without outcomes there are no effects to look for.
  const lines = readFileSync(join(folder, "..", "manifest.jsonl"), "utf8").trimEnd().split("\n");
  const success = new Map(lines.map((line) => JSON.parse(line)).map((entry) => [basename(entry.file), entry.success]));
  const labelled = (file) =>
    read(readFileSync(join(folder, file))).map((digest) => ({ ...digest, outcome: { success: success.get(file) } }));
  return { name: "a5", digests: readdirSync(folder).slice(0, 100).flatMap(labelled) };
}
