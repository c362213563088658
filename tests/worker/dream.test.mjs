// The way of a dream through the Worker, from uploads to an undone memory.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { auditActions, sha256, start } from "./host.mjs";
import { memory, transcripts } from "./story.mjs";

let host;
before(async () => { host = await start(); });
after(() => host?.stop());

const night = "2026-11-02T03:00:00.000Z";

test("a dream from upload to undo", async () => {
  const me = await host.client();
  assert.equal((await me.agent("clerk")).status, 200);
  const texts = transcripts(5);
  for (const text of texts) {
    const { status, body } = await me.upload("clerk", text);
    assert.deepEqual([status, body], [201, { id: sha256(text), bytes: text.length, already: false }]);
  }
  const put = await me.put("/agents/clerk/memory", memory);
  assert.deepEqual([put.status, put.body.memory_version, put.body.entries, put.body.changed], [200, 1, 3, true]);
  const before = await me.get("/agents/clerk/memory");
  assert.equal(before.headers.get("etag"), `"${put.body.memory_hash}"`);
  const agent = await me.allRead("clerk");
  assert.deepEqual([agent.state, agent.new_transcripts, agent.new_sessions], ["idle", 5, 5]);

  await host.cron(night);
  const [dream] = (await me.get("/agents/clerk/dreams")).body.items;
  const done = await me.dreamIn(dream.id, "review", "completed", "failed");
  assert.equal(done.state, "review");
  assert.deepEqual(done.transcripts, { total: 5, digested: 5, failed: 0, left_out: 0 });
  assert.equal(done.now, night);
  assert.equal(done.sessions, 5);
  const waiting = (await me.get("/dreams?state=review")).body.items;
  assert.deepEqual(waiting.map(({ id }) => id), [dream.id]);
  assert.equal((await me.get("/agents/clerk")).body.state, "review");

  const { body: plan, headers } = await me.get(`/dreams/${dream.id}/plan`);
  assert.equal(headers.get("etag"), `"${plan.plan_hash}"`);
  assert.equal(plan.memory_hash, put.body.memory_hash);
  assert.equal(plan.ledger.transcripts.length, 5);
  const mistake = plan.operations.find((one) => one.kind === "add" && one.result.text.includes("report_ro"));
  assert.ok(mistake, "the recurring mistake and its fix");
  const merge = plan.operations.find((one) => one.entries.includes("m1") || one.entries.includes("m2"));
  assert.ok(merge, "the duplicate");
  const evidence = mistake.evidence[0];
  const raw = await me.fetch(`/transcripts/${encodeURIComponent(evidence.transcript)}`);
  assert.ok(texts.includes(await raw.text()));
  assert.equal(raw.headers.get("content-disposition"), "attachment");

  const decisions = plan.operations.map(({ id }) => ({ op: id, decision: id === merge.id ? "reject" : "approve" }));
  const submission = { plan_hash: plan.plan_hash, decisions };
  const decided = await me.post(`/dreams/${dream.id}/decisions`, submission);
  assert.equal(decided.status, 200);
  assert.deepEqual(decided.body.rejected, [merge.id]);
  assert.equal(decided.body.memory_version, 2);
  const again = await me.post(`/dreams/${dream.id}/decisions`, { ...submission, decisions: decisions.toReversed() });
  assert.deepEqual(again.body, decided.body);
  const other = await me.post(`/dreams/${dream.id}/decisions`, { ...submission, decisions: decisions.slice(1) });
  assert.deepEqual([other.status, other.body.code], [409, "dream_closed"]);

  const published = await me.get("/agents/clerk/memory.md");
  assert.equal(published.headers.get("content-type"), "text/markdown; charset=utf-8");
  assert.ok(published.text.includes(mistake.result.text));
  assert.deepEqual((await me.get("/agents/clerk")).body.published_version, 2);
  const kv = await host.mf.getKVNamespace("KV");
  assert.equal(await kv.get(`published:${me.workspace}:clerk`), published.text);
  const oldest = await me.get("/agents/clerk/memory?version=1");
  assert.equal(oldest.text, before.text, "every version can be read back to the byte");

  const undone = await me.post(`/dreams/${dream.id}/undo`);
  assert.deepEqual([undone.status, undone.body.memory_hash], [200, put.body.memory_hash]);
  assert.deepEqual((await me.post(`/dreams/${dream.id}/undo`)).body, undone.body);
  const restored = await me.get("/agents/clerk/memory");
  assert.equal(restored.text, before.text);
  assert.ok(!(await me.get("/agents/clerk/memory.md")).text.includes(mistake.result.text));

  assert.deepEqual(await auditActions(me), [
    "agent.created", ...texts.map(() => "transcript.uploaded"), "memory.written", "dream.started", "dream.planned", "dream.decided", "dream.undone",
  ]);
});

test("a rejection is remembered by the next dream", async () => {
  const me = await host.client();
  await me.agent("clerk");
  for (const text of transcripts(4)) await me.upload("clerk", text);
  await me.put("/agents/clerk/memory", memory);
  const first = await dreamByHand(me);
  const reject = first.plan.operations.map(({ id }) => ({ op: id, decision: "reject", reason: "no" }));
  const decided = await me.post(`/dreams/${first.id}/decisions`, { plan_hash: first.plan.plan_hash, decisions: reject });
  assert.deepEqual([decided.status, decided.body.applied, decided.body.memory_version], [200, [], 1]);
  assert.equal((await me.post(`/dreams/${first.id}/undo`)).body.code, "dream_closed");
  const { body } = await me.post("/agents/clerk/dreams");
  const second = await me.dreamIn(body.id, "review", "completed", "failed");
  assert.deepEqual([second.state, second.operations], ["completed", 0]);
});

test("the owner's Markdown comes back to the byte, with what was approved", async () => {
  const me = await host.client();
  const rules = "House rules\n===\n\nKept for **all**.\n\n* Deploy on Mondays.\n* Ask Ana first.\n* deploy on mondays\n\n| a |\n|---|\n";
  const markdown = { "content-type": "text/markdown" };
  assert.equal((await me.put("/agents/clerk/memory", rules, markdown)).body.memory_version, 1);
  assert.equal((await me.put("/agents/clerk/memory", rules, markdown)).body.changed, false);
  assert.equal((await me.get("/agents/clerk/memory.md")).text, rules);
  const { id, plan } = await dreamByHand(me);
  const decisions = plan.operations.map((one) => ({ op: one.id, decision: "approve" }));
  await me.post(`/dreams/${id}/decisions`, { plan_hash: plan.plan_hash, decisions });
  const published = (await me.get("/agents/clerk/memory.md")).text;
  const one = ["* Deploy on Mondays.\n", "* deploy on mondays\n"].map((line) => rules.replace(line, ""));
  assert.ok(one.includes(published), published);

  // The owner goes on writing; what left the active set stays known.
  const longer = published.replace("* Ask Ana first.\n", "* Ask Ana first.\n* Use UTC.\n");
  const put = await me.put("/agents/clerk/memory", longer, markdown);
  assert.deepEqual([put.status, put.body.changed], [200, true]);
  const entries = (await me.get("/agents/clerk/memory")).body.entries;
  assert.ok(entries.some(({ status }) => status === "merged"), JSON.stringify(entries));
  assert.equal((await me.get("/agents/clerk/memory.md")).text, longer);
  assert.equal((await me.get("/agents/clerk/memory?version=1")).body.files[0].content, rules);
});

test("a question is answered with what holds instead, and the answer taken back", async () => {
  const me = await host.client();
  const rules = "- The proxy listens on port 3128.\n- The proxy listens on port 3129.\n- Ask Ana first.\n";
  await me.put("/agents/clerk/memory", rules, { "content-type": "text/markdown" });
  const { id, plan } = await dreamByHand(me);
  const [question] = plan.questions;
  const answer = (decision) => me.post(`/dreams/${id}/decisions`, { plan_hash: plan.plan_hash, decisions: [{ op: question.id, ...decision }] });
  assert.equal((await answer({ decision: "modify" })).body.code, "invalid_decision");
  const told = await answer({ decision: "modify", text: "The proxy listens on port 3130." });
  assert.equal(told.status, 200, told.text);
  assert.equal((await me.get("/agents/clerk/memory.md")).text, "- The proxy listens on port 3130.\n- Ask Ana first.\n");
  assert.equal((await me.post(`/dreams/${id}/undo`)).status, 200);
  assert.equal((await me.get("/agents/clerk/memory.md")).text, rules);
});

test("what somebody deletes by hand is not proposed again from the same sessions", async () => {
  const me = await host.client();
  await me.agent("clerk");
  for (const text of transcripts(4)) await me.upload("clerk", text);
  const { id, plan } = await dreamByHand(me);
  const added = plan.operations.find((one) => one.kind === "add" && one.result.text.includes("report_ro"));
  assert.ok(added, JSON.stringify(plan.operations));
  const decisions = plan.operations.map((one) => ({ op: one.id, decision: "approve" }));
  await me.post(`/dreams/${id}/decisions`, { plan_hash: plan.plan_hash, decisions });
  const store = (await me.get("/agents/clerk/memory")).body;
  assert.ok(store.entries.some(({ text }) => text === added.result.text));
  const without = { ...store, entries: store.entries.filter(({ text }) => text !== added.result.text) };
  assert.equal((await me.put("/agents/clerk/memory", without)).body.changed, true);
  const { body } = await me.post("/agents/clerk/dreams");
  const second = await me.dreamIn(body.id, "review", "completed", "failed");
  assert.deepEqual([second.state, second.operations], ["completed", 0]);
});

test("what nobody recalls may be retired, once somebody counts", async () => {
  const me = await host.client();
  await me.agent("clerk");
  await me.put("/agents/clerk/memory", memory);
  assert.equal((await me.put("/agents/clerk/usage", { m3: { recalls: -1 } })).body.code, "invalid_argument");
  const usage = { m3: { recalls: 5, last_recalled_at: new Date().toISOString() } };
  assert.deepEqual((await me.put("/agents/clerk/usage", usage)).body, { entries: 1 });
  assert.equal((await me.put("/agents/nobody/usage", usage)).body.code, "not_found");
  const { plan } = await dreamByHand(me);
  const retired = plan.operations.filter((one) => one.kind === "retire").flatMap((one) => one.entries);
  assert.deepEqual(retired.sort(), ["m1", "m2"]);
});

test("broken, unknown and empty transcripts fail alone", async () => {
  const me = await host.client();
  await me.agent("clerk");
  const good = transcripts(3);
  for (const text of good) await me.upload("clerk", text);
  const half = await me.upload("clerk", `${transcripts(4)[3]}{"id": "broken`);
  const binary = await me.upload("clerk", new Uint8Array([0, 159, 146, 150, 1, 2, 3]));
  const empty = await me.upload("clerk", "");
  assert.deepEqual([half.status, binary.status, empty.status, empty.body.code], [201, 201, 400, "empty_transcript"]);
  await me.allRead("clerk");
  const found = await me.list("/agents/clerk/transcripts?limit=2");
  const states = Object.fromEntries(found.map((one) => [one.id, [one.state, one.sessions, one.error?.code ?? null]]));
  assert.deepEqual(states[binary.body.id], ["failed", 0, "unknown_format"]);
  assert.deepEqual(states[half.body.id], ["digested", 1, null]);
  assert.equal(found.length, 5);
  const { plan, dream } = await dreamByHand(me);
  assert.deepEqual(dream.transcripts, { total: 5, digested: 4, failed: 1, left_out: 0 });
  const fates = Object.fromEntries(plan.ledger.transcripts.map(({ id, fate }) => [id, fate]));
  assert.equal(fates[binary.body.id], "failed");
  assert.equal(Object.values(fates).filter((fate) => fate === "read").length, 4);
});

test("what does not fit into a dream is named in its ledger", async () => {
  const me = await host.client();
  await me.agent("clerk", { max_sessions: 3 });
  for (const text of transcripts(5)) await me.upload("clerk", text);
  const { plan, dream } = await dreamByHand(me);
  assert.deepEqual(dream.transcripts, { total: 3, digested: 3, failed: 0, left_out: 2 });
  assert.deepEqual(plan.ledger.transcripts.map(({ fate }) => fate).sort(), ["read", "read", "read", "skipped", "skipped"]);
  assert.equal((await me.get("/agents/clerk")).body.new_transcripts, 0);
});

test("a memory written meanwhile makes the plan stale, and a new dream takes its place", async () => {
  const me = await host.client();
  await me.agent("clerk");
  for (const text of transcripts(3)) await me.upload("clerk", text);
  const { id, plan } = await dreamByHand(me);
  const open = await me.post("/agents/clerk/dreams");
  assert.deepEqual([open.status, open.body.code, open.body.dream], [409, "dream_open", id]);
  await me.put("/agents/clerk/memory", memory);
  assert.equal((await me.get(`/dreams/${id}`)).body.stale, true);
  const decisions = plan.operations.map((one) => ({ op: one.id, decision: "approve" }));
  const stale = await me.post(`/dreams/${id}/decisions`, { plan_hash: plan.plan_hash, decisions });
  assert.deepEqual([stale.status, stale.body.code], [409, "stale_plan"]);
  const other = await me.post(`/dreams/${id}/decisions`, { plan_hash: sha256("other"), decisions: [] });
  assert.deepEqual([other.status, other.body.code], [409, "stale_plan"]);
  const next = await dreamByHand(me);
  assert.notEqual(next.id, id);
  const replaced = (await me.get(`/dreams/${id}`)).body;
  assert.deepEqual([replaced.state, replaced.error.code], ["canceled", "stale_plan"]);
});

test("cancel, and an undo that comes too late", async () => {
  const me = await host.client();
  await me.agent("clerk");
  for (const text of transcripts(3)) await me.upload("clerk", text);
  const first = await dreamByHand(me);
  const canceled = await me.post(`/dreams/${first.id}/cancel`);
  assert.deepEqual([canceled.status, canceled.body.state], [200, "canceled"]);
  assert.equal((await me.post(`/dreams/${first.id}/cancel`)).status, 200);
  assert.equal((await me.get("/agents/clerk")).body.new_transcripts, 3, "its transcripts are new again");
  const { id, plan } = await dreamByHand(me);
  const decisions = plan.operations.map((one) => ({ op: one.id, decision: "approve" }));
  const decided = await me.post(`/dreams/${id}/decisions`, { plan_hash: plan.plan_hash, decisions });
  assert.equal(decided.status, 200);
  assert.equal((await me.post(`/dreams/${id}/cancel`)).body.code, "dream_closed");
  await me.put("/agents/clerk/memory", memory);
  const late = await me.post(`/dreams/${id}/undo`);
  assert.deepEqual([late.status, late.body.code], [409, "stale_inverse"]);
});

test("the schedule decides who is due", async () => {
  const me = await host.client();
  const schedule = (settings) => ({ config: { schedule: { min_hours: 0, min_new_sessions: 1, idle_minutes: 0, ...settings } } });
  const cases = { due: {}, few: { min_new_sessions: 4 }, busy: { idle_minutes: 10_000 } };
  for (const [id, settings] of Object.entries(cases)) {
    await me.put(`/agents/${id}`, schedule(settings));
    for (const text of transcripts(3)) await me.upload(id, text);
    await me.allRead(id);
  }
  await me.put("/agents/nothing-new", schedule({}));
  await host.cron(new Date().toISOString());
  const dreams = await me.list("/dreams");
  assert.deepEqual(dreams.map(({ agent, cause }) => [agent, cause]), [["due", "cron"]]);
  await host.repair(new Date().toISOString());
  assert.equal((await me.list("/dreams")).length, 1, "the repairing cron starts none");
});

/** Starts a dream, waits for its plan. */
async function dreamByHand(me) {
  const started = await me.post("/agents/clerk/dreams");
  assert.equal(started.status, 202, started.text);
  const { id } = started.body;
  const dream = await me.dreamIn(id, "review", "completed", "failed");
  assert.equal(dream.state, "review", JSON.stringify(dream));
  return { id, dream, plan: (await me.get(`/dreams/${id}/plan`)).body };
}
