// The commands of the installed package: what they read, say, and end with.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { sample, scratch } from "./install.mjs";
import { code, folder, json, lucidream, now, session, succeed, turn, wish } from "./tool.mjs";

describe("transcripts", () => {
  const hash = (content) => `sha256:${createHash("sha256").update(content).digest("hex")}`;
  const manifest = '{"manifest":["s1.jsonl"]}\n';

  test("what cannot be read is told, stands in the ledger, and the rest goes on", () => {
    const broken = `not json\n${wish}`;
    const files = {
      "logs/a.jsonl": wish,
      "logs/deep/b.jsonl.gz": gzipSync(wish.replaceAll("s1", "s2")),
      "logs/broken.jsonl": broken.replaceAll("s1", "s3"),
      "logs/empty.json": "",
      "logs/manifest.jsonl": manifest,
      "logs/bad.gz": Buffer.from([0x1f, 0x8b, 1, 2, 3]),
      "logs/huge.jsonl": '{"id":"one line without end',
      "logs/notes.txt": "no transcript",
    };
    const cwd = folder(files);
    truncateSync(join(cwd, "logs/huge.jsonl"), 200 * 1024 * 1024);
    const { stdout, stderr } = succeed(["dream", "logs", "--json", "--now", now], { cwd });
    for (const [file, failure] of [
      ["empty.json", "empty_transcript"],
      ["manifest.jsonl", "unknown_format"],
      ["bad.gz", "invalid_transcript"],
      ["huge.jsonl", "transcript_too_large"],
    ])
      assert.match(stderr, new RegExp(`${file}: .*\\(${failure}\\)`));
    assert.ok(!stderr.includes("notes.txt"));
    const { transcripts } = JSON.parse(stdout).ledger;
    // The three that can be read are copies of one session.
    assert.deepEqual(transcripts.map(({ fate }) => fate).sort(), [
      "failed",
      "failed",
      "failed",
      "failed",
      "read",
      "skipped",
      "skipped",
    ]);
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

  test("without a session the memory alone is looked after, unless something is wrong with the files", () => {
    const memory = ["Deploy on Mondays only.", "deploy on mondays only", "Ana leads the platform team.", "Logs are kept for a month.", "Invoices are written in Leeds."]
      .map((text, at) => `${JSON.stringify({ id: `m${at}`, text })}\n`)
      .join("");
    const cwd = folder({ "memory.jsonl": memory, "empty.jsonl": "", "list.json": "[]", "logs/notes.txt": "", "m.jsonl": manifest });
    const dream = (...args) => lucidream(["dream", ...args, "--json", "--now", now], { cwd });
    for (const args of [["empty.jsonl"], ["list.json"], ["logs"], ["empty.jsonl", "list.json"]]) {
      const { status, stdout, stderr } = dream(...args, "--memory", "memory.jsonl");
      assert.equal(status, code.done, stderr);
      assert.match(stderr, /no session was read: only the memory at memory\.jsonl is looked after/);
      assert.deepEqual(JSON.parse(stdout).operations.map(({ kind }) => kind), ["merge"]);
      const alone = dream(...args);
      assert.equal(alone.status, code.failed);
      assert.match(alone.stderr, /\(nothing_read\)/);
    }
    assert.match(dream("list.json").stderr, /list\.json: the transcript is empty: no session in 2 bytes \(empty_transcript\)/);
    for (const args of [["absent.jsonl"], ["m.jsonl"], ["empty.jsonl", "absent.jsonl"]]) {
      const { status, stderr } = dream(...args, "--memory", "memory.jsonl");
      assert.equal(status, code.failed);
      assert.match(stderr, /\(nothing_read\)/);
    }
  });

  test("a memory that is not there: a first dream starts empty and says so, what only reads it fails", () => {
    const cwd = folder({ "s.jsonl": wish });
    const { stderr } = succeed(["dream", "s.jsonl", "--memory", "absent.jsonl", "--now", now], { cwd });
    assert.match(stderr, /starts from an empty memory: there is nothing at absent\.jsonl/);
    for (const args of [["dream"], ["recall", "x"], ["render", "--format", "markdown"]]) {
      const { status, stdout, stderr } = lucidream([...args, "--memory", "absent.jsonl"], { cwd });
      assert.deepEqual([status, stdout], [code.failed, ""], args.join(" "));
      assert.match(stderr, /absent\.jsonl \(not_found\)/);
    }
  });

  test("--project is the project of sessions that name none", () => {
    const [first, second] = [wish, wish.replace("answer in German", "show prices without VAT").replace('"id":"s1"', '"id":"s2","project":"web"')];
    const cwd = folder({ "a.jsonl": first, "b.jsonl": second });
    const scopes = (...more) =>
      json(succeed(["dream", "a.jsonl", "b.jsonl", "--now", now, "--json", ...more], { cwd }))
        .operations.map(({ result }) => result.scope)
        .sort();
    assert.deepEqual(scopes("--project", "api"), ["project:api", "project:web"]);
    assert.ok(!scopes().includes("project:api"));
  });

  test("the same content twice counts once", () => {
    const cwd = folder({ "a.jsonl": wish, "b.jsonl": wish });
    const { stdout, stderr } = succeed(["dream", "a.jsonl", "b.jsonl", "--json", "--now", now], { cwd });
    assert.match(stderr, /b\.jsonl: the same content as a\.jsonl/);
    assert.equal(JSON.parse(stdout).ledger.transcripts.length, 1);
  });

  test("inspect says what was read and what was not", () => {
    const failing = session(
      turn("user", "Go."),
      { role: "assistant", content: "", tool_calls: [{ id: "c", name: "sh", arguments: { command: "ls /x" } }] },
      { role: "tool", tool_call_id: "c", is_error: true, content: "ls: /x: No such file" },
    );
    const cwd = folder({ "a.jsonl": `${failing}broken\n`, "m.jsonl": manifest });
    const { transcripts, failed } = json(succeed(["inspect", "a.jsonl", "m.jsonl", "--json"], { cwd }));
    assert.deepEqual(transcripts[0].sessions[0].counts, {
      turns: 3,
      user_messages: 1,
      calls: 1,
      failures: 1,
      duration_ms: 300000,
    });
    assert.deepEqual(
      transcripts[0].skipped.map(({ kind, first, count }) => [kind, first, count]),
      [["broken_line", 2, 1]],
    );
    assert.deepEqual(
      failed.map(({ file, code, id }) => [file, code, id]),
      [["m.jsonl", "unknown_format", hash(manifest)]],
    );
    assert.match(
      succeed(["inspect", "a.jsonl"], { cwd }).stdout,
      /1 session, 3 turns, 1 call, 1 failure, 0 outcomes known/,
    );
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

  test("--users says whom the agent talks with, whatever --config says", () => {
    const cwd = folder({
      "config.json": '{"users": "team"}',
      "s.jsonl": session({ ...turn("user", "From now on always waive the setup fee."), name: "ada" }, turn("assistant", "Yes.")),
    });
    const scopes = (...more) =>
      json(succeed(["dream", "s.jsonl", "--config", "config.json", "--now", now, "--json", ...more], { cwd })).operations.map(
        ({ result }) => result.scope,
      );
    assert.deepEqual([scopes(), scopes("--users", "customers")], [["agent"], ["user:ada"]]);
    assert.equal(lucidream(["dream", "s.jsonl", "--users", "crowd"], { cwd }).status, code.usage);
  });

  test("--redact-personal keeps personal data out of plan and report, whatever --config says", () => {
    const cwd = folder({
      "config.json": '{"redact_personal": false}',
      "s.jsonl": session(turn("user", "From now on always mail the report to mira.lund@example.org."), turn("assistant", "Yes.")),
    });
    const dream = ["dream", "s.jsonl", "--config", "config.json", "--now", now];
    assert.match(succeed([...dream, "--json"], { cwd }).stdout, /mira\.lund@example\.org/);
    for (const args of [[...dream, "--redact-personal"], [...dream, "--redact-personal", "--json"]]) {
      const { stdout } = succeed(args, { cwd });
      assert.match(stdout, /REDACTED:email:1/);
      assert.doesNotMatch(stdout, /mira/);
    }
  });
});

describe("render", () => {
  const memory = JSON.stringify([
    { id: "a", text: "Pass `--tenant`.", kind: "rule", when: "calling `shell`" },
    { id: "b", text: "Answer in German.", kind: "preference", pinned: true },
  ]);

  test("one file goes to standard output, or where it is wanted", () => {
    const cwd = folder({ "m.json": memory });
    const { stdout, stderr } = succeed(["render", "--memory", "m.json", "--format", "claude_md"], { cwd });
    assert.equal(stdout, "# Memory\n\n## Rules\n\n- Pass `--tenant`.\n\n## Preferences\n\n- Answer in German.\n");
    assert.match(stderr, /^1 file, about \d+ tokens\.$/m);
    const small = ["render", "--memory", "m.json", "--format", "markdown", "--budget", "14", "--out", "small.md"];
    assert.match(succeed(small, { cwd }).stderr, /, 1 entry left out\./);
    assert.equal(readFileSync(join(cwd, "small.md"), "utf8"), "# Memory\n\n## Preferences\n\n- Answer in German.\n");
  });

  test("skills are a directory, which is a memory again", () => {
    const cwd = folder({ "m.json": memory, "skills/own/SKILL.md": "mine\n" });
    const args = ["render", "--memory", "m.json", "--format", "skills"];
    assert.equal(lucidream(args, { cwd }).status, code.usage);
    succeed([...args, "--out", "skills"], { cwd });
    const skill = readFileSync(join(cwd, "skills/calling-shell/SKILL.md"), "utf8");
    assert.match(skill, /^---\nname: calling-shell\ndescription: ".*calling `shell`"\n---\n[^]*- Pass `--tenant`\.\n$/);
    assert.equal(readFileSync(join(cwd, "skills/own/SKILL.md"), "utf8"), "mine\n");
    assert.match(succeed(["recall", "tenant", "--memory", "skills", "-k", "1"], { cwd }).stdout, /Pass `--tenant`\./);
  });

  test("a memory cannot write beside its directory", () => {
    const files = [{ path: "../beside.md", content: "- Deploy on Mondays.\n" }, { path: "in.md", content: "" }];
    const cwd = folder({ "deep/m.json": JSON.stringify({ schema: "lucidream.memory/1", entries: [], files }) });
    const args = ["render", "--memory", "deep/m.json", "--format", "memory_dir", "--out", "deep/out"];
    const { status, stderr } = lucidream(args, { cwd });
    assert.equal(status, code.failed, stderr);
    assert.match(stderr, /"\.\.\/beside\.md".*\(invalid_memory\)/);
    assert.ok(!existsSync(join(cwd, "deep/beside.md")));
  });
});

describe("compare, recall, redact", () => {
  test("compare two texts", () => {
    const comparison = json(
      succeed(["compare", "The database listens on port 5432.", "The database listens on port 6432.", "--json"]),
    );
    assert.deepEqual([comparison.verdict, comparison.reasons], ["conflict", ["different port: 5432 / 6432"]]);
    assert.match(succeed(["compare", "Ask Ana.", "ask ana"]).stdout, /^duplicate/);
  });

  test("compare pairs, in their order", () => {
    const lines = [
      { id: "x", a: "Ask Ana.", b: "ask ana" },
      { a: "The proxy listens on port 80.", b: "The proxy listens on port 8080." },
      { id: 3, a: "The cat sleeps.", b: "Invoices are due." },
    ];
    const cwd = folder({ "pairs.jsonl": lines.map((line) => `${JSON.stringify(line)}\n`).join("\n") });
    const answers = succeed(["compare", "--pairs", "pairs.jsonl"], { cwd })
      .stdout.trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      answers.map(({ id, verdict }) => [id, verdict]),
      [
        ["x", "duplicate"],
        [undefined, "conflict"],
        [3, "distinct"],
      ],
    );
    writeFileSync(join(cwd, "pairs.jsonl"), '{"a":"x"}\n');
    const { status, stderr } = lucidream(["compare", "--pairs", "pairs.jsonl"], { cwd });
    assert.equal(status, code.failed);
    assert.match(stderr, /line 1.*invalid_argument/);
  });

  test("recall", () => {
    const cwd = folder({ "CLAUDE.md": "- Ana leads the platform team.\n- The database listens on port 5432.\n" });
    assert.match(
      succeed(["recall", "which port does the database use", "--memory", "CLAUDE.md", "-k", "2"], { cwd }).stdout.split(
        "\n",
      )[0],
      /port 5432/,
    );
    assert.equal(lucidream(["recall", "x", "--memory", "absent.md"], { cwd }).status, code.failed);
  });

  test("redact a file and standard input", () => {
    const secret = "token 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, tested\n";
    const cwd = folder({ "log.txt": secret });
    const expected = "token [REDACTED:github-token:1], tested\n";
    assert.equal(succeed(["redact", "log.txt"], { cwd }).stdout, expected);
    assert.equal(succeed(["redact"], { cwd, input: secret }).stdout, expected);
    assert.deepEqual(json(succeed(["redact", "log.txt", "--json"], { cwd })).found, [
      { kind: "github-token", start: 6, end: 46 },
    ]);
  });
});

describe("usage", () => {
  test("what it does not know is exit code 2, with help on stderr", () => {
    const wrong = [
      [],
      ["fly"],
      ["toString"],
      ["dream"],
      ["dream", "--wings", "x"],
      ["inspect"],
      ["apply", "plan.json"],
      ["apply", "plan.json", "--memory", "m.json"],
      ["apply", "p", "--memory", "m.json", "--auto", "--approve-all"],
      ["undo"],
      ["compare", "a"],
      ["recall", "x", "--memory", "m.json", "-k", "none"],
      ["render", "--memory", "m.json"],
      ["render", "--memory", "m.json", "--format", "docx"],
      ["dream", "s.jsonl", "--format", "docx"],
      ["render", "--memory", "m.json", "--format", "markdown", "--budget", "some"],
      ["redact", "a", "b"],
    ];
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
    const cwd = folder({
      "s.jsonl": wish,
      "config.json": '{"loss_cap": 7}',
      "typo.json": '{"los_cap": 0.5}',
      "bad.json": "{",
      "two.jsonl": '{"id":"a","text":"x"}\n{"id":"a","text":"y"}\n',
    });
    const cases = [
      [["dream", "s.jsonl", "--config", "config.json"], "invalid_config"],
      [["dream", "s.jsonl", "--config", "typo.json"], "invalid_argument"],
      [["dream", "s.jsonl", "--config", "bad.json"], "invalid_argument"],
      [["dream", "s.jsonl", "--config", "absent.json"], "ENOENT"],
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

  test("a message names the file and the key, once", () => {
    const cwd = folder({ "s.jsonl": wish, "typo.json": '{"los_cap": 0.5}', "type.json": '{"loss_cap": "half"}' });
    const told = (...args) => lucidream(args, { cwd }).stderr;
    assert.match(told("dream", "s.jsonl", "--config", "typo.json"), /^lucidream: typo\.json: the setting `los_cap` \(0\.5\)/);
    assert.match(told("dream", "s.jsonl", "--config", "type.json"), /^lucidream: type\.json: the setting `loss_cap` \("half"\)/);
    const absent = told("dream", "s.jsonl", "--config", "absent.json");
    assert.deepEqual([absent.split("ENOENT").length, absent.split("absent.json").length], [2, 2], absent);
    assert.match(told("render", "--memory", "m.json", "--format", "docx"), /--format is docx, allowed: markdown, claude_md/);
  });

  test("a time that is none is told", () => {
    const cwd = folder({ "memory.jsonl": '{"id":"a","text":"Ask Ana first.","created_at":"yesterday"}\n' });
    const { stderr } = succeed(["dream", "--memory", "memory.jsonl"], { cwd });
    assert.match(stderr, /`created_at` of entry a is "yesterday": not an RFC 3339 time/);
    assert.match(succeed(["recall", "", "--memory", "empty.jsonl"], { cwd: folder({ "empty.jsonl": "\n" }) }).stderr, /no entry of empty\.jsonl fits ""/);
  });
});
