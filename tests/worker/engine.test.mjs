// The plan that comes out of the Worker, with its queues and its database, is to the byte the one that the engine makes of
// the same input in Node.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { recorded, sample } from "../identity/inputs.mjs";
import { root, start } from "./host.mjs";

const entry = join(root, "npm", "dist", "entry", "node.js");
const inputs = { "the sample agent's week": sample(), "100 recorded sessions": recorded() };
const agent = "tier2-support";

let host;
let engine;
before(async () => {
  host = await start();
  if (!existsSync(entry)) throw new Error("npm/dist is missing: run `npm run build package`");
  engine = await import(pathToFileURL(entry).href);
});
after(() => host?.stop());

/** What the engine makes of an input here. */
function inNode({ transcripts, memory, now, config }) {
  const digests = transcripts.flatMap((text) => engine.digestTranscript(Buffer.from(text)).digests);
  const entries = memory.map((line) => JSON.parse(line));
  return engine.canonical(engine.dream({ memory: engine.parseMemory(JSON.stringify({ entries })), digests, agent, now, config }));
}

describe("the plan out of the Worker is the plan of the engine", () => {
  for (const [name, input] of Object.entries(inputs)) {
    const skip = input === undefined && "they are not on this machine (LUCIDREAM_SHARED says where they are)";
    test(name, { skip }, async (t) => {
      const now = new Date(input.now).toISOString();
      const me = await host.client();
      const begin = performance.now();
      const { body: configured } = await me.agent(agent);
      for (const text of input.transcripts.toReversed()) assert.equal((await me.upload(agent, text)).status, 201);
      if (input.memory.length > 0) await me.put(`/agents/${agent}/memory`, input.memory.join("\n"), { "content-type": "application/jsonl" });
      await me.until(`/agents/${agent}`, ({ unread }) => unread === 0, { timeout: 120_000 });
      const read = performance.now();
      await host.cron(now);
      const [{ id }] = (await me.get("/dreams")).body.items;
      const dream = await me.until(`/dreams/${id}`, ({ state }) => !["pending", "running"].includes(state), { timeout: 120_000 });
      const planned = performance.now();
      const seconds = (from, to) => ((to - from) / 1000).toFixed(1);
      t.diagnostic(`uploaded and digested in ${seconds(begin, read)} s, from cron to plan ${seconds(read, planned)} s, ${dream.operations} operations`);
      assert.ok(dream.operations > 0);
      const { text: plan } = await me.get(`/dreams/${id}/plan`);
      assert.ok(plan === inNode({ ...input, now, config: configured.config }), "the bytes differ");
    });
  }
});
