import { readFileSync } from "node:fs";
import {
  canonical,
  type ConfigInput,
  type Digest,
  dream as dreamOf,
  type Format,
  type Memory,
  type Plan,
  reportMarkdown,
  type Usage as Recalls,
  type Users,
} from "../entry/node.js";
import { failure, isLucidreamError } from "../errors.js";
import { replaceFile } from "./files.js";
import { readStore } from "./store.js";
import { type Command, count, exit, options, parseJson, print, say, since, Usage } from "./terminal.js";
import { eachTranscript, type Failed, fates, formatOf } from "./transcripts.js";

export const dream: Command = {
  usage: "dream <transcripts…> [--memory PATH] [--out plan.json] [--report report.md] [--json]",
  about:
    "Reads transcripts and a memory, and proposes what to change. Writes nothing but what --out and --report name.",
  details: `  <transcripts…>   files, or directories searched for .jsonl, .json and .gz
  --memory PATH    .json, .jsonl, .md (each also .gz), or a directory of Markdown files; an empty store without it. Where no
                   session is found, the store alone is looked after
  --out FILE       writes the plan, which \`lucidream apply\` takes
  --report FILE    writes the report, Markdown
  --config FILE    JSON; what it leaves out has its default
  --redact-personal
                   replaces addresses of mail, phone numbers, card numbers and IBANs too in what sessions bring
  --users U        who talks with the agent: team (what one asks for holds for all) or customers (for nobody else)
  --usage FILE     JSON: {"<entry id>": {"recalls": 3, "last_recalled_at": "…"}, …}; what nobody uses may be retired
  --format F       format of the transcripts (otherwise found out): envelope, claude-code, anthropic-messages, openai-chat,
                   openai-responses, managed-agents, ai-sdk-ui, ai-sdk-model, langchain, otel, codex, pi
  --agent A        the agent that the plan is for
  --project P      the project of sessions that name none
  --now T          RFC 3339 time that the dream takes for now (otherwise the clock's)
  --json           the plan on stdout instead of the report`,
  async run(args) {
    const start = performance.now();
    const text = { type: "string" } as const;
    const given = {
      memory: text,
      out: text,
      report: text,
      config: text,
      usage: text,
      format: text,
      agent: text,
      project: text,
      now: text,
      "redact-personal": { type: "boolean" },
      users: text,
      json: { type: "boolean" },
    } as const;
    const { values, positionals } = options(args, given);
    if (positionals.length === 0 && values.memory === undefined)
      throw new Usage("dream needs transcripts, a --memory, or both");
    const settings = values.config === undefined ? {} : settingsIn(values.config);
    const personal = values["redact-personal"] ? { redact_personal: true } : {};
    const users = values.users === undefined ? {} : { users: usersOf(values.users) };
    const config = { ...settings, ...personal, ...users };
    const { memory, tombstones, exists } = readStore(values.memory);
    if (values.memory !== undefined && !exists) {
      if (positionals.length === 0) throw failure("not_found", `there is no memory at ${values.memory}`);
      say(`lucidream: starts from an empty memory: there is nothing at ${values.memory} yet`);
    }
    tellOfTimes(memory);

    const { digests, failed } = digestsOf(positionals, formatOf(values.format), values.project);
    if (digests.length === 0 && positionals.length > 0) {
      // Files with nothing in them leave the store to look after; any other trouble is a mistake to tell of.
      if (!exists || failed.some(({ code }) => code !== "empty_transcript"))
        throw failure("nothing_read", "none of the transcripts could be read");
      say(`lucidream: no session was read: only the memory at ${values.memory} is looked after`);
    }
    const usage =
      values.usage === undefined
        ? {}
        : { usage: parseJson<Record<string, Recalls>>(readFileSync(values.usage, "utf8"), values.usage) };
    const agent = values.agent === undefined ? {} : { agent: values.agent };
    const now = values.now ?? new Date().toISOString();
    const plan = dreamOf({ memory, digests, transcripts: fates(failed), tombstones, ...usage, ...agent, now, config });

    if (values.out !== undefined) replaceFile(values.out, canonical(plan));
    const report = reportMarkdown(plan, memory);
    if (values.report !== undefined) replaceFile(values.report, report);
    print(values.json ? canonical(plan) : report);
    tell(plan, digests.length, failed, start);
    if (values.out === undefined && !values.json && plan.operations.length + (plan.questions?.length ?? 0) > 0)
      say("The plan was not kept: --out plan.json does, for `lucidream apply`.");
    return plan.held ? exit.held : exit.done;
  },
};

function usersOf(name: string): Users {
  if (name !== "team" && name !== "customers")
    throw new Usage(`--users is ${JSON.stringify(name)}: it has to be team or customers`);
  return name;
}

/** The settings of a file. Tries each by itself, so that what the engine refuses is told with its file and its key. */
function settingsIn(file: string): ConfigInput {
  const settings = parseJson<unknown>(readFileSync(file, "utf8"), file);
  if (typeof settings !== "object" || settings === null || Array.isArray(settings))
    throw failure("invalid_argument", `${file}: the settings have to be one JSON object`);
  const empty: Memory = { schema: "lucidream.memory/1", version: 0, entries: [] };
  for (const [key, value] of Object.entries(settings)) {
    try {
      dreamOf({ memory: empty, digests: [], now: "2000-01-01T00:00:00Z", config: { [key]: value } });
    } catch (error) {
      if (!isLucidreamError(error)) throw error;
      const problem = error.message.replace(/^input is not valid: /, "").replace(/ at line \d+ column \d+$/, "");
      throw failure(error.code, `${file}: the setting \`${key}\` (${JSON.stringify(value)}): ${problem}`);
    }
  }
  return settings;
}

/** Entries with a time that is none take part as if it were not known. */
function tellOfTimes({ entries }: Memory): void {
  const isTime = (text: string) =>
    /^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})?)?$/.test(text.trim());
  const odd = entries.filter(({ created_at }) => created_at !== undefined && !isTime(created_at));
  const [first] = odd;
  if (!first) return;
  const more = odd.length > 1 ? `, and of ${odd.length - 1} more` : "";
  say(
    `lucidream: \`created_at\` of entry ${first.id} is ${JSON.stringify(first.created_at)}${more}: not an RFC 3339 time, taken as not known`,
  );
}

function digestsOf(
  paths: string[],
  format: Format | undefined,
  project: string | undefined,
): { digests: Digest[]; failed: Failed[] } {
  const digests: Digest[] = [];
  const unnamed = project === undefined ? {} : { project };
  const failed = eachTranscript(paths, format, (digested) => {
    digests.push(...digested.digests.map((digest) => ({ ...unnamed, ...digest })));
  });
  return { digests, failed };
}

function tell(plan: Plan, sessions: number, failed: Failed[], start: number): void {
  const trouble = failed.length === 0 ? "" : `, ${count(failed.length, "file")} not read`;
  say(
    `${count(sessions, "session")} read${trouble}, ${count(plan.operations.length, "operation")} proposed in ${since(start)}.`,
  );
  if (plan.held)
    say("The plan is held: more would leave the memory than auto mode may take. A person has to look at it.");
  if (plan.questions?.length) say(`${count(plan.questions.length, "question")} to decide: see the report.`);
}
