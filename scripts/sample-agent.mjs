// The sample agent's week, sent to a Worker over HTTP as the agent itself would have sent it: session by session, its
// memory once, and then a night.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { say, since, Stop } from "./machine/command.mjs";
import { at } from "./machine/paths.mjs";

const agent = "tier2-support";
const week = (name) => readFileSync(at("examples", "support-week", name), "utf8");
const nightlyCron = "0 3 * * *";
const afterTheWeek = () => JSON.parse(week("truth.json")).now;

/** A dream of a week takes seconds; on a busy machine a little longer. */
const patience = 5 * 60_000;

/** A caller of the Worker: JSON back, and its problem details as one sentence. `allow` are statuses that are answers too. */
const caller =
  (address, key) =>
  async (method, path, { body, type, allow = [] } = {}) => {
    const headers = { authorization: `Bearer ${key}`, ...(type && { "content-type": type }) };
    const response = await fetch(address + path, { method, headers, body });
    if (!response.ok && !allow.includes(response.status)) {
      const problem = await response.text();
      throw new Stop(`${method} ${path} was answered with ${response.status}: ${problem.slice(0, 500)}`);
    }
    return { status: response.status, value: await response.json() };
  };

/** Asks again and again until `done` is content with the answer. */
async function until(ask, done, what) {
  for (const start = performance.now(); performance.now() - start < patience; await sleep(300)) {
    const answer = await ask();
    if (done(answer)) return answer;
  }
  throw new Stop(`${what} took more than ${patience / 60_000} minutes: the Worker's messages above may say why.`);
}

/** The agent, made at its first time: it may dream as soon as it has sessions, for nobody here waits a day. */
async function meet(call) {
  const { status } = await call("GET", `/v1/agents/${agent}`, { allow: [404] });
  if (status !== 404) return;
  const config = { schedule: { idle_minutes: 0, min_hours: 0 } };
  await call("PUT", `/v1/agents/${agent}`, { type: "application/json", body: JSON.stringify({ config }) });
}

/** Sends what the Worker does not have yet, and waits until all of it is digested. */
async function send(call) {
  const sessions = week("sessions.jsonl").trim().split("\n");
  let fresh = 0;
  for (const session of sessions) {
    const { value } = await call("POST", `/v1/agents/${agent}/transcripts?format=envelope`, { body: `${session}\n` });
    if (!value.already) fresh += 1;
  }
  say(`  ${sessions.length} sessions sent, ${fresh} of them new`);
  const { value } = await call("GET", `/v1/agents/${agent}`);
  if (value.memory_version === 0) {
    const { value: stored } = await call("PUT", `/v1/agents/${agent}/memory`, {
      type: "application/jsonl",
      body: week("memory.jsonl"),
    });
    say(`  its memory of ${stored.entries} entries sent`);
  }
  await until(
    () => call("GET", `/v1/agents/${agent}`),
    ({ value: { unread } }) => unread === 0,
    "Digesting the sessions",
  );
}

const latestDream = async (call) => (await call("GET", `/v1/agents/${agent}/dreams?limit=1`)).value.items[0];

/**
 * One run of the nightly cron, for the night after the week: the sample's dream is then the same whenever somebody tries it.
 * Where nothing is new it starts no dream, and the last one stands.
 */
async function night(call, address) {
  const before = await latestDream(call);
  const start = performance.now();
  const when = new URLSearchParams({ cron: nightlyCron, time: Date.parse(afterTheWeek()) });
  const response = await fetch(`${address}/cdn-cgi/handler/scheduled?${when}`);
  if (!response.ok) throw new Stop(`The scheduled handler was answered with ${response.status}.`);
  const over = (dream) => dream !== undefined && !["pending", "running"].includes(dream.state);
  const dream = await until(() => latestDream(call), over, "The dream");
  return { dream, took: dream.id === before?.id ? "dreamt before, nothing is new" : since(start) };
}

/** Every entry of the memory that was dreamt about has one line in the ledger, and so has every transcript. */
async function balance(call, { memory_version, transcripts }, { ledger }) {
  const { value: memory } = await call("GET", `/v1/agents/${agent}/memory?version=${memory_version}`);
  const ids = (entries) =>
    entries
      .map(({ id }) => id)
      .sort()
      .join("\n");
  const balanced = ids(memory.entries) === ids(ledger.entries) && ledger.transcripts.length === transcripts.total;
  const accounted = `${ledger.entries.length} of ${memory.entries.length} entries, ${ledger.transcripts.length} of ${transcripts.total} transcripts`;
  return `${balanced ? "balanced" : "NOT BALANCED"}: ${accounted}`;
}

/** Text from transcripts is anybody's: control characters would let it draw on the terminal. */
const shown = (text) => text.replace(/[\p{Cc}\p{Cf}]+/gu, " ");

const riskFirst = ["high", "medium", "low"];

/** How many operations are shown. */
const shownOperations = 8;

function operationLines({ kind, result, entries, reason }) {
  const what = result?.text ?? entries.join(", ");
  return [`  ${kind.padEnd(9)} ${shown(what).slice(0, 140)}`, `            ${shown(reason).slice(0, 160)}`];
}

/** What a person wants to know in the morning. */
function tell({ dream, took, plan, ledger, address, key }) {
  const { report, operations, quarantine } = plan;
  const counts = Object.entries(report.counts).map(([name, count]) => `${name.replaceAll("_", " ")} ${count}`);
  const bySupport = operations.toSorted(
    (a, b) => b.support.sessions - a.support.sessions || riskFirst.indexOf(a.risk) - riskFirst.indexOf(b.risk),
  );
  const first = bySupport.slice(0, shownOperations);
  const lines = [
    `\nThe dream of ${agent}, night of ${dream.now}: ${dream.state} (${took})`,
    shown(report.summary),
    `Counts: ${counts.join(", ")}`,
    `Tokens of the memory: ${report.tokens_before} before, ${report.tokens_after} if all is approved`,
    `Ledger ${ledger}; ${quarantine.length} in quarantine`,
    `\nThe ${first.length} operations with the most sessions behind them, of ${operations.length}:`,
    ...first.flatMap(operationLines),
    `\nReview it: ${address}/?dream=${dream.id}#key=${key}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Lets the sample agent live its week on this Worker and dream once; tells what came of it. */
export async function sampleWeek(address, key) {
  const start = performance.now();
  const call = caller(address, key);
  say(`Sample: the week of ${agent}`);
  await meet(call);
  await send(call);
  say(`  digested; now it is night (${nightlyCron})`);
  const { dream, took } = await night(call, address);
  if (dream.error) throw new Stop(`The dream ${dream.state}: ${dream.error.code}: ${dream.error.message}`);
  const { value: plan } = await call("GET", `/v1/dreams/${dream.id}/plan`);
  tell({ dream, took, plan, ledger: await balance(call, dream, plan), address, key });
  say(`\nSample done in ${since(start)}.`);
}
