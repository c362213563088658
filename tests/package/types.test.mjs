// The types that the package declares, as a strict consumer sees them, against what the engine really returns.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { install, load, root, sample } from "./install.mjs";

const project = install();
const installed = join(project, "node_modules/lucidream");
const lucidream = await load(project);

/** Type checks one file of the project as strictly as TypeScript can, without the DOM and without Node's types. */
function check(name, source) {
  const file = join(project, name);
  writeFileSync(file, source);
  const strict = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--verbatimModuleSyntax"];
  const target = [
    "--noEmit",
    "--target",
    "es2022",
    "--lib",
    "es2022",
    "--types",
    "",
    "--module",
    "nodenext",
    "--moduleResolution",
    "nodenext",
  ];
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(root, "node_modules/typescript/bin/tsc"), ...strict, ...target, file],
    { cwd: project, encoding: "utf8" },
  );
  return { status, stdout };
}

test("a consumer compiles", () => {
  const { status, stdout } = check(
    "consumer.ts",
    `import { apply, approveAll, dream, init, isLucidreamError, parseMemory, readTranscript, recall, render, undo } from "lucidream";
     import type { Config, DreamInput, ErrorCode, Memory, Operation, Plan } from "lucidream";
     import { initSync } from "lucidream/slim";
     await init();
     initSync(new Uint8Array());
     const memory: Memory = parseMemory([{ path: "rules.md", content: "- Ask Ana." }]);
     const input: DreamInput = { memory, digests: [], now: "2026-11-08T03:00:00Z", config: { loss_cap: 0.5, schedule: { min_hours: 1 } } };
     const plan: Plan = dream(input);
     const reasons: string[] = plan.operations.map(({ reason }: Operation) => reason);
     const cap: Config["loss_cap"] = plan.config.loss_cap;
     const applied = apply(memory, plan, approveAll(plan), input.now);
     const before: Memory = undo(applied.memory, applied.inverse);
     const texts = recall(before, "ana", 3).map(({ text }) => text.toUpperCase());
     const tokens: number = render(memory, { format: "claude_md", token_budget: 100 }).tokens;
     for (const turn of readTranscript(new Uint8Array(), "claude-code").sessions[0]?.turns ?? [])
       if (turn.act.kind === "result") { const why: string | undefined = turn.act.failure; void why; }
     try { dream(input); } catch (error) {
       if (isLucidreamError(error)) { const code: ErrorCode = error.code; void code; }
     }
     void [reasons, cap, texts, tokens];`,
  );
  assert.equal(stdout, "");
  assert.equal(status, 0);
});

test("mistakes do not compile", () => {
  const mistakes = [
    `import { compare } from "lucidream"; compare("a", 1);`,
    `import { dream, parseMemory } from "lucidream"; dream({ memory: parseMemory(""), digests: [], now: "", config: { los_cap: 1 } });`,
    `import { render, parseMemory } from "lucidream"; render(parseMemory(""), { format: "docx" });`,
    `import { readTranscript } from "lucidream"; readTranscript("text");`,
    `import type { Decision } from "lucidream"; export const decision: Decision = { op: "op_1", decision: "perhaps" };`,
    `import { dream } from "lucidream"; const anything: string = dream; void anything;`,
  ];
  for (const [at, source] of mistakes.entries()) assert.notEqual(check(`mistake${at}.ts`, source).status, 0, source);
});

test("what the engine returns has the declared types", () => {
  const { parseMemory, digestTranscript, readTranscript } = lucidream;
  const memory = parseMemory(readFileSync(sample.memory, "utf8"), "jsonl");
  const sessions = readFileSync(sample.sessions);
  const { digests } = digestTranscript(sessions);
  const plan = lucidream.dream({ memory, digests, now: sample.now, agent: "tier2" });
  const [first] = plan.operations;
  const decisions = lucidream.approveAll(plan).slice(1);
  const applied = lucidream.apply(
    memory,
    plan,
    [...decisions, { op: first.id, decision: "reject", reason: "no" }],
    sample.now,
  );
  const values = {
    Reading: readTranscript(sessions.subarray(0, 60_000)),
    DigestedTranscript: digestTranscript(sessions.subarray(0, 200_000)),
    Plan: plan,
    Preview: lucidream.preview(memory, plan, decisions),
    Applied: applied,
    Memory: applied.memory,
    Comparison: lucidream.compare("port 5432", "port 6432"),
    Redaction: lucidream.redact("password=hunter2secret"),
    Rendered: lucidream.render(memory, { format: "memory_dir" }),
  };
  assert.ok(applied.tombstones.length === 1 && plan.operations.length > 3 && values.Reading.sessions.length > 0);
  const lines = Object.entries(values).map(
    ([type, value]) => `export const a${type}: ${type} = ${JSON.stringify(value)};`,
  );
  const { status, stdout } = check(
    "returned.ts",
    `import type { ${Object.keys(values).join(", ")} } from "lucidream";\n${lines.join("\n")}\n`,
  );
  assert.equal(stdout.slice(0, 3000), "");
  assert.equal(status, 0);
});

test("no `any` is declared, and nothing that is not meant to be public is shipped", () => {
  const names = readdirSync(installed, { recursive: true, encoding: "utf8" }).sort();
  const declarations = names.filter((name) => name.endsWith(".d.ts"));
  assert.ok(declarations.length > 5);
  for (const name of declarations) {
    const types = readFileSync(join(installed, name), "utf8").replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "");
    assert.doesNotMatch(types, /\bany\b/, name);
  }
  assert.deepEqual(
    names.filter((name) => name.endsWith(".wasm")),
    ["wasm/lucidream_bg.wasm", "wasm/lucidream_fast.wasm"],
  );
  assert.ok(names.includes("LICENSE") && names.includes("NOTICE"));
  const { dependencies, peerDependencies, optionalDependencies, scripts } = JSON.parse(
    readFileSync(join(installed, "package.json"), "utf8"),
  );
  assert.deepEqual(
    [dependencies, peerDependencies, optionalDependencies, scripts],
    [undefined, undefined, undefined, undefined],
  );
});
