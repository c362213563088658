// Lucidream in a program of your own: one dream over the sample agent's week, looked at, decided, applied, taken back.
// In a checkout: `npm run build package`, then `node examples/quickstart.mjs`.
import { readFileSync } from "node:fs";
import { apply, digestTranscript, dream, parseMemory, preview, recall, render, undo } from "lucidream";

const week = new URL("./support-week/", import.meta.url);
const memory = parseMemory(readFileSync(new URL("memory.jsonl", week), "utf8"));
const { digests } = digestTranscript(readFileSync(new URL("sessions.jsonl", week)));

// A dream only proposes. The engine has no clock: the same input gives the same plan, byte for byte.
const now = "2026-11-09T03:00:00Z";
const plan = dream({ memory, digests, now });
console.log(plan.report.summary);
for (const { kind, reason, result, evidence } of plan.operations.slice(0, 5)) {
  console.log(`\n${kind}: ${result?.text ?? ""}\n  ${reason}`);
  if (evidence[0])
    console.log(`  > ${evidence[0].quote.slice(0, 100)} (session ${evidence[0].session}, turn ${evidence[0].turn})`);
}

// A person decides; what nobody decided is left alone. Here: yes to what can do no harm.
const decisions = plan.operations
  .filter(({ risk }) => risk === "low")
  .map(({ id }) => ({ op: id, decision: "approve" }));
const { tokens_before, tokens_after } = preview(memory, plan, decisions);
console.log(
  `\n${decisions.length} of ${plan.operations.length} approved: ${tokens_before} tokens would become ${tokens_after}.`,
);

const applied = apply(memory, plan, decisions, now);
console.log(
  "\nBest memory for “restart the application server”:",
  recall(applied.memory, "restart the application server", 1)[0]?.text,
);
console.log(`\n${render(applied.memory, { format: "claude_md", token_budget: 200 }).files[0].content}`);

const before = undo(applied.memory, applied.inverse);
console.log("Taken back, nothing lost:", JSON.stringify(before) === JSON.stringify(memory));
