// Every function of the installed package, once, in Node.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { install, load, root, sample } from "./install.mjs";

const project = install();
const lucidream = await load(project);
const now = "2026-11-08T03:00:00Z";
const bytes = (value) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const conversation = bytes([
  { role: "user", content: "From now on always answer in German." },
  { role: "assistant", content: "Gerne." },
]);
const untidy = lucidream.parseMemory(`
- Deploy on Mondays.
- deploy on mondays!
- The database listens on port 5432.
- Ana leads the platform team.
- Invoices are written in Leeds.
- The build takes twelve minutes.
- Customers see the status page first.
- Screenshots belong into the ticket.
- Logs are kept for a month.
- The printer is on the second floor.
`);
const plan = () => lucidream.dream({ memory: untidy, digests: lucidream.digestTranscript(conversation).digests, now });
const refused = (code) => (error) => {
  assert.ok(error instanceof Error);
  assert.equal(error.name, "LucidreamError");
  assert.equal(error.code, code);
  assert.ok(lucidream.isLucidreamError(error));
  return true;
};

describe("functions", () => {
  test("init is there and does nothing twice", async () => {
    await lucidream.init();
    await lucidream.init();
    assert.equal(lucidream.compare("a b c", "a b c").verdict, "duplicate");
  });

  test("readTranscript", () => {
    const reading = lucidream.readTranscript(conversation, "openai-chat");
    assert.equal(reading.format, "openai-chat");
    assert.deepEqual(
      reading.sessions[0].turns.map(({ speaker, text }) => [speaker, text]),
      [
        ["user", "From now on always answer in German."],
        ["agent", "Gerne."],
      ],
    );
  });

  test("digest and digestTranscript say the same", () => {
    const { sessions, transcript } = lucidream.readTranscript(conversation);
    const digested = lucidream.digestTranscript(conversation);
    assert.equal(digested.transcript, transcript);
    assert.deepEqual(digested.digests, [lucidream.digest(sessions[0])]);
    assert.equal(digested.digests[0].statements[0].cue, "standing");
  });

  test("dream proposes what was said and what is there twice", () => {
    const { operations, ledger, report } = plan();
    assert.deepEqual(operations.map(({ kind }) => kind).sort(), ["add", "merge"]);
    assert.match(operations.find(({ kind }) => kind === "add").result.text, /german/i);
    assert.equal(ledger.entries.length, 10);
    assert.equal(report.counts.add, 1);
  });

  test("compare", () => {
    const comparison = lucidream.compare("The database listens on port 5432.", "The database listens on port 6432.");
    assert.equal(comparison.verdict, "conflict");
    assert.deepEqual(comparison.reasons, ["different port: 5432 / 6432"]);
  });

  test("embeddings of the host's own", () => {
    const [a, b] = ["Die Sicherung läuft jede Nacht.", "Nachts werden alle Daten gesichert."];
    const of = (second) => ({ embeddings: { name: "mine/1", vectors: { [a]: [0.2, 0.9], [b]: second } } });
    assert.equal(lucidream.compare(a, b, of([0.2, 0.9])).verdict, "related");
    assert.equal(lucidream.compare(a, b, of([0.9, -0.2])).verdict, "distinct");
    const { embeddings } = lucidream.dream({ memory: untidy, digests: [], now, ...of([0.9, -0.2]) });
    assert.deepEqual({ ...embeddings, hash: "" }, { name: "mine/1", dimension: 2, vectors: 2, hash: "" });
    assert.equal("embeddings" in plan(), false);
  });

  test("preview shows what apply does", () => {
    const decisions = lucidream.approveAll(plan());
    const preview = lucidream.preview(untidy, plan(), decisions);
    const applied = lucidream.apply(untidy, plan(), decisions, plan().now);
    assert.equal(lucidream.memoryHash(preview.memory), lucidream.memoryHash(applied.memory));
    assert.ok(preview.diff.some(({ after }) => /german/i.test(after ?? "")));
  });

  test("apply and undo", () => {
    const applied = lucidream.apply(untidy, plan(), lucidream.approveAll(plan()), now);
    assert.equal(applied.memory.version, 1);
    const active = applied.memory.entries
      .filter(({ status = "active" }) => status === "active")
      .map(({ text }) => text);
    assert.equal(active.length, 10);
    assert.equal(active.filter((text) => /deploy/i.test(text)).length, 1);
    assert.deepEqual(lucidream.undo(applied.memory, applied.inverse), untidy);
  });

  test("a rejection becomes a tombstone, and the proposal stays away", () => {
    const { id } = plan().operations.find(({ kind }) => kind === "add");
    const { tombstones, memory } = lucidream.apply(untidy, plan(), [{ op: id, decision: "reject", reason: "no" }], now);
    assert.deepEqual(
      tombstones.map(({ op, reason }) => [op, reason]),
      [[id, "no"]],
    );
    assert.deepEqual(memory, untidy);
    const again = lucidream.dream({
      memory,
      digests: lucidream.digestTranscript(conversation).digests,
      tombstones,
      now,
    });
    assert.ok(!again.operations.some((operation) => operation.id === id));
  });

  test("autoDecisions takes only what needs no review", () => {
    const safe = plan()
      .operations.filter(({ needs_review }) => !needs_review)
      .map(({ id }) => id);
    assert.equal(safe.length, 1);
    assert.deepEqual(
      lucidream.autoDecisions(plan()).map(({ op }) => op),
      safe,
    );
    assert.equal(lucidream.approveAll(plan()).length, plan().operations.length);
  });

  test("recall", () => {
    const [best] = lucidream.recall(untidy, "which port does the db use", 1);
    assert.match(best.text, /5432/);
  });

  test("render and parseMemory, both ways", () => {
    const file = (options) => lucidream.render(untidy, options).files[0].content;
    assert.deepEqual(lucidream.parseMemory(file({ format: "json" })), untidy);
    // Lines of entries have no place for the owner's Markdown.
    const { files: own, ...stored } = untidy;
    assert.equal(own.length, 1);
    assert.deepEqual(lucidream.parseMemory(file({ format: "jsonl" }), "jsonl"), stored);
    assert.match(file({ format: "claude_md" }), /^- Deploy on Mondays\.$/m);
    const { left_out, tokens } = lucidream.render(untidy, { format: "markdown", token_budget: 8 });
    assert.equal(left_out.length, 9);
    assert.ok(tokens <= 8);
    const { files } = lucidream.render(untidy, { format: "memory_dir" });
    assert.equal(lucidream.parseMemory(files).entries.length, 10);
  });

  test("updateMarkdown and rereadMarkdown", () => {
    const files = [{ path: "", content: "# Ours\n\n- Ask Ana.\n- Keep it short.\n" }];
    const before = lucidream.parseMemory(files);
    const after = { ...before, entries: [{ ...before.entries[0], status: "retired" }, before.entries[1]] };
    const changed = lucidream.updateMarkdown(files, before, after);
    assert.equal(changed[0].content, "# Ours\n\n- Keep it short.\n");
    assert.deepEqual(new Set(lucidream.rereadMarkdown(changed, after).entries), new Set(after.entries));
  });

  test("redact", () => {
    const { text, found } = lucidream.redact("use 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 for it");
    assert.equal(text, "use [REDACTED:github-token:1] for it");
    assert.deepEqual(found, [{ kind: "github-token", start: 4, end: 44 }]);
  });

  test("canonical, verifyPlan and the plan's hash", () => {
    assert.equal(lucidream.canonical({ b: 1.0, a: [2, "é"] }), '{"a":[2,"é"],"b":1}');
    lucidream.verifyPlan(plan());
    assert.throws(() => lucidream.verifyPlan({ ...plan(), held: true }), refused("invalid_plan"));
    assert.equal(lucidream.canonical(plan()), lucidream.canonical(JSON.parse(JSON.stringify(plan()))));
  });

  test("reportMarkdown, engineVersion, maxItemBytes", () => {
    assert.match(lucidream.reportMarkdown(plan()), /Deploy|German/);
    const [stays, goes] = untidy.entries;
    assert.match(lucidream.reportMarkdown(plan(), untidy), new RegExp(`${stays.id}, to the letter`));
    assert.match(lucidream.reportMarkdown(plan(), untidy), new RegExp(`${goes.id}: ${goes.text}`));
    assert.doesNotMatch(lucidream.reportMarkdown(plan()), new RegExp(`${goes.id}: `));
    assert.equal(lucidream.engineVersion(), JSON.parse(readFileSync(join(root, "npm/package.json"), "utf8")).version);
    assert.equal(lucidream.maxItemBytes(), 32 * 1024 * 1024);
  });
});

describe("failures", () => {
  const cases = {
    unknown_format: () => lucidream.readTranscript(bytes({ manifest: [1, 2] })),
    empty_transcript: () => lucidream.readTranscript(new Uint8Array()),
    transcript_too_large: () => lucidream.readTranscript(new Uint8Array(33 * 1024 * 1024).fill(65)),
    invalid_argument: () => lucidream.compare("a", 1),
    invalid_config: () => lucidream.dream({ memory: untidy, digests: [], now, config: { loss_cap: 2 } }),
    invalid_timestamp: () => lucidream.dream({ memory: untidy, digests: [], now: "yesterday" }),
    invalid_memory: () => lucidream.parseMemory("{", "json"),
    duplicate_entry: () => lucidream.parseMemory('{"id":"a","text":"x"}\n{"id":"a","text":"y"}\n', "jsonl"),
    memory_too_large: () => lucidream.dream({ memory: untidy, digests: [], now, config: { max_entries: 1 } }),
    invalid_embeddings: () =>
      lucidream.compare("a", "b", { embeddings: { name: "mine/1", vectors: { a: [1], b: [1, 2] } } }),
    stale_plan: () => lucidream.apply({ ...untidy, version: 7 }, plan(), [], now),
    stale_inverse: () =>
      lucidream.undo(untidy, lucidream.apply(untidy, plan(), lucidream.approveAll(plan()), now).inverse),
    invalid_decision: () => lucidream.apply(untidy, plan(), [{ op: "op_none", decision: "approve" }], now),
  };
  for (const [code, call] of Object.entries(cases)) test(code, () => assert.throws(call, refused(code)));

  test("slim: nothing before init, no comparing before the model, a second init does nothing", () => {
    const program = `
      import { readFileSync } from "node:fs";
      import { compare, dream, init, initSync, isLucidreamError, loadModel, recall, redact } from "lucidream/slim";
      const code = (call) => { try { call(); } catch (error) { return isLucidreamError(error) && error.code; } };
      console.log(code(() => compare("a", "b")));
      const file = (name) => readFileSync(new URL(import.meta.resolve("lucidream/" + name)));
      const wasm = file("engine.wasm");
      await Promise.all([init(wasm), init(wasm)]);
      console.log(redact("plain").text);
      const memory = { entries: [] };
      const calls = [() => compare("a", "b"), () => dream({ memory, digests: [], now: "2026-11-08T03:00:00Z" }), () => recall(memory, "a", 1)];
      console.log(...calls.map(code), code(() => loadModel(wasm)));
      initSync(wasm, file("model.bin"));
      loadModel(file("model.bin"));
      console.log(compare("Ask Ana.", "ask ana").verdict);`;
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
      cwd: project,
      encoding: "utf8",
    });
    const refused = "model_not_loaded model_not_loaded model_not_loaded invalid_model";
    assert.equal(output, `not_loaded\nplain\n${refused}\nduplicate\n`);
  });

  test("the codes in the types are the codes in Rust", () => {
    const inRust = [...readFileSync(join(root, "src/error.rs"), "utf8").matchAll(/=> "([a-z_]+)",/g)].map(
      ([, code]) => code,
    );
    const types = readFileSync(join(root, "npm/src/errors.ts"), "utf8");
    const inTypes = [...types.matchAll(/^ {2}\| "([a-z_]+)"/gm)].map(([, code]) => code);
    assert.ok(inRust.length > 10);
    assert.deepEqual(inTypes.sort(), [...inRust, "not_loaded"].sort());
  });
});

test("the sample agent's dream has the same plan in any order", () => {
  const memory = lucidream.parseMemory(readFileSync(sample.memory, "utf8"), "jsonl");
  const { digests } = lucidream.digestTranscript(readFileSync(sample.sessions));
  assert.equal(digests.length, 100);
  const forward = lucidream.dream({ memory, digests, now: sample.now });
  const backward = lucidream.dream({
    memory: { ...memory, entries: memory.entries.toReversed() },
    digests: digests.toReversed(),
    now: sample.now,
  });
  assert.equal(lucidream.canonical(forward), lucidream.canonical(backward));
  assert.ok(forward.operations.length > 0);
});
