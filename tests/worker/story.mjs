// A small agent's life, made for these tests: what a dream is to find in it is known.

const at = (session, minute) => new Date(Date.UTC(2026, 9, 1 + session, 9, minute)).toISOString();

/** One session: the old password fails, the new one works; in some, the user asks for a form of report. */
function session(index) {
  const calls = [
    { id: `c${index}a`, name: "db_query", arguments: { user: "report_old", table: `orders_${index}` } },
    { id: `c${index}b`, name: "db_query", arguments: { user: "report_ro", table: `orders_${index}` } },
  ];
  const result = (call, content, is_error, minute) => ({ role: "tool", name: call.name, tool_call_id: call.id, content, is_error, at: at(index, minute) });
  const messages = [
    { role: "user", name: "ana", content: `How many orders are open in list ${index}?`, at: at(index, 0) },
    { role: "assistant", content: "Looking.", tool_calls: [calls[0]], at: at(index, 1) },
    result(calls[0], 'FATAL: password authentication failed for user "report_old"', true, 2),
    { role: "assistant", content: "Other user.", tool_calls: [calls[1]], at: at(index, 3) },
    result(calls[1], `${index * 7 + 3} rows`, false, 4),
    { role: "assistant", content: `${index * 7 + 3} orders are open.`, at: at(index, 5) },
  ];
  if (index === 1) messages.push({ role: "user", name: "ana", content: "From now on always answer with the number first.", at: at(index, 6) });
  return { id: `s-${index}`, agent: "clerk", started_at: at(index, 0), ended_at: at(index, 6), outcome: { success: true }, messages };
}

/** `count` transcripts of one session each. */
export const transcripts = (count) => Array.from({ length: count }, (_, index) => `${JSON.stringify(session(index))}\n`);

/** A memory grown untidy: two entries say the same. */
export const memory = {
  schema: "lucidream.memory/1",
  version: 0,
  entries: [
    { id: "m1", text: "The order database is backed up every night at 02:00.", kind: "fact", scope: "agent", source: "user", created_at: "2026-08-01T00:00:00Z" },
    { id: "m2", text: "Every night at 02:00 the order database is backed up.", kind: "fact", scope: "agent", source: "user", created_at: "2026-08-02T00:00:00Z" },
    { id: "m3", text: "Invoices are in euros.", kind: "fact", scope: "agent", source: "user", created_at: "2026-08-03T00:00:00Z", weight: 0.1 },
  ],
};
