// A dream that is cut off between any two of its writes ends with the same plan, and nothing is doubled or lost.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { auditActions, start } from "./host.mjs";
import { memory, transcripts } from "./story.mjs";

let host;
before(async () => { host = await start({ faulty: true }); });
after(() => host?.stop());

const night = "2026-11-02T03:00:00.000Z";
/** After any lease: what is cut off is taken up again. */
const later = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();

/** An agent with transcripts that nobody has read and a memory, in a workspace of its own. */
async function agent() {
  await host.fault({ losesUploads: true });
  const me = await host.client();
  await me.agent("clerk");
  for (const text of transcripts(4)) await me.upload("clerk", text);
  await me.put("/agents/clerk/memory", memory);
  assert.equal((await me.get("/agents/clerk")).body.unread, 4);
  return me;
}

/** Waits until nothing moves any more, then lets the repairing cron at it, until the dream is planned. */
async function ends(me) {
  for (let hours = 1; hours <= 4; hours += 1) {
    for (let still = 0, seen = ""; still < 4; ) {
      await sleep(25);
      const tables = await Promise.all(["dreams", "readings", "operations", "audit"].map((name) => host.rows(name, me.workspace)));
      const now = JSON.stringify(tables);
      still = now === seen ? still + 1 : 0;
      seen = now;
    }
    const dreams = await host.rows("dreams", me.workspace);
    if (dreams.length === 1 && !["pending", "running"].includes(dreams[0].state)) return dreams[0];
    // The scheduled time of the night fires again where the first run was killed before it wrote the dream.
    if (dreams.length === 0) await host.cron(night);
    else await host.repair(later(hours));
  }
  throw new Error("the dream does not end");
}

/** What must be the same however often the dream was cut off. */
async function outcome(me) {
  const dream = await ends(me);
  const { text: plan } = await me.get(`/dreams/${dream.id}/plan`);
  const count = async (table) => (await host.rows(table, me.workspace)).length;
  const counts = {};
  for (const table of ["dreams", "readings", "digests", "operations", "plan_parts", "memory_versions", "memory_entries"]) counts[table] = await count(table);
  const actions = (await auditActions(me)).filter((action) => action.startsWith("dream."));
  return { state: dream.state, plan, counts, actions };
}

async function undisturbed() {
  const me = await agent();
  await host.fault({});
  await host.cron(night);
  const found = await outcome(me);
  return { found, writes: (await host.fault()).writes };
}

test("cut off at any write, before or after it persisted", async (t) => {
  const { found, writes } = await undisturbed();
  assert.deepEqual([found.state, found.actions, found.counts.digests], ["review", ["dream.started", "dream.planned"], 4]);
  assert.ok(JSON.parse(found.plan).operations.length >= 3, "there is something to double");
  t.diagnostic(`${writes} writes from cron to plan`);
  assert.ok(writes >= 8, "cron, queue, four readings, queue, plan");
  for (let at = 1; at <= writes; at += 1)
    for (const persisted of [false, true]) {
      const me = await agent();
      await host.fault({ fault: { at, after: persisted } });
      await host.cron(night).catch(() => {});
      assert.deepEqual(await outcome(me), found, `write ${at}, ${persisted ? "after" : "before"} it persisted`);
      assert.equal((await host.fault()).fired, true, `write ${at} was reached`);
    }
});

test("delivered twice, and the cron run twice at once", async () => {
  const { found } = await undisturbed();
  const me = await agent();
  await host.fault({});
  await Promise.all([host.cron(night), host.cron(night), host.cron(night)]);
  assert.deepEqual(await outcome(me), found);
  const [dream] = await host.rows("dreams", me.workspace);
  const worker = await host.mf.getWorker();
  const deliver = (queue, body) => worker.queue(queue, [{ id: `again-${Math.random()}`, timestamp: new Date(), body: JSON.stringify(body), attempts: 1 }]);
  const { workspace } = me;
  for (const { hash: transcript } of await host.rows("transcripts", workspace))
    await deliver("lucidream-digest", { step: "digest", workspace, agent: "clerk", transcript, dream: dream.id });
  const results = await Promise.all([1, 2, 3].map(() => deliver("lucidream-plan", { step: "plan", workspace, dream: dream.id })));
  assert.ok(results.every(({ outcome, retryMessages }) => outcome === "ok" && retryMessages.length === 0));
  assert.deepEqual(await outcome(me), found);
});

test("messages that are not ours are given up, not retried", async () => {
  const worker = await host.mf.getWorker();
  for (const body of ["", "{", '{"step":"fly"}', '{"step":"plan"}', 7, null, { step: "plan" }]) {
    const { outcome, explicitAcks } = await worker.queue("lucidream-plan", [{ id: "junk", timestamp: new Date(), body, attempts: 1 }]);
    assert.deepEqual([outcome, explicitAcks], ["ok", ["junk"]], JSON.stringify(body));
  }
});

test("what failed every time is marked, and the rest goes on", async () => {
  const me = await agent();
  await host.fault({ fault: { at: 2, after: false } }); // the first messages are lost with the cron run
  await host.cron(night).catch(() => {});
  const [dream] = await host.rows("dreams", me.workspace);
  const worker = await host.mf.getWorker();
  const { workspace } = me;
  const [lost] = await host.rows("transcripts", workspace);
  const body = JSON.stringify({ step: "digest", workspace, agent: "clerk", transcript: lost.hash, dream: dream.id });
  await worker.queue("lucidream-dead", [{ id: "lost", timestamp: new Date(), body, attempts: 1 }]);
  const ended = await ends(me);
  assert.equal(ended.state, "review");
  const plan = (await me.get(`/dreams/${dream.id}/plan`)).body;
  const fates = plan.ledger.transcripts.map(({ id, fate }) => [id === lost.hash, fate]).sort();
  assert.deepEqual(fates, [[false, "read"], [false, "read"], [false, "read"], [true, "failed"]]);
  const found = (await me.list("/agents/clerk/transcripts")).find(({ id }) => id === lost.hash);
  assert.equal(found.error.code, "digest_failed");
});

test("a dream that is cut off again and again fails, and changed nothing", async () => {
  const me = await agent();
  await host.fault({ fault: { at: 2, after: false } });
  await host.cron(night).catch(() => {});
  for (let hours = 1; hours <= 6; hours += 1) {
    await host.fault({ fault: { at: 2, after: false } });
    await host.repair(later(hours)).catch(() => {});
  }
  const [dream] = (await me.get("/dreams")).body.items;
  assert.deepEqual([dream.state, dream.error.code], ["failed", "dream_abandoned"]);
  const agentNow = (await me.get("/agents/clerk")).body;
  assert.deepEqual([agentNow.state, agentNow.memory_version, agentNow.new_transcripts], ["idle", 1, 4]);
  assert.deepEqual((await auditActions(me)).slice(-2), ["dream.started", "dream.failed"]);
});

/** The memory without the times at which it was decided. */
const timeless = (text) => text.replace(/"(created_at|invalid_at)":"2026-[^"]*"/g, (match) => (match.includes("2026-08") ? match : '"at"'));

/** Decides, again and again as a client would, until there is an answer; then lets the repairing cron publish. */
async function decided(fault) {
  const me = await agent();
  await host.fault({});
  await host.cron(night);
  const dream = await ends(me);
  const plan = (await me.get(`/dreams/${dream.id}/plan`)).body;
  const decisions = plan.operations.map(({ id }, index) => ({ op: id, decision: index % 3 === 2 ? "reject" : "approve" }));
  const submission = { plan_hash: plan.plan_hash, decisions };
  await host.fault({ fault });
  let answer;
  for (let tries = 0; tries < 3 && answer?.status !== 200; tries += 1) answer = await me.post(`/dreams/${dream.id}/decisions`, submission);
  assert.equal(answer.status, 200, answer.text);
  await host.repair(later(1));
  const { writes, fired } = await host.fault();
  const rows = {};
  for (const table of ["decisions", "tombstones", "inverses", "memory_versions", "memory_entries"]) rows[table] = (await host.rows(table, me.workspace)).length;
  const kv = await host.mf.getKVNamespace("KV");
  const { body: agentNow } = await me.get("/agents/clerk");
  const published = await kv.get(`published:${me.workspace}:clerk`);
  assert.equal(published, (await me.get("/agents/clerk/memory.md")).text);
  assert.equal(agentNow.published_version, agentNow.memory_version);
  const { dream: _, memory_hash: __, ...said } = answer.body;
  const found = {
    said, rows, published, actions: await auditActions(me), memory: timeless((await me.get("/agents/clerk/memory")).text),
    undone: (await me.post(`/dreams/${dream.id}/undo`)).status,
  };
  return { found, writes, fired };
}

test("decisions cut off at any write are carried out once", async (t) => {
  const { found, writes } = await decided({ at: 0 });
  t.diagnostic(`${writes} writes from decisions to published memory`);
  assert.ok(writes >= 3 && found.rows.tombstones > 0 && found.rows.memory_versions === 2);
  for (let at = 1; at <= writes; at += 1)
    for (const persisted of [false, true]) {
      const { found: faulty, fired } = await decided({ at, after: persisted });
      assert.equal(fired, true);
      assert.deepEqual(faulty, found, `write ${at}, ${persisted ? "after" : "before"} it persisted`);
    }
});

test("the same decisions at once are carried out once", async () => {
  const me = await agent();
  await host.fault({});
  await host.cron(night);
  const dream = await ends(me);
  const plan = (await me.get(`/dreams/${dream.id}/plan`)).body;
  const decisions = plan.operations.map(({ id }) => ({ op: id, decision: "approve" }));
  const submit = (body) => me.post(`/dreams/${dream.id}/decisions`, { plan_hash: plan.plan_hash, decisions: body });
  const answers = await Promise.all([decisions, decisions, decisions.slice(1), decisions].map(submit));
  const codes = answers.map(({ status, body }) => (status === 200 ? "ok" : body.code));
  assert.ok(codes.every((code) => ["ok", "dream_closed"].includes(code)), String(codes));
  assert.equal(new Set(answers.filter(({ status }) => status === 200).map(({ text }) => text)).size, 1);
  assert.equal((await me.get("/agents/clerk")).body.memory_version, 2);
  assert.equal((await auditActions(me)).filter((action) => action === "dream.decided").length, 1);
});

test("uploads and memory writes cut off at any write are there once when sent again", async () => {
  const text = transcripts(1)[0];
  const requests = { upload: (me) => me.upload("clerk", text), memory: (me) => me.put("/agents/clerk/memory", memory) };
  for (const [name, request] of Object.entries(requests))
    for (let at = 1, fired = true; fired; at += 1)
      for (const persisted of [false, true]) {
        await host.fault({ fault: { at, after: persisted } });
        const me = await host.client();
        let answer;
        for (let tries = 0; tries < 3 && !(answer?.status < 300); tries += 1) answer = await request(me);
        assert.ok(answer.status < 300, answer.text);
        ({ fired } = await host.fault());
        await me.allRead("clerk");
        await host.repair(later(1));
        const expected = name === "upload" ? ["agent.created", "transcript.uploaded"] : ["agent.created", "memory.written"];
        assert.deepEqual(await auditActions(me), expected, `${name}, write ${at}`);
        const kept = name === "upload" ? await host.rows("transcripts", me.workspace) : await host.rows("memory_versions", me.workspace);
        assert.equal(kept.length, 1);
        if (name === "memory") assert.equal((await me.get("/agents/clerk")).body.published_version, 1);
      }
});
