// What the API refuses and how, and what it holds under junk, concurrency and size.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { auditActions, sha256, start } from "./host.mjs";
import { memory, transcripts } from "./story.mjs";

const MiB = 1024 * 1024;

let host;
before(async () => { host = await start(); });
after(() => host?.stop());

const refused = ({ status, body, headers }, code) => {
  assert.equal(headers.get("content-type"), "application/problem+json");
  assert.deepEqual([body.code, body.status, body.type], [code, status, `urn:lucidream:problem:${code}`]);
  assert.ok(body.detail.length > 0 && body.title.length > 0);
  return status;
};

test("keys: missing, wrong, revoked, either header", async () => {
  const me = await host.client();
  const bare = (headers) => host.mf.dispatchFetch("http://worker/v1/agents", { headers });
  for (const headers of [{}, { authorization: "Bearer nothing" }, { authorization: me.key }, { "x-api-key": "" }]) {
    const response = await bare(headers);
    assert.equal(refused({ status: response.status, headers: response.headers, body: await response.json() }, "unauthorized"), 401);
    assert.equal(response.headers.get("www-authenticate"), "Bearer");
  }
  assert.equal((await bare({ "x-api-key": me.key })).status, 200);
  await host.db.prepare("UPDATE api_keys SET revoked_at = '2026-01-01T00:00:00.000Z' WHERE workspace_id = ?").bind(me.workspace).run();
  assert.equal(refused(await me.get("/agents"), "unauthorized"), 401);
  const stored = JSON.stringify(await host.rows("api_keys", me.workspace));
  assert.ok(!stored.includes(me.key), "the key itself is not stored");
});

test("scopes: each route asks for its own", async () => {
  const admin = await host.client();
  await admin.agent("clerk");
  const key = (...scopes) => host.client({ scopes, workspace: admin.workspace });
  const [ingest, read, review] = [await key("ingest"), await key("read"), await key("review")];
  const text = transcripts(1)[0];
  const requests = {
    ingest: (me) => me.upload("clerk", text),
    read: (me) => me.get("/agents/clerk"),
    review: (me) => me.put("/agents/clerk/memory", memory),
    admin: (me) => me.put("/agents/clerk", {}),
  };
  for (const [scope, request] of Object.entries(requests)) {
    for (const [name, me] of Object.entries({ ingest, read, review })) {
      if (name === scope) assert.ok((await request(me)).status < 300, scope);
      else assert.equal(refused(await request(me), "forbidden"), 403, `${name} may not ${scope}`);
    }
    assert.ok((await request(admin)).status < 300);
  }
});

test("another workspace's things are not there", async () => {
  const [mine, theirs] = [await host.client(), await host.client()];
  await theirs.agent("clerk");
  const text = transcripts(1)[0];
  await theirs.upload("clerk", text);
  await theirs.put("/agents/clerk/memory", memory);
  const { body: dream } = await theirs.post("/agents/clerk/dreams");
  await theirs.dreamIn(dream.id, "review", "completed");
  const paths = [
    "/agents/clerk", "/agents/clerk/transcripts", "/agents/clerk/memory", "/agents/clerk/memory.md", "/agents/clerk/dreams",
    `/transcripts/${sha256(text)}`, `/dreams/${dream.id}`, `/dreams/${dream.id}/plan`,
  ];
  for (const path of paths) assert.equal(refused(await mine.get(path), "not_found"), 404, path);
  const submission = { plan_hash: sha256("x"), decisions: [] };
  assert.equal(refused(await mine.post(`/dreams/${dream.id}/decisions`, submission), "not_found"), 404);
  assert.equal(refused(await mine.post(`/dreams/${dream.id}/undo`), "not_found"), 404);
  assert.equal(refused(await mine.post(`/dreams/${dream.id}/cancel`), "not_found"), 404);
  assert.equal(refused(await mine.post("/agents/clerk/dreams"), "not_found"), 404);
  for (const path of ["/agents", "/dreams", "/audit"]) assert.deepEqual((await mine.get(path)).body, { items: [], next: null });
  assert.equal((await mine.upload("clerk", text)).body.already, false, "the same bytes are new in another workspace");
});

test("paths, methods and parameters", async () => {
  const me = await host.client();
  await me.agent("clerk");
  assert.equal(refused(await me.get("/nothing"), "not_found"), 404);
  assert.equal(refused(await me.get("/agents/clerk/nothing"), "not_found"), 404);
  const { status, headers } = await me.call("DELETE", "/agents/clerk");
  assert.deepEqual([status, headers.get("allow")], [405, "GET, PUT"]);
  const bad = [
    "/agents?limit=0", "/agents?limit=many", "/agents?cursor=x", "/dreams?state=asleep", "/audit?cursor=x~", "/agents/clerk/memory?version=-1",
    "/agents/%ff",
  ];
  for (const path of bad) assert.equal(refused(await me.get(path), "invalid_argument"), 400, path);
  assert.equal(refused(await me.get("/agents/clerk/memory?version=7"), "not_found"), 404);
  assert.equal(refused(await me.upload("clerk", "x", "?format=word"), "invalid_argument"), 400);
  assert.equal(refused(await me.put("/agents/no%20name", {}), "invalid_argument"), 400);
  const health = await host.mf.dispatchFetch("http://worker/healthz");
  assert.deepEqual([health.status, (await health.json()).ok], [200, true]);
  const page = await host.mf.dispatchFetch("http://worker/no-such-page");
  assert.equal(page.status, 404);
});

test("bad bodies", async () => {
  const me = await host.client();
  await me.agent("clerk");
  const configs = { '{"config": {"max_sessions": 0}}': "invalid_config", '{"config": {"max_sesions": 1}}': "invalid_argument", "{": "invalid_argument", "[]": "invalid_argument", "": "invalid_argument", '{"conf": {}}': "invalid_argument" };
  for (const [body, code] of Object.entries(configs)) assert.equal(refused(await me.put("/agents/clerk", body), code), 400, body);
  const json = { "content-type": "application/json" };
  const twice = { ...memory, entries: [memory.entries[0], memory.entries[0]] };
  assert.equal(refused(await me.put("/agents/clerk/memory", "{", json), "invalid_memory"), 400);
  assert.equal(refused(await me.put("/agents/clerk/memory", twice), "duplicate_entry"), 400);
  assert.equal(refused(await me.put("/agents/clerk/memory", new Uint8Array([0xff, 0xfe]), json), "invalid_argument"), 400);
  assert.equal((await me.get("/agents/clerk")).body.memory_version, 0);
  const { body: dream } = await me.post("/agents/clerk/dreams");
  await me.dreamIn(dream.id, "completed");
  for (const body of ["", "{}", '{"plan_hash": 1, "decisions": []}', '{"plan_hash": "x", "decisions": [{"op": "a", "decision": "maybe"}]}'])
    assert.equal(refused(await me.post(`/dreams/${dream.id}/decisions`, body), "invalid_argument"), 400, body);
});

test("junk does not bring the Worker down", async () => {
  const me = await host.client();
  let seed = 7;
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  const junk = () => Uint8Array.from({ length: random(400) }, () => random(256));
  const jsonJunk = () => ["null", "[[[[", '{"messages":[null]}', '{"id":{},"messages":[{"role":7}]}', `"${"x".repeat(random(99))}`, '{"schema":"lucidream.memory/1","entries":[{}]}', "[1,2]", '{"version":-1}', '{"version":1e99,"entries":[]}'][random(9)];
  for (let round = 0; round < 40; round += 1) {
    const body = round % 2 ? junk() : jsonJunk();
    const agent = "junk";
    for (const answer of [
      await me.upload(agent, body), await me.put(`/agents/${agent}/memory`, body), await me.put(`/agents/${agent}`, body),
      await me.post(`/dreams/${agent}/decisions`, body), await me.get(`/${String.fromCharCode(33 + random(90))}/${encodeURIComponent(String.fromCharCode(...junk()))}`),
    ])
      assert.ok(answer.status < 500, `${answer.status} ${answer.text} for ${body}`);
  }
  await me.allRead("junk");
  assert.equal((await host.mf.dispatchFetch("http://worker/healthz")).status, 200);
  await auditActions(me);
});

test("the same upload again, also at once, is one transcript", async () => {
  const me = await host.client();
  const text = transcripts(1)[0];
  const answers = await Promise.all(Array.from({ length: 6 }, () => me.upload("clerk", text)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 201]);
  assert.ok(answers.every(({ body }) => body.id === sha256(text)));
  assert.equal((await me.list("/agents/clerk/transcripts")).length, 1);
  await me.allRead("clerk");
  assert.equal((await host.rows("digests", me.workspace)).length, 1);
  assert.deepEqual(await auditActions(me), ["agent.created", "transcript.uploaded"]);
});

test("another format for known bytes has them read anew", async () => {
  const me = await host.client();
  const text = transcripts(1)[0];
  const wrong = await me.upload("clerk", text, "?format=claude-code");
  await me.allRead("clerk");
  const right = await me.upload("clerk", text, "?format=envelope");
  assert.deepEqual([wrong.status, right.status, right.body.already], [201, 200, true]);
  await me.allRead("clerk");
  const [found] = await me.list("/agents/clerk/transcripts");
  assert.deepEqual([found.format, found.state, found.sessions], ["envelope", "digested", 1]);
});

test("many uploads at once are all there, and the chain holds", async () => {
  const me = await host.client();
  await me.agent("clerk");
  const answers = await Promise.all(transcripts(12).map((text) => me.upload("clerk", text)));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [201]);
  assert.equal((await auditActions(me)).filter((action) => action === "transcript.uploaded").length, 12);
});

/** A stream of `bytes` bytes without a length. */
const stream = (bytes) => {
  const line = new TextEncoder().encode(`${"x".repeat(64 * 1024 - 1)}\n`);
  let left = bytes;
  return new ReadableStream({
    pull(controller) {
      if (left === 0) return controller.close();
      const chunk = line.subarray(0, Math.min(left, line.length));
      left -= chunk.length;
      controller.enqueue(chunk);
    },
  });
};

test("sizes: 64 MiB go in and come out, more is refused", async () => {
  const me = await host.client();
  const largest = await me.upload("clerk", stream(64 * MiB));
  assert.deepEqual([largest.status, largest.body.bytes], [201, 64 * MiB]);
  const raw = Buffer.from(await (await me.fetch(`/transcripts/${largest.body.id}`)).arrayBuffer());
  assert.deepEqual([raw.length, sha256(raw)], [64 * MiB, largest.body.id]);
  assert.equal(refused(await me.upload("clerk", stream(200 * MiB)), "transcript_too_large"), 413);
  const known = await me.upload("clerk", new Uint8Array(65 * MiB));
  assert.equal(refused(known, "transcript_too_large"), 413);
  assert.equal((await me.list("/agents/clerk/transcripts")).length, 1);
  await me.until("/agents/clerk/transcripts", ({ items }) => items[0].state !== "uploaded", { timeout: 60_000 });
});

test("lists come in pages", async () => {
  const me = await host.client();
  await me.agent("clerk");
  const ids = [];
  for (const text of transcripts(7)) ids.push((await me.upload("clerk", text)).body.id);
  const first = (await me.get("/agents/clerk/transcripts?limit=3")).body;
  assert.equal(first.items.length, 3);
  const all = await me.list("/agents/clerk/transcripts?limit=3");
  assert.deepEqual(all.map(({ id }) => id).sort(), ids.toSorted());
  assert.deepEqual(all.map(({ uploaded_at }) => uploaded_at), all.map(({ uploaded_at }) => uploaded_at).toSorted().toReversed());
  for (const name of ["a", "b", "c"]) await me.agent(name);
  assert.deepEqual((await me.list("/agents?limit=1")).map(({ id }) => id), ["a", "b", "c", "clerk"]);
});

test("memory: preconditions, formats, versions", async () => {
  const me = await host.client();
  const first = await me.put("/agents/clerk/memory", memory);
  const etag = first.headers.get("etag");
  const same = await me.put("/agents/clerk/memory", memory);
  assert.deepEqual([same.body.changed, same.body.memory_version], [false, 1]);
  const late = await me.put("/agents/clerk/memory", "- one\n- two\n", { "content-type": "text/markdown", "if-match": '"sha256:other"' });
  assert.equal(refused(late, "precondition_failed"), 412);
  const bullets = await me.put("/agents/clerk/memory", "- one\n- two\n", { "content-type": "text/markdown", "if-match": etag });
  assert.deepEqual([bullets.status, bullets.body.memory_version, bullets.body.entries], [200, 2, 2]);
  const lines = memory.entries.map((entry) => JSON.stringify(entry)).join("\n");
  const jsonl = await me.put("/agents/clerk/memory", lines, { "content-type": "application/jsonl" });
  assert.deepEqual([jsonl.body.memory_version, jsonl.body.entries], [3, 3]);
  const texts = async (version) => (await me.get(`/agents/clerk/memory?version=${version}`)).body.entries.map(({ text }) => text);
  assert.deepEqual(await texts(1), memory.entries.map(({ text }) => text));
  assert.deepEqual(await texts(2), ["one", "two"]);
  assert.deepEqual(await texts(0), []);
  assert.equal((await me.get("/agents/clerk/memory?version=1")).body.entries[2].weight, 0.1, "fields of the owner's own are kept");
  assert.match((await me.get("/agents/clerk/memory.md")).text, /Invoices are in euros/);
});

test("a memory of 1,500 entries and many writers", async () => {
  const me = await host.client();
  const entries = Array.from({ length: 1500 }, (_, index) => ({ id: `e${index}`, text: `Entry number ${index} says ${"so ".repeat(300)}` }));
  const large = await me.put("/agents/clerk/memory", { schema: "lucidream.memory/1", version: 0, entries });
  assert.deepEqual([large.status, large.body.entries], [200, 1500]);
  const back = (await me.get("/agents/clerk/memory")).body.entries;
  assert.deepEqual(back.map(({ id }) => id), entries.map(({ id }) => id));
  const writers = await Promise.all(Array.from({ length: 5 }, (_, index) => me.put("/agents/clerk/memory", `- writer ${index}\n`, { "content-type": "text/markdown" })));
  assert.deepEqual(writers.map(({ status }) => status), [200, 200, 200, 200, 200]);
  assert.equal((await me.get("/agents/clerk")).body.memory_version, 6);
  assert.equal((await me.get("/agents/clerk/memory")).body.entries.length, 1);
  await auditActions(me);
});

test("Idempotency-Key: the same dream, and no second body under one key", async () => {
  const me = await host.client();
  await me.agent("clerk");
  for (const text of transcripts(3)) await me.upload("clerk", text);
  const key = { "idempotency-key": "one" };
  const [first, second] = [await me.post("/agents/clerk/dreams", undefined, key), await me.post("/agents/clerk/dreams", undefined, key)];
  assert.deepEqual([first.status, second.status, second.body.id], [202, 202, first.body.id]);
  const dream = await me.dreamIn(first.body.id, "review");
  const body = { plan_hash: dream.plan_hash, decisions: [] };
  const decided = await me.post(`/dreams/${dream.id}/decisions`, body, key);
  assert.equal(decided.status, 200);
  assert.deepEqual((await me.post(`/dreams/${dream.id}/decisions`, body, key)).body, decided.body);
  const other = { ...body, plan_hash: sha256("other") };
  assert.equal(refused(await me.post(`/dreams/${dream.id}/decisions`, other, key), "idempotency_key_reused"), 422);
  assert.equal(refused(await me.post(`/dreams/${dream.id}/decisions`, other), "dream_closed"), 409);
});

test("decisions that do not fit the plan change nothing", async () => {
  const me = await host.client();
  await me.agent("clerk");
  for (const text of transcripts(3)) await me.upload("clerk", text);
  const { body } = await me.post("/agents/clerk/dreams");
  const dream = await me.dreamIn(body.id, "review");
  const decide = (...decisions) => me.post(`/dreams/${dream.id}/decisions`, { plan_hash: dream.plan_hash, decisions });
  assert.equal(refused(await decide({ op: "op_none", decision: "approve" }), "invalid_decision"), 400);
  const plan = (await me.get(`/dreams/${dream.id}/plan`)).body;
  const op = plan.operations[0].id;
  assert.equal(refused(await decide({ op, decision: "approve" }, { op, decision: "reject" }), "invalid_decision"), 400);
  assert.equal((await me.get(`/dreams/${dream.id}`)).body.state, "review");
  assert.equal((await decide({ op, decision: "approve" }, { op, decision: "approve" })).status, 200);
});

test("any text survives in a memory, to the byte", async () => {
  const me = await host.client();
  const texts = ["\u0000 nul", "quote \" and \\ and \u2028", "emoji 👩‍🚀 and ünïcode", "'; DROP TABLE agents; --", "1e400 -0 \t\n", " spaces  "];
  const entries = texts.map((text, index) => ({ id: `it's "${index}" é`, text, ratio: 0.1 + 0.2, big: 12345678901234, nested: { b: [1, null, 1e-7], a: true } }));
  const put = await me.put("/agents/clerk/memory", { schema: "lucidream.memory/1", version: 3, entries });
  assert.equal(put.status, 200, put.text);
  const { body, headers } = await me.get("/agents/clerk/memory");
  assert.deepEqual(body.entries.map(({ id, text, ratio, big, nested }) => ({ id, text, ratio, big, nested })), entries);
  assert.deepEqual([body.version, headers.get("etag")], [3, `"${put.body.memory_hash}"`]);
  const again = await me.put("/agents/clerk/memory", body);
  assert.equal(again.body.changed, false, "what was read is what is there");
});

test("a transcript of 250 sessions gives 250 digests, of which a dream takes the newest", async () => {
  const me = await host.client();
  await me.agent("clerk");
  await me.upload("clerk", transcripts(250).join(""));
  const agent = await me.allRead("clerk");
  assert.deepEqual([agent.new_transcripts, agent.new_sessions], [1, 250]);
  assert.equal((await host.rows("digests", me.workspace)).length, 250);
  const { body } = await me.post("/agents/clerk/dreams");
  const dream = await me.dreamIn(body.id, "review");
  const [fate] = (await me.get(`/dreams/${dream.id}/plan`)).body.ledger.transcripts;
  assert.deepEqual([dream.sessions, fate.sessions, fate.left_out.length], [100, 100, 150]);
});

test("a database with another schema is refused", async () => {
  const me = await host.client();
  const schema = (value) => host.db.prepare("UPDATE meta SET value = ? WHERE key = 'schema_version'").bind(value).run();
  await schema("0");
  try {
    const health = await host.mf.dispatchFetch("http://worker/healthz");
    assert.deepEqual([health.status, (await health.json()).code], [503, "schema_mismatch"]);
    assert.equal(refused(await me.get("/agents"), "schema_mismatch"), 503);
  } finally {
    await schema("2");
  }
  assert.equal((await me.get("/agents")).status, 200);
});
