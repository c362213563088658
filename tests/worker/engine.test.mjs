// The plan that workerd makes is, to the byte, the one that the engine makes in Node. On the sample, in any order.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { root, start } from "./host.mjs";

const wasm = join(root, "npm", "wasm");
const sample = (name) => readFileSync(join(root, "examples", "support-week", name));
const skip = existsSync(join(wasm, "lucidream.js")) ? false : "npm/wasm is not built: run `npm run build engine`";

let host;
before(async () => { host = await start(); });
after(() => host?.stop());

test("the sample's plan is the same bytes in workerd and in Node", { skip }, async (t) => {
  const engine = await import(pathToFileURL(join(wasm, "lucidream.js")).href);
  engine.initSync({ module: readFileSync(join(wasm, "lucidream_bg.wasm")) });
  const { now, agent } = JSON.parse(sample("truth.json"));
  const night = new Date(now).toISOString();
  const lines = sample("sessions.jsonl").toString("utf8").trimEnd().split("\n");
  const files = lines.map((line) => Buffer.from(`${line}\n`));
  const digests = files.flatMap((bytes) => engine.digestTranscript(bytes).digests);
  const memory = engine.parseMemory(sample("memory.jsonl").toString("utf8"));

  const me = await host.client();
  const begin = performance.now();
  const { body: configured } = await me.agent(agent);
  for (const bytes of files.toReversed()) assert.equal((await me.upload(agent, bytes)).status, 201);
  await me.put(`/agents/${agent}/memory`, sample("memory.jsonl"), { "content-type": "application/jsonl" });
  await me.until(`/agents/${agent}`, ({ unread }) => unread === 0, { timeout: 120_000 });
  const read = performance.now();
  await host.cron(night);
  const [{ id }] = (await me.get("/dreams")).body.items;
  const dream = await me.until(`/dreams/${id}`, ({ state }) => !["pending", "running"].includes(state), { timeout: 120_000 });
  const planned = performance.now();
  t.diagnostic(`100 uploads and digests ${Math.round(read - begin)} ms, cron to plan ${Math.round(planned - read)} ms, ${dream.operations} operations`);
  const { text: plan } = await me.get(`/dreams/${id}/plan`);
  const expected = engine.dream({ memory, digests, agent, now: night, config: configured.config });
  assert.equal(plan, engine.canonical(expected));
});
