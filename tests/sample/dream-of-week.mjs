// One dream over a generated week, by the package of this checkout, with all that the expectations look at.
import { canonical, digestTranscript, dream, parseMemory, reportMarkdown } from "lucidream";

/** `files` are the texts that the generator writes, by name. */
export function dreamOfWeek(files) {
  const truth = JSON.parse(files["truth.json"]);
  const memory = parseMemory(files["memory.jsonl"], "jsonl");
  const { digests } = digestTranscript(new TextEncoder().encode(files["sessions.jsonl"]));
  const plan = dream({ memory, digests, agent: truth.agent, now: truth.now });
  return { plan, truth, entries: memory.entries, printed: canonical(plan) + reportMarkdown(plan, memory) };
}
