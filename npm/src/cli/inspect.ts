import { type Digest, type Format, type Skipped } from "../entry/node.js";
import { type Command, count, exit, options, print, Usage } from "./terminal.js";
import { eachTranscript, formatOf } from "./transcripts.js";

interface Inspected {
  file: string;
  transcript: string;
  format: Format;
  reason: string;
  sessions: Pick<
    Digest,
    "session" | "agent" | "task" | "started_at" | "ended_at" | "outcome" | "ending" | "counts" | "interventions" | "redactions"
  >[];
  skipped: Skipped[];
}

export const inspect: Command = {
  usage: "inspect <transcripts…> [--format F] [--json]",
  about: "Says what was read: sessions, turns, calls, failures, outcomes, and what was skipped.",
  async run(args) {
    const { values, positionals } = options(args, { format: { type: "string" }, json: { type: "boolean" } });
    if (positionals.length === 0) throw new Usage("inspect needs transcripts");
    const transcripts: Inspected[] = [];
    const failed = eachTranscript(positionals, formatOf(values.format), (digested, file) => {
      const { transcript, format, reason, digests, skipped } = digested;
      transcripts.push({ file, transcript, format, reason, sessions: digests.map(overview), skipped });
    });
    print(values.json ? JSON.stringify({ transcripts, failed }) : page(transcripts));
    return transcripts.length === 0 ? exit.failed : exit.done;
  },
};

function overview(digest: Digest): Inspected["sessions"][number] {
  const { session, agent, task, started_at, ended_at, outcome, ending, counts, interventions, redactions } = digest;
  const shown = { session, agent, task, started_at, ended_at, outcome, ending, counts, interventions, redactions };
  return Object.fromEntries(
    Object.entries(shown).filter(([, value]) => value !== undefined),
  ) as Inspected["sessions"][number];
}

function page(transcripts: Inspected[]): string {
  const lines = transcripts.flatMap(({ file, format, reason, sessions, skipped }) => [
    `${file}: ${format} (${reason}), ${count(sessions.length, "session")}`,
    ...sessions.map(line),
    ...skipped.map(
      ({ kind, detail, first, count: times }) => `  skipped ${times} × ${kind}: ${detail} (first at ${first})`,
    ),
  ]);
  const all = transcripts.flatMap(({ sessions }) => sessions);
  const sum = (of: "turns" | "calls" | "failures") => all.reduce((total, { counts }) => total + counts[of], 0);
  const labelled = all.filter(({ outcome, ending }) => outcome ?? ending).length;
  lines.push(
    `${count(all.length, "session")}, ${count(sum("turns"), "turn")}, ${count(sum("calls"), "call")}, ${count(sum("failures"), "failure")}, ${count(labelled, "outcome")} known`,
  );
  return lines.join("\n");
}

function line({ session, started_at, outcome, ending, counts, interventions }: Inspected["sessions"][number]): string {
  const ended =
    outcome?.label ??
    (outcome?.success === undefined ? undefined : outcome.success ? "success" : "failure") ??
    outcome?.reward?.toString() ??
    (ending === undefined ? undefined : `${ending.success ? "success" : "failure"} by the user's last words`);
  const numbers = `${count(counts.turns, "turn")}, ${count(counts.calls, "call")}, ${count(counts.failures, "failure")}`;
  const stopped = interventions?.length ? `, ${count(interventions.length, "intervention")}` : "";
  const tokens = counts.tokens ? `, ${counts.tokens.input + counts.tokens.output} tokens` : "";
  return `  ${session}  ${started_at ?? "time unknown"}  ${numbers}${stopped}${tokens}, outcome ${ended ?? "unknown"}`;
}
