// The same plan, byte for byte, from native Rust, from the installed package in Node, and from its bundle in workerd.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { install, load, root, sample } from "./install.mjs";

const bin = (name) => join(root, "node_modules/.bin", name);
const manyBytes = { encoding: "utf8", maxBuffer: 1 << 28 };
const project = install();
const { canonical, digestTranscript, dream, parseMemory } = await load(project);

const worker = `
import { canonical, digestTranscript, dream, init, parseMemory } from "lucidream";
await init();
export default {
  async fetch(request) {
    try {
      const { memory, transcripts, now } = await request.json();
      const digests = transcripts.flatMap((text) => digestTranscript(new TextEncoder().encode(text)).digests);
      return new Response(canonical(dream({ memory: parseMemory(memory, "jsonl"), digests, now })));
    } catch (error) {
      return Response.json({ name: error.name, code: error.code }, { status: 400 });
    }
  },
};`;

/** What workerd answers to each input. */
function inWorkerd(inputs) {
  writeFileSync(join(project, "worker.js"), worker);
  const loading = ["--conditions=workerd", "--loader:.wasm=copy", "--loader:.bin=copy", "--asset-names=[name]"];
  const bundle = ["--bundle", "--format=esm", ...loading, "--outdir=bundle", "--log-level=warning"];
  execFileSync(bin("esbuild"), ["worker.js", ...bundle], { cwd: project });
  writeFileSync(join(project, "requests.json"), JSON.stringify(inputs));
  // Miniflare asks for Node 22, which the checkout brings; the package itself is tested on the caller's Node.
  const script = fileURLToPath(new URL("in-workerd.mjs", import.meta.url));
  return JSON.parse(execFileSync(bin("node"), [script, project], manyBytes));
}

function inNode({ memory, transcripts, now }) {
  const digests = transcripts.flatMap((text) => digestTranscript(new TextEncoder().encode(text)).digests);
  return canonical(dream({ memory: parseMemory(memory, "jsonl"), digests, now }));
}

function natively({ memory, transcripts, now }) {
  const files = [memory, ...transcripts].map((text, at) => {
    const file = join(project, `native-${at}.jsonl`);
    writeFileSync(file, text);
    return file;
  });
  // The engine's own tests have compiled it with this feature: without it all would be compiled once more.
  const cargo = ["run", "--quiet", "--locked", "--features", "schema", "--example", "dream", "--"];
  const [store, ...rest] = files;
  return execFileSync("cargo", [...cargo, "--json", "--now", now, "--memory", store, ...rest], {
    cwd: root,
    ...manyBytes,
  });
}

/** 100 recorded sessions of a coding agent, where the data lies beside the checkout. */
function recorded() {
  const shared = process.env.LUCIDREAM_SHARED ?? join(root, "../shared");
  const folder = join(shared, "data/a5_claudecode_tau2_retail");
  if (!existsSync(folder)) return undefined;
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /task_\d+\.jsonl$/.test(name),
  );
  const files = names.sort().slice(0, 100);
  return { memory: "", transcripts: files.map((name) => readFileSync(join(folder, name), "utf8")), now: sample.now };
}

const week = {
  memory: readFileSync(sample.memory, "utf8"),
  transcripts: [readFileSync(sample.sessions, "utf8")],
  now: sample.now,
};
const inputs = { "the sample agent": week, "100 recorded sessions": recorded() };

describe("the same plan everywhere", () => {
  const answers = {};
  before(() => {
    const given = Object.entries(inputs).filter(([, input]) => input);
    const asked = inWorkerd([...given.map(([, input]) => input), { ...week, now: "never" }]);
    given.forEach(([name], at) => (answers[name] = asked[at]));
    answers.refused = asked.at(-1);
  });

  for (const [name, input] of Object.entries(inputs)) {
    test(name, { skip: input ? false : "the data is not beside this checkout" }, () => {
      const plan = inNode(input);
      assert.ok(JSON.parse(plan).operations.length > 0);
      assert.equal(answers[name].status, 200, answers[name].body);
      assert.ok(answers[name].body === plan, "workerd differs from Node");
      assert.ok(natively(input) === plan, "native Rust differs from Node");
      const reversed = inNode({ ...input, transcripts: input.transcripts.toReversed() });
      assert.ok(reversed === plan, "the order of the transcripts matters");
    });
  }

  test("errors have their code in workerd too", () => {
    const { status, body } = answers.refused;
    assert.deepEqual([status, JSON.parse(body)], [400, { name: "LucidreamError", code: "invalid_timestamp" }]);
  });
});
