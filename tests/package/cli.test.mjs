// The command line tool of the installed package: its commands, files and exit codes.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { install, runner, sample, scratch } from "./install.mjs";

const lucidream = runner(install());
const code = { done: 0, failed: 1, usage: 2, held: 3 };
const json = ({ stdout }) => JSON.parse(stdout);
const succeed = (args, options) => {
  const result = lucidream(args, options);
  assert.equal(result.status, code.done, result.stderr);
  return result;
};

/** A folder with the named files. */
function folder(files) {
  const path = scratch();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(path, name, ".."), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

const turn = (role, content) => ({ role, content });
const session = (...messages) => `${JSON.stringify({ id: "s1", agent: "a", started_at: "2026-11-02T08:00:00Z", ended_at: "2026-11-02T08:05:00Z", messages })}\n`;
const wish = session(turn("user", "From now on always answer in German."), turn("assistant", "Gerne."));
const now = "2026-11-08T03:00:00Z";

const facts = ["The database listens on port 5432.", "Ana leads the platform team.", "Invoices are written in Leeds.", "The build takes twelve minutes.", "Customers see the status page first.", "Logs are kept for a month."];
const untidy = [...facts, "Deploy on Mondays only.", "deploy on mondays only"];

/** One store in each form; written as no program would, so that undo has bytes to restore. */
const stores = {
  "memory.jsonl": untidy.map((text, at) => `{ "text": ${JSON.stringify(text)}, "id": "m${at}", "x_own": 1.50 }\r\n`).join(""),
  "memory.json": JSON.stringify({ entries: untidy.map((text, at) => ({ text, id: `m${at}` })) }, null, "\t"),
  "array.json": JSON.stringify(untidy.map((text, at) => ({ text, id: `m${at}` }))),
  "memory.jsonl.gz": gzipSync(untidy.map((text, at) => JSON.stringify({ text, id: `m${at}` })).join("\n"), { level: 1 }),
  "CLAUDE.md": `\u{feff}# House rules\r\n\r\nRead this first.\r\n\r\n\`\`\`sh\nnpm test\n\`\`\`\n\n${untidy.map((text) => `* ${text}\n`).join("")}\n| a | b |\n|---|---|\n`,
  "notes/rules.md": `# Rules\n\n${untidy.slice(0, 4).map((text) => `- ${text}\n`).join("")}`,
  "notes/more/facts.md": untidy.slice(4).map((text) => `- ${text}\n`).join(""),
};
const paths = [...Object.keys(stores).filter((name) => !name.includes("/")), "notes"];

const bytesUnder = (path) =>
  Object.fromEntries(readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name)).sort().map((file) => [file, readFileSync(file).toString("base64")]));

const dreamInto = (cwd, memory, ...more) => succeed(["dream", "s.jsonl", "--memory", memory, "--out", "plan.json", "--now", now, ...more], { cwd });

describe("dream, apply, undo", () => {
  for (const memory of paths) {
    test(`${memory}: undo restores every byte`, () => {
      const cwd = folder({ ...stores, "s.jsonl": wish });
      dreamInto(cwd, memory);
      const before = bytesUnder(cwd);
      const { stdout } = succeed(["apply", "plan.json", "--memory", memory, "--approve-all"], { cwd });
      assert.match(stdout, /^2 operations applied, 0 rejected, 0 left alone\./);
      assert.notDeepEqual(bytesUnder(cwd), before);
      const recalled = json(succeed(["recall", "answer in German", "--memory", memory, "--json", "-k", "1"], { cwd }));
      assert.match(recalled[0].text, /german/i);
      succeed(["undo", "--memory", memory], { cwd });
      assert.deepEqual(bytesUnder(cwd), before);
    });

    test(`${memory}: what left the active set is not lost, and the next dream is quiet`, () => {
      const cwd = folder({ ...stores, "s.jsonl": wish });
      dreamInto(cwd, memory);
      succeed(["apply", "plan.json", "--memory", memory, "--approve-all"], { cwd });
      const plan = json(dreamInto(cwd, memory, "--json"));
      assert.deepEqual(plan.operations, []);
      // The merged copies are still in the ledger, after an edit by hand too.
      const entries = plan.ledger.entries.length;
      assert.ok(entries > untidy.length);
      const file = memory === "notes" ? "notes/rules.md" : memory;
      if (!file.endsWith(".md")) return;
      writeFileSync(join(cwd, file), `${readFileSync(join(cwd, file), "utf8")}\n- The printer is on the second floor.\n`);
      assert.equal(json(dreamInto(cwd, memory, "--json")).ledger.entries.length, entries + 1);
    });
  }

  test("lines and frame that did not change keep their bytes", () => {
    const cwd = folder({ ...stores, "s.jsonl": wish });
    for (const memory of ["memory.jsonl", "CLAUDE.md"]) {
      dreamInto(cwd, memory);
      succeed(["apply", "plan.json", "--memory", memory, "--approve-all"], { cwd });
      const lines = readFileSync(join(cwd, memory), "utf8").split("\n");
      const kept = stores[memory].split("\n").filter((line) => !/deploy/i.test(line));
      assert.deepEqual(kept.filter((line) => !lines.includes(line)), []);
    }
    assert.match(readFileSync(join(cwd, "CLAUDE.md"), "utf8"), /\n## Preferences\n\n- .*german/i);
    assert.equal(JSON.parse(readFileSync(join(cwd, "memory.jsonl"), "utf8").split("\n")[0]).x_own, 1.5);
  });

  test("a gzip store stays gzip, an array stays an array, a link stays a link", () => {
    const cwd = folder({ ...stores, "s.jsonl": wish });
    symlinkSync("CLAUDE.md", join(cwd, "AGENTS.md"));
    for (const memory of ["memory.jsonl.gz", "array.json", "AGENTS.md"]) {
      dreamInto(cwd, memory);
      succeed(["apply", "plan.json", "--memory", memory, "--approve-all"], { cwd });
    }
    assert.match(gunzipSync(readFileSync(join(cwd, "memory.jsonl.gz"))).toString(), /german/i);
    assert.ok(Array.isArray(JSON.parse(readFileSync(join(cwd, "array.json"), "utf8"))));
    assert.match(readFileSync(join(cwd, "CLAUDE.md"), "utf8"), /german/i);
  });

  test("undo goes back step by step, then says that there is nothing", () => {
    const cwd = folder({ ...stores, "s.jsonl": wish, "t.jsonl": wish.replaceAll("s1", "s2").replace("in German", "within one hour") });
    const states = [bytesUnder(cwd)];
    for (const transcript of ["s.jsonl", "t.jsonl"]) {
      succeed(["dream", transcript, "--memory", "memory.json", "--out", "../plan.json", "--now", now], { cwd });
      succeed(["apply", "../plan.json", "--memory", "memory.json", "--approve-all"], { cwd });
      states.push(bytesUnder(cwd));
    }
    for (const state of states.slice(0, -1).reverse()) {
      succeed(["undo", "--memory", "memory.json"], { cwd });
      assert.equal(bytesUnder(cwd)[join(cwd, "memory.json")], state[join(cwd, "memory.json")]);
    }
    assert.deepEqual(bytesUnder(cwd), states[0]);
    const { status, stderr } = lucidream(["undo", "--memory", "memory.json"], { cwd });
    assert.equal(status, code.failed);
    assert.match(stderr, /nothing_to_undo/);
  });

  test("undo refuses when the memory has changed since", () => {
    const cwd = folder({ ...stores, "s.jsonl": wish });
    dreamInto(cwd, "memory.jsonl");
    succeed(["apply", "plan.json", "--memory", "memory.jsonl", "--approve-all"], { cwd });
    const edited = `${readFileSync(join(cwd, "memory.jsonl"), "utf8")}{"id":"new","text":"Mine."}\n`;
    writeFileSync(join(cwd, "memory.jsonl"), edited);
    const { status, stderr } = lucidream(["undo", "--memory", "memory.jsonl"], { cwd });
    assert.equal(status, code.failed);
    assert.match(stderr, /stale_inverse/);
    assert.equal(readFileSync(join(cwd, "memory.jsonl"), "utf8"), edited);
  });

  test("a plan for another memory is refused", () => {
    const cwd = folder({ ...stores, "s.jsonl": wish });
    dreamInto(cwd, "memory.jsonl");
    const { status, stderr } = lucidream(["apply", "plan.json", "--memory", "CLAUDE.md", "--approve-all"], { cwd });
    assert.equal(status, code.failed);
    assert.match(stderr, /stale_plan/);
    assert.deepEqual(readFileSync(join(cwd, "CLAUDE.md"), "utf8"), stores["CLAUDE.md"]);
  });

  test("a changed plan is refused", () => {
    const cwd = folder({ ...stores, "s.jsonl": wish });
    dreamInto(cwd, "memory.jsonl");
    writeFileSync(join(cwd, "plan.json"), readFileSync(join(cwd, "plan.json"), "utf8").replace("German", "French"));
    const { status, stderr } = lucidream(["apply", "plan.json", "--memory", "memory.jsonl", "--approve-all"], { cwd });
    assert.equal(status, code.failed);
    assert.match(stderr, /invalid_plan/);
  });

  test("decisions: modified, rejected and remembered", () => {
    const cwd = folder({ ...stores, "s.jsonl": wish });
    dreamInto(cwd, "CLAUDE.md");
    const { operations } = JSON.parse(readFileSync(join(cwd, "plan.json"), "utf8"));
    const of = (kind) => operations.find((operation) => operation.kind === kind).id;
    const decisions = [{ op: of("add"), decision: "reject", reason: "only for Anna" }, { op: of("merge"), decision: "modify", text: "Deploy on Mondays, never later." }];
    writeFileSync(join(cwd, "decisions.json"), JSON.stringify(decisions));
    const done = json(succeed(["apply", "plan.json", "--memory", "CLAUDE.md", "--decisions", "decisions.json", "--json"], { cwd }));
    assert.deepEqual([done.applied, done.rejected], [[of("merge")], [of("add")]]);
    assert.match(readFileSync(join(cwd, "CLAUDE.md"), "utf8"), /Deploy on Mondays, never later\./);
    assert.deepEqual(json(dreamInto(cwd, "CLAUDE.md", "--json")).operations, []);
    succeed(["undo", "--memory", "CLAUDE.md"], { cwd });
    assert.equal(readFileSync(join(cwd, "CLAUDE.md"), "utf8"), stores["CLAUDE.md"]);
    assert.ok(!json(dreamInto(cwd, "CLAUDE.md", "--json")).operations.some(({ kind }) => kind === "add"), "the rejection outlives the undo");
  });

  test("--auto takes what needs no review", () => {
    const cwd = folder({ ...stores, "s.jsonl": wish });
    dreamInto(cwd, "memory.json");
    const safe = JSON.parse(readFileSync(join(cwd, "plan.json"), "utf8")).operations.filter(({ needs_review }) => !needs_review).map(({ id }) => id);
    assert.equal(safe.length, 1);
    assert.deepEqual(json(succeed(["apply", "plan.json", "--memory", "memory.json", "--auto", "--json"], { cwd })).applied, safe);
  });

  test("a held plan: exit code 3, auto applies nothing, a person may", () => {
    const twice = "- Deploy on Mondays.\n- deploy on mondays\n- Ask Ana first.\n- ask ana first!\n";
    const cwd = folder({ "memory.md": twice });
    const { status, stderr } = lucidream(["dream", "--memory", "memory.md", "--out", "plan.json"], { cwd });
    assert.equal(status, code.held);
    assert.match(stderr, /held/);
    assert.equal(lucidream(["apply", "plan.json", "--memory", "memory.md", "--auto"], { cwd }).status, code.held);
    assert.equal(readFileSync(join(cwd, "memory.md"), "utf8"), twice);
    succeed(["apply", "plan.json", "--memory", "memory.md", "--approve-all"], { cwd });
  });

  test("a memory that is not there yet is made, and undo takes it away", () => {
    const cwd = folder({ "s.jsonl": wish });
    const { stderr } = dreamInto(cwd, "new.jsonl");
    assert.match(stderr, /nothing at new\.jsonl yet/);
    succeed(["apply", "plan.json", "--memory", "new.jsonl", "--approve-all"], { cwd });
    assert.match(readFileSync(join(cwd, "new.jsonl"), "utf8"), /german/i);
    succeed(["undo", "--memory", "new.jsonl"], { cwd });
    assert.deepEqual(readdirSync(cwd).sort(), ["plan.json", "s.jsonl"]);
  });

  test("an apply that was stopped in between is ended or forgotten", () => {
    const cwd = folder({ ...stores, "s.jsonl": wish });
    const [store, side] = [join(cwd, "memory.jsonl"), join(cwd, "memory.jsonl.lucidream.json")];
    dreamInto(cwd, "memory.jsonl");
    succeed(["apply", "plan.json", "--memory", "memory.jsonl", "--approve-all", "--now", now], { cwd });
    const written = readFileSync(store);
    // Stopped before the store was written: as if nothing had been.
    renameSync(side, `${side}.next`);
    writeFileSync(store, stores["memory.jsonl"]);
    assert.equal(json(dreamInto(cwd, "memory.jsonl", "--json")).operations.length, 2);
    assert.ok(!existsSync(`${side}.next`));
    // Stopped after: the way back is there.
    succeed(["apply", "plan.json", "--memory", "memory.jsonl", "--approve-all", "--now", now], { cwd });
    assert.equal(readFileSync(store, "utf8"), written.toString("utf8"));
    renameSync(side, `${side}.next`);
    succeed(["undo", "--memory", "memory.jsonl"], { cwd });
    assert.equal(readFileSync(store, "utf8"), stores["memory.jsonl"]);
  });
});

describe("transcripts", () => {
  const hash = (content) => `sha256:${createHash("sha256").update(content).digest("hex")}`;
  const manifest = '{"manifest":["s1.jsonl"]}\n';

  test("what cannot be read is told, stands in the ledger, and the rest goes on", () => {
    const broken = `not json\n${wish}`;
    const files = { "logs/a.jsonl": wish, "logs/deep/b.jsonl.gz": gzipSync(wish.replaceAll("s1", "s2")), "logs/broken.jsonl": broken.replaceAll("s1", "s3"), "logs/empty.json": "", "logs/manifest.jsonl": manifest, "logs/bad.gz": Buffer.from([0x1f, 0x8b, 1, 2, 3]), "logs/huge.jsonl": "", "logs/notes.txt": "no transcript" };
    const cwd = folder(files);
    truncateSync(join(cwd, "logs/huge.jsonl"), 200 * 1024 * 1024);
    const { stdout, stderr } = succeed(["dream", "logs", "--json", "--now", now], { cwd });
    for (const [file, failure] of [["empty.json", "empty_transcript"], ["manifest.jsonl", "unknown_format"], ["bad.gz", "invalid_transcript"], ["huge.jsonl", "transcript_too_large"]])
      assert.match(stderr, new RegExp(`${file}: .*\\(${failure}\\)`));
    assert.ok(!stderr.includes("notes.txt"));
    const { transcripts } = JSON.parse(stdout).ledger;
    assert.deepEqual(transcripts.map(({ fate }) => fate).sort(), ["failed", "failed", "failed", "failed", "read", "read", "read"]);
    assert.match(transcripts.find(({ id }) => id === hash(manifest)).why, /^unknown_format: /);
    assert.match(transcripts.find(({ id }) => id === hash("")).why, /^empty_transcript: /);
    assert.ok(transcripts.some(({ id, fate }) => id === hash(wish) && fate === "read"));
  });

  test("nothing readable is a failure", () => {
    const cwd = folder({ "m.jsonl": manifest });
    for (const args of [["m.jsonl"], ["absent.jsonl"], ["m.jsonl", "--memory", "new.json"]]) {
      const { status, stderr } = lucidream(["dream", ...args], { cwd });
      assert.equal(status, code.failed);
      assert.match(stderr, /nothing_read/);
    }
    assert.match(lucidream(["dream", "absent.jsonl"], { cwd }).stderr, /absent\.jsonl: .*ENOENT/);
    assert.equal(lucidream(["inspect", "m.jsonl"], { cwd }).status, code.failed);
  });

  test("the same content twice counts once", () => {
    const cwd = folder({ "a.jsonl": wish, "b.jsonl": wish });
    const { stdout, stderr } = succeed(["dream", "a.jsonl", "b.jsonl", "--json", "--now", now], { cwd });
    assert.match(stderr, /b\.jsonl: the same content as a\.jsonl/);
    assert.equal(JSON.parse(stdout).ledger.transcripts.length, 1);
  });

  test("inspect says what was read and what was not", () => {
    const failing = session(turn("user", "Go."), { role: "assistant", content: "", tool_calls: [{ id: "c", name: "sh", arguments: { command: "ls /x" } }] }, { role: "tool", tool_call_id: "c", is_error: true, content: "ls: /x: No such file" });
    const cwd = folder({ "a.jsonl": `${failing}broken\n`, "m.jsonl": manifest });
    const { transcripts, failed } = json(succeed(["inspect", "a.jsonl", "m.jsonl", "--json"], { cwd }));
    assert.deepEqual(transcripts[0].sessions[0].counts, { turns: 3, user_messages: 1, calls: 1, failures: 1 });
    assert.deepEqual(transcripts[0].skipped.map(({ kind, first, count }) => [kind, first, count]), [["broken_line", 2, 1]]);
    assert.deepEqual(failed.map(({ file, code, id }) => [file, code, id]), [["m.jsonl", "unknown_format", hash(manifest)]]);
    assert.match(succeed(["inspect", "a.jsonl"], { cwd }).stdout, /1 session, 3 turns, 1 call, 1 failure, 0 outcomes known/);
  });
});

describe("the sample agent", () => {
  test("one dream: plan, report, and the same bytes again", () => {
    const cwd = scratch();
    cpSync(sample.memory, join(cwd, "memory.jsonl"));
    const args = ["dream", sample.sessions, "--memory", "memory.jsonl", "--now", sample.now];
    const { stdout, stderr } = lucidream([...args, "--out", "plan.json", "--report", "report.md"], { cwd });
    assert.equal(stdout, readFileSync(join(cwd, "report.md"), "utf8"));
    assert.match(stdout, /balanced/);
    assert.match(stderr, /100 sessions read, \d+ operations proposed in \d/);
    assert.equal(lucidream([...args, "--json"], { cwd }).stdout, `${readFileSync(join(cwd, "plan.json"), "utf8")}\n`);
    const { ledger, agent } = JSON.parse(readFileSync(join(cwd, "plan.json"), "utf8"));
    assert.deepEqual([ledger.entries.length, agent], [72, undefined]);
    const before = readFileSync(join(cwd, "memory.jsonl"));
    succeed(["apply", "plan.json", "--memory", "memory.jsonl", "--approve-all"], { cwd });
    succeed(["undo", "--memory", "memory.jsonl"], { cwd });
    assert.deepEqual(readFileSync(join(cwd, "memory.jsonl")), before);
  });

  test("--agent and --config reach the plan", () => {
    const cwd = folder({ "config.json": '{"loss_cap": 0.5}', "s.jsonl": wish });
    const plan = json(succeed(["dream", "s.jsonl", "--agent", "tier2", "--config", "config.json", "--json"], { cwd }));
    assert.deepEqual([plan.agent, plan.config.loss_cap, plan.config.max_sessions], ["tier2", 0.5, 100]);
  });
});

describe("compare, recall, redact", () => {
  test("compare two texts", () => {
    const comparison = json(succeed(["compare", "The database listens on port 5432.", "The database listens on port 6432.", "--json"]));
    assert.deepEqual([comparison.verdict, comparison.reasons], ["conflict", ["different number: 5432 / 6432"]]);
    assert.match(succeed(["compare", "Ask Ana.", "ask ana"]).stdout, /^duplicate/);
  });

  test("compare pairs, in their order", () => {
    const lines = [{ id: "x", a: "Ask Ana.", b: "ask ana" }, { a: "The proxy listens on port 80.", b: "The proxy listens on port 8080." }, { id: 3, a: "The cat sleeps.", b: "Invoices are due." }];
    const cwd = folder({ "pairs.jsonl": lines.map((line) => `${JSON.stringify(line)}\n`).join("\n") });
    const answers = succeed(["compare", "--pairs", "pairs.jsonl"], { cwd }).stdout.trim().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(answers.map(({ id, verdict }) => [id, verdict]), [["x", "duplicate"], [undefined, "conflict"], [3, "distinct"]]);
    writeFileSync(join(cwd, "pairs.jsonl"), '{"a":"x"}\n');
    const { status, stderr } = lucidream(["compare", "--pairs", "pairs.jsonl"], { cwd });
    assert.equal(status, code.failed);
    assert.match(stderr, /line 1.*invalid_argument/);
  });

  test("recall", () => {
    const cwd = folder(stores);
    assert.match(succeed(["recall", "which port does the database use", "--memory", "CLAUDE.md", "-k", "2"], { cwd }).stdout.split("\n")[0], /port 5432/);
    assert.equal(lucidream(["recall", "x", "--memory", "absent.md"], { cwd }).status, code.failed);
  });

  test("redact a file and standard input", () => {
    const secret = "token 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, tested\n";
    const cwd = folder({ "log.txt": secret });
    const expected = "token [REDACTED:github-token:1], tested\n";
    assert.equal(succeed(["redact", "log.txt"], { cwd }).stdout, expected);
    assert.equal(succeed(["redact"], { cwd, input: secret }).stdout, expected);
    assert.deepEqual(json(succeed(["redact", "log.txt", "--json"], { cwd })).found, [{ kind: "github-token", start: 6, end: 46 }]);
  });
});

describe("usage", () => {
  test("what it does not know is exit code 2, with help on stderr", () => {
    const wrong = [[], ["fly"], ["toString"], ["dream"], ["dream", "--wings", "x"], ["inspect"], ["apply", "plan.json"], ["apply", "plan.json", "--memory", "m.json"], ["apply", "p", "--memory", "m.json", "--auto", "--approve-all"], ["undo"], ["compare", "a"], ["recall", "x", "--memory", "m.json", "-k", "none"], ["redact", "a", "b"]];
    for (const args of wrong) {
      const { status, stdout, stderr } = lucidream(args);
      assert.deepEqual([status, stdout], [code.usage, ""], args.join(" "));
      assert.match(stderr, /lucidream dream/.test(stderr) ? /lucidream/ : /Usage: lucidream/);
    }
  });

  test("help and version", () => {
    assert.match(succeed(["--help"]).stdout, /lucidream recall QUERY/);
    assert.match(succeed(["dream", "--help"]).stdout, /--config FILE/);
    assert.match(succeed(["--version"]).stdout, /^\d+\.\d+\.\d+\n$/);
  });

  test("failures name their code", () => {
    const cwd = folder({ "s.jsonl": wish, "config.json": '{"loss_cap": 7}', "typo.json": '{"los_cap": 0.5}', "bad.json": "{", "two.jsonl": '{"id":"a","text":"x"}\n{"id":"a","text":"y"}\n' });
    const cases = [
      [["dream", "s.jsonl", "--config", "config.json"], "invalid_config"],
      [["dream", "s.jsonl", "--config", "typo.json"], "invalid_argument"],
      [["dream", "s.jsonl", "--config", "bad.json"], "invalid_argument"],
      [["dream", "s.jsonl", "--config", "absent.json"], "ENOENT"],
      [["dream", "s.jsonl", "--format", "docx"], "invalid_argument"],
      [["dream", "s.jsonl", "--now", "today"], "invalid_timestamp"],
      [["dream", "s.jsonl", "--memory", "memory.txt"], "invalid_argument"],
      [["dream", "s.jsonl", "--memory", "bad.json"], "invalid_memory"],
      [["dream", "s.jsonl", "--memory", "two.jsonl"], "duplicate_entry"],
      [["apply", "absent.json", "--memory", "two.jsonl", "--auto"], "ENOENT"],
    ];
    for (const [args, failure] of cases) {
      const { status, stderr } = lucidream(args, { cwd });
      assert.equal(status, code.failed, args.join(" "));
      assert.match(stderr, new RegExp(`\\(${failure}\\)\\n$`));
    }
  });
});
