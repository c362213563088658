import { readFileSync } from "node:fs";
import {
  apply as applyTo,
  approveAll,
  autoDecisions,
  type Decision,
  memoryHash,
  type Plan,
  verifyPlan,
} from "../entry/node.js";
import { sideSuffix } from "./side.js";
import { openStore, saveApplied } from "./store.js";
import { type Command, count, exit, options, parseJson, print, say, Usage } from "./terminal.js";

export const apply: Command = {
  usage: "apply <plan.json> --memory PATH [--decisions FILE | --auto | --approve-all] [--json]",
  about: "Carries decisions out: writes the memory in its own form, and the way back beside it.",
  details: `  --memory PATH      the memory that the plan was made for; made if there is nothing yet
  --decisions FILE   JSON: [{"op", "decision": "approve" | "modify" | "reject", "text"?, "reason"?}, …]; what is not named is left alone;
                     a question is answered by approving one of its choices, or the question itself where people say what
                     holds instead, by "modify" with the text that holds, or rejected: then all sides stand
  --auto             approves what needs no review; nothing, and exit code 3, if the plan is held
  --approve-all      approves everything that is proposed; questions stay open, --decisions answers them
  --now T            RFC 3339 time of the decisions (otherwise the clock's)
  --json             what was done, as JSON`,
  run(args) {
    const text = { type: "string" } as const;
    const flag = { type: "boolean" } as const;
    const { values, positionals } = options(args, {
      memory: text,
      decisions: text,
      auto: flag,
      "approve-all": flag,
      now: text,
      json: flag,
    });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0 || values.memory === undefined)
      throw new Usage("apply needs one plan and --memory PATH");
    if ([values.decisions, values.auto, values["approve-all"]].filter((way) => way !== undefined).length !== 1)
      throw new Usage("apply needs one of --decisions FILE, --auto and --approve-all");

    const plan = parseJson<Plan>(readFileSync(file, "utf8"), file);
    verifyPlan(plan);
    if (values.auto && plan.held) {
      say(
        "The plan is held: more would leave the memory than auto mode may take. Nothing was applied; decide with --decisions.",
      );
      return exit.held;
    }
    const decisions = values.auto
      ? autoDecisions(plan)
      : values["approve-all"]
        ? approveAll(plan)
        : decisionsIn(values.decisions ?? "");
    const store = openStore(values.memory);
    const now = values.now ?? new Date().toISOString();
    const applied = applyTo(store.memory, plan, decisions, now);
    if (applied.applied.length > 0 || applied.tombstones.length > 0) saveApplied(store, plan, applied, now);

    const { memory, ledger } = applied;
    const rejected = applied.tombstones.filter(({ cause }) => cause === "rejected").map(({ op }) => op);
    const left = undecided(plan, decisions);
    const done = {
      memory_hash: memoryHash(memory),
      version: memory.version,
      applied: applied.applied,
      rejected,
      undecided: [...left.operations, ...left.questions],
      ledger,
    };
    tellOfSecrets(plan, applied.applied, values.memory);
    if (store.place.form.flat) tellOfLines(decisions);
    if (values.auto) tellOfWaiting(plan, left.operations);
    const active = memory.entries.filter(({ status }) => (status ?? "active") === "active").length;
    if (values.json) print(JSON.stringify(done));
    else
      print(
        `${count(applied.applied.length, "operation")} applied, ${rejected.length} rejected, ${left.operations.length} left alone.${open(left.questions)} ${values.memory} has ${active} active of ${memory.entries.length} entries now.`,
      );
    return exit.done;
  },
};

/** What nobody has decided: operations, and questions of which neither a choice is approved nor the whole rejected. */
function undecided(plan: Plan, decisions: Decision[]): { operations: string[]; questions: string[] } {
  const decided = new Set(decisions.map(({ op }) => op));
  const questions = plan.questions?.filter(({ id, choices }) => ![id, ...(choices ?? []).map(({ op }) => op)].some((op) => decided.has(op)));
  return {
    operations: plan.operations.map(({ id }) => id).filter((id) => !decided.has(id)),
    questions: (questions ?? []).map(({ id }) => id),
  };
}

const open = (questions: string[]): string =>
  questions.length === 0 ? "" : ` ${count(questions.length, "question")} left open, for --decisions.`;

/** What auto mode left to a person, and why. */
function tellOfWaiting(plan: Plan, left: string[]): void {
  const risks = plan.operations.filter(({ id }) => left.includes(id)).map(({ risk }) => risk);
  if (risks.length === 0) return;
  const counts = (["low", "medium", "high"] as const)
    .map((risk) => ({ risk, times: risks.filter((other) => other === risk).length }))
    .filter(({ times }) => times > 0)
    .map(({ risk, times }) => `${times} of ${risk} risk`);
  say(
    `lucidream: ${count(risks.length, "operation")} (${counts.join(", ")}) ${risks.length === 1 ? "needs" : "need"} a person's review, which --auto does not stand in for: --decisions or --approve-all decides`,
  );
}

/** What takes an apply back has the store as it was: a secret that left the store is in it still. */
function tellOfSecrets(plan: Plan, applied: string[], memory: string): void {
  const changed = new Set(plan.operations.filter(({ id }) => applied.includes(id)).flatMap(({ entries }) => entries));
  const held = plan.quarantine.filter(({ kind, entry }) => kind === "secret" && entry !== undefined && changed.has(entry));
  if (held.length > 0)
    say(
      `lucidream: ${count(held.length, "entry", "entries")} held a secret. It is out of the memory, but ${memory}${sideSuffix} has it for \`undo\`, with all else that is remembered, as long as that file is there. Change the secret.`,
    );
}

/** An entry of Markdown is one paragraph: line breaks that a person put into a text do not stay. */
function tellOfLines(decisions: Decision[]): void {
  for (const { op, text } of decisions)
    if (text?.trim().includes("\n"))
      say(`lucidream: the text for ${op} has several lines; in Markdown an entry is one paragraph, so they were joined`);
}

const decisionsIn = (file: string): Decision[] => parseJson<Decision[]>(readFileSync(file, "utf8"), file);
