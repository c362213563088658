// A store in each of its forms: changed by a plan, and brought back to the byte.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { code, folder, json, lucidream, now, succeed, wish } from "./tool.mjs";

const facts = [
  "The database listens on port 5432.",
  "Ana leads the platform team.",
  "Invoices are written in Leeds.",
  "The build takes twelve minutes.",
  "Customers see the status page first.",
  "Logs are kept for a month.",
];
const untidy = [...facts, "Deploy on Mondays only.", "deploy on mondays only"];

/** One store in each form; written as no program would, so that undo has bytes to restore. */
const stores = {
  "memory.jsonl": untidy
    .map((text, at) => `{ "text": ${JSON.stringify(text)}, "id": "m${at}", "x_own": 1.50 }\r\n`)
    .join(""),
  "memory.json": JSON.stringify({ entries: untidy.map((text, at) => ({ text, id: `m${at}` })) }, null, "\t"),
  "array.json": JSON.stringify(untidy.map((text, at) => ({ text, id: `m${at}` }))),
  "memory.jsonl.gz": gzipSync(untidy.map((text, at) => JSON.stringify({ text, id: `m${at}` })).join("\n"), {
    level: 1,
  }),
  "CLAUDE.md": `\u{feff}# House rules\r\n\r\nRead this first.\r\n\r\n\`\`\`sh\nnpm test\n\`\`\`\n\n${untidy.map((text) => `* ${text}\n`).join("")}\n| a | b |\n|---|---|\n`,
  "notes/rules.md": `# Rules\n\n${untidy
    .slice(0, 4)
    .map((text) => `- ${text}\n`)
    .join("")}`,
  "notes/more/facts.md": untidy
    .slice(4)
    .map((text) => `- ${text}\n`)
    .join(""),
};
const reworded = (line) => line.replace(/("text":")[^"]*german[^"]*/i, "$1The office in Zurich greets with two kisses.");
const paths = [...Object.keys(stores).filter((name) => !name.includes("/")), "notes"];

const bytesUnder = (path) =>
  Object.fromEntries(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .sort()
      .map((file) => [file, readFileSync(file).toString("base64")]),
  );

/** The same without what lies beside the store: what was undone is remembered there. */
const storeUnder = (path) =>
  Object.fromEntries(Object.entries(bytesUnder(path)).filter(([file]) => !file.endsWith(".lucidream.json")));

const dreamInto = (cwd, memory, ...more) =>
  succeed(["dream", "s.jsonl", "--memory", memory, "--out", "plan.json", "--now", now, ...more], { cwd });

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
      assert.deepEqual(storeUnder(cwd), before);
      assert.deepEqual(json(dreamInto(cwd, memory, "--json")).operations, [], "what was undone stays undone");
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
      writeFileSync(
        join(cwd, file),
        `${readFileSync(join(cwd, file), "utf8")}\n- The printer is on the second floor.\n`,
      );
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
      assert.deepEqual(
        kept.filter((line) => !lines.includes(line)),
        [],
      );
    }
    assert.match(readFileSync(join(cwd, "CLAUDE.md"), "utf8"), /\n## Preferences\r?\n\r?\n- .*german/i);
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
    const cwd = folder({
      ...stores,
      "s.jsonl": wish,
      "t.jsonl": wish.replaceAll("s1", "s2").replace("in German", "within one hour"),
    });
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
    assert.deepEqual(storeUnder(cwd), states[0]);
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
    const decisions = [
      { op: of("add"), decision: "reject", reason: "only for Anna" },
      { op: of("merge"), decision: "modify", text: "Deploy on Mondays, never later." },
    ];
    writeFileSync(join(cwd, "decisions.json"), JSON.stringify(decisions));
    const done = json(
      succeed(["apply", "plan.json", "--memory", "CLAUDE.md", "--decisions", "decisions.json", "--json"], { cwd }),
    );
    assert.deepEqual([done.applied, done.rejected], [[of("merge")], [of("add")]]);
    assert.match(readFileSync(join(cwd, "CLAUDE.md"), "utf8"), /Deploy on Mondays, never later\./);
    assert.deepEqual(json(dreamInto(cwd, "CLAUDE.md", "--json")).operations, []);
    succeed(["undo", "--memory", "CLAUDE.md"], { cwd });
    assert.equal(readFileSync(join(cwd, "CLAUDE.md"), "utf8"), stores["CLAUDE.md"]);
    assert.ok(
      !json(dreamInto(cwd, "CLAUDE.md", "--json")).operations.some(({ kind }) => kind === "add"),
      "the rejection outlives the undo",
    );
  });

  test("what was deleted by hand does not come back", () => {
    const cwd = folder({ ...stores, "s.jsonl": wish });
    dreamInto(cwd, "CLAUDE.md");
    succeed(["apply", "plan.json", "--memory", "CLAUDE.md", "--approve-all", "--now", now], { cwd });
    const file = join(cwd, "CLAUDE.md");
    const lines = readFileSync(file, "utf8").split("\n");
    writeFileSync(file, lines.filter((line) => !/german/i.test(line)).join("\n"));
    assert.deepEqual(json(dreamInto(cwd, "CLAUDE.md", "--json")).operations, []);
  });

  test("what was deleted from JSONL, or has other words now, does not come back", () => {
    for (const edit of [(lines) => lines.filter((line) => !/german/i.test(line)), (lines) => lines.map(reworded)]) {
      const cwd = folder({ ...stores, "s.jsonl": wish });
      dreamInto(cwd, "memory.jsonl");
      succeed(["apply", "plan.json", "--memory", "memory.jsonl", "--approve-all", "--now", now], { cwd });
      const file = join(cwd, "memory.jsonl");
      const lines = readFileSync(file, "utf8").split("\n");
      assert.ok(lines.some((line) => /german/i.test(line)));
      writeFileSync(file, edit(lines).join("\n"));
      assert.deepEqual(json(dreamInto(cwd, "memory.jsonl", "--json")).operations, []);
    }
  });

  test("what was written in other words stays so, until it is undone and opened again", () => {
    const cwd = folder({ ...stores, "s.jsonl": wish });
    const plan = json(dreamInto(cwd, "memory.jsonl", "--json"));
    const { id } = plan.operations.find(({ kind }) => kind === "add");
    const decisions = [{ op: id, decision: "modify", text: "The team reads German best." }];
    writeFileSync(join(cwd, "decisions.json"), JSON.stringify(decisions));
    const adds = () => json(dreamInto(cwd, "memory.jsonl", "--json")).operations.filter(({ kind }) => kind === "add");
    const { stdout } = succeed(["apply", "plan.json", "--memory", "memory.jsonl", "--decisions", "decisions.json"], { cwd });
    assert.match(stdout, /^1 operation applied, 0 rejected, 1 left alone\./);
    assert.deepEqual(adds(), []);
    succeed(["undo", "--memory", "memory.jsonl", "--reopen"], { cwd });
    assert.deepEqual(adds().map((operation) => operation.id), [id]);
  });

  test("both sides of a question cannot be approved, and what is open is told", () => {
    const text = "- The staging port is 5432.\n- The staging port is 6432.\n- Ask Ana first.\n";
    const cwd = folder({ "memory.md": text });
    const { questions } = json(succeed(["dream", "--memory", "memory.md", "--out", "plan.json", "--json"], { cwd }));
    const both = questions[0].choices.map(({ op }) => ({ op, decision: "approve" }));
    writeFileSync(join(cwd, "both.json"), JSON.stringify(both));
    const { status, stderr } = lucidream(["apply", "plan.json", "--memory", "memory.md", "--decisions", "both.json"], { cwd });
    assert.deepEqual([status, /two answers/.test(stderr), readFileSync(join(cwd, "memory.md"), "utf8")], [1, true, text]);
    const { stdout } = succeed(["apply", "plan.json", "--memory", "memory.md", "--approve-all"], { cwd });
    assert.match(stdout, /^0 operations applied, 0 rejected, 0 left alone\. 1 question left open, for --decisions\./);
  });

  test("a question is answered with the side that holds", () => {
    const cwd = folder({ "memory.md": "- The staging port is 5432.\n- The staging port is 6432.\n- Ask Ana first.\n" });
    const { questions } = json(succeed(["dream", "--memory", "memory.md", "--out", "plan.json", "--json"], { cwd }));
    const entries = json(succeed(["recall", "staging port", "--memory", "memory.md", "--json"], { cwd }));
    const holds = entries.find(({ text }) => text.includes("6432")).id;
    const { op } = questions[0].choices.find(({ keep }) => keep === holds);
    writeFileSync(join(cwd, "decisions.json"), JSON.stringify([{ op, decision: "approve" }]));
    succeed(["apply", "plan.json", "--memory", "memory.md", "--decisions", "decisions.json"], { cwd });
    assert.equal(readFileSync(join(cwd, "memory.md"), "utf8"), "- The staging port is 6432.\n- Ask Ana first.\n");
  });

  test("--auto takes what needs no review", () => {
    const cwd = folder({ ...stores, "s.jsonl": wish });
    dreamInto(cwd, "memory.json");
    const safe = JSON.parse(readFileSync(join(cwd, "plan.json"), "utf8"))
      .operations.filter(({ needs_review }) => !needs_review)
      .map(({ id }) => id);
    assert.equal(safe.length, 1);
    const applied = succeed(["apply", "plan.json", "--memory", "memory.json", "--auto", "--json"], { cwd });
    assert.deepEqual(json(applied).applied, safe);
    assert.match(applied.stderr, /: 1 operation \(1 of \w+ risk\) needs a person's review, which --auto does not stand in for/);
  });

  test("a held plan: exit code 3, auto applies nothing, a person may", () => {
    const twice = "- Freeze until 2020-01-01.\n- Beta until 2020-02-01.\n- Ask Ana first.\n- Be brief.\n";
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
    assert.deepEqual(readdirSync(cwd).sort(), ["new.jsonl.lucidream.json", "plan.json", "s.jsonl"]);
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
