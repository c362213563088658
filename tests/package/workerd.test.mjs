// The installed package bundled into a Worker, as its users deploy it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { install, load, root, sample } from "./install.mjs";

const bin = (name) => join(root, "node_modules/.bin", name);

const worker = `
import { canonical, digestTranscript, dream, init, parseMemory } from "lucidream";
await init();
export default {
  async fetch(request) {
    try {
      const { memory, sessions, now } = await request.json();
      const { digests } = digestTranscript(new TextEncoder().encode(sessions));
      return new Response(canonical(dream({ memory: parseMemory(memory, "jsonl"), digests, now })));
    } catch (error) {
      return Response.json({ name: error.name, code: error.code }, { status: 400 });
    }
  },
};`;

test("workerd gives the same plan as Node, byte for byte, and the same errors", async () => {
  const project = install();
  writeFileSync(join(project, "worker.js"), worker);
  const bundle = ["--bundle", "--format=esm", "--conditions=workerd", "--loader:.wasm=copy", "--asset-names=[name]", "--outdir=bundle", "--log-level=warning"];
  execFileSync(bin("esbuild"), ["worker.js", ...bundle], { cwd: project });

  const input = { memory: readFileSync(sample.memory, "utf8"), sessions: readFileSync(sample.sessions, "utf8"), now: sample.now };
  writeFileSync(join(project, "requests.json"), JSON.stringify([input, { ...input, now: "never" }]));
  // Miniflare asks for Node 22, which the checkout brings; the package itself is tested on the caller's Node.
  const script = fileURLToPath(new URL("in-workerd.mjs", import.meta.url));
  const answers = JSON.parse(execFileSync(bin("node"), [script, project], { encoding: "utf8", maxBuffer: 1 << 28 }));

  const { canonical, digestTranscript, dream, parseMemory } = await load(project);
  const { digests } = digestTranscript(new TextEncoder().encode(input.sessions));
  const plan = canonical(dream({ memory: parseMemory(input.memory, "jsonl"), digests, now: sample.now }));
  assert.equal(answers[0].status, 200, answers[0].body);
  assert.ok(answers[0].body === plan, "the plans differ");
  assert.deepEqual([answers[1].status, JSON.parse(answers[1].body)], [400, { name: "LucidreamError", code: "invalid_timestamp" }]);
});
