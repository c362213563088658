// The page's parts that need no browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { firstValue, roleOf } from "../../www/engine/sort.ts";
import { imbalance } from "../../www/review/balance.ts";
import { Review } from "../../www/review/review.ts";
import { zip } from "../../www/source/zip.ts";
import { diff } from "../../www/text/diff.ts";
import { span } from "../../www/text/span.ts";
import { legible } from "../../www/text/visible.ts";

const of = (pieces, ...kinds) =>
  pieces
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ text }) => text)
    .join("");

test("a diff loses no letter of either text", () => {
  const words = ["port", "5432", "6432", " ", "\n", ",", "not", "é", "🙂", "the", "db"];
  let seed = 7;
  const next = (n) => (seed = (seed * 48271) % 2147483647) % n;
  const text = () => Array.from({ length: next(30) }, () => words[next(words.length)]).join("");
  for (let n = 0; n < 500; n += 1) {
    const [before, after] = [text(), text()];
    const pieces = diff(before, after);
    assert.equal(of(pieces, "same", "gone"), before);
    assert.equal(of(pieces, "same", "new"), after);
  }
});

test("a diff marks the words that differ, whole phrases in one piece", () => {
  assert.deepEqual(diff("listens on port 5432 of db", "listens on port 6432 of db"), [
    { kind: "same", text: "listens on port " },
    { kind: "gone", text: "5432" },
    { kind: "new", text: "6432" },
    { kind: "same", text: " of db" },
  ]);
  assert.deepEqual(diff("ask the customer first", "ask our tech lead first"), [
    { kind: "same", text: "ask " },
    { kind: "gone", text: "the customer" },
    { kind: "new", text: "our tech lead" },
    { kind: "same", text: " first" },
  ]);
  assert.deepEqual(diff("same", "same"), [{ kind: "same", text: "same" }]);
  assert.deepEqual(diff("", "new"), [{ kind: "new", text: "new" }]);
});

test("texts too long to align are shown as replaced, quickly", () => {
  const [before, after] = ["a ", "b "].map((word) => word.repeat(20_000));
  const start = performance.now();
  assert.deepEqual(
    diff(before, after).map(({ kind }) => kind),
    ["gone", "new", "same"],
  );
  assert.ok(performance.now() - start < 2_000);
});

test("spans count bytes of UTF-8", () => {
  assert.deepEqual(span("Grüße 🙂 an alle", 6, 13), { before: "Grüß", inside: "e 🙂 ", after: "an alle" });
  assert.deepEqual(span("\uFEFFabc", 3, 4), { before: "\uFEFF", inside: "a", after: "bc" });
});

test("what cannot be seen is named, what only glues is left alone", () => {
  assert.equal(legible("a\u202Eb\u202Cc"), "a⟨RLO⟩b⟨PDF⟩c");
  assert.equal(legible("\u200B\u200B\u200B\u200B\u200B"), "⟨ZWSP ZWSP ZWSP +2⟩");
  assert.equal(legible("line\r\nline\tand\n"), "line\r\nline\tand\n");
  assert.equal(legible("bare\rreturn"), "bare⟨CR⟩return");
  assert.equal(legible("👩‍🚒 ❤️ 👍🏽"), "👩‍🚒 ❤️ 👍🏽");
  assert.equal(legible("a\u200Db"), "a⟨ZWJ⟩b");
});

test("files are told apart by what they hold", () => {
  const role = (path, text) => roleOf(path, firstValue(text));
  assert.equal(role("CLAUDE.md", "# Rules"), "memory");
  assert.equal(role("x.jsonl", '{"id":"m1","text":"a","pinned":true}\n{"id":"m2","text":"b"}\n'), "memory");
  assert.equal(role("x.json", '{\n "schema": "lucidream.memory/1",\n "entries": []\n}'), "memory");
  assert.equal(role("plan.json", '{"agent":"a","schema":"lucidream.plan/1"}'), "plan");
  assert.equal(
    role("rejections.json", '[{"op":"op_1","rejected_at":"2026-01-01T00:00:00Z","text":"x"}]'),
    "tombstones",
  );
  assert.equal(role("s.jsonl", '{"id":"s","messages":[]}\n'), "transcript");
  assert.equal(role("s.json", '[\n {"role":"user","content":"hi"}\n]'), "transcript");
  assert.equal(role("s.jsonl", '{"type":"user","message":{"role":"user","content":"text"}}\n'), "transcript");
  assert.equal(role("s.txt.bin", "neither JSON nor Markdown"), "transcript");
});

test("an archive holds the files with their checksums", async () => {
  const files = [
    { path: "memory.json", content: '{"a":"ü"}' },
    { path: "notes/b.md", content: "" },
  ];
  const bytes = Buffer.from(await zip(files).arrayBuffer());
  const end = bytes.subarray(-22);
  assert.equal(end.readUInt32LE(0), 0x06054b50);
  let at = end.readUInt32LE(16);
  for (const { path, content } of files) {
    assert.equal(bytes.readUInt32LE(at), 0x02014b50);
    const data = Buffer.from(content);
    assert.equal(bytes.readUInt32LE(at + 16), crc32(data));
    const name = bytes.readUInt16LE(at + 28);
    assert.equal(bytes.subarray(at + 46, at + 46 + name).toString(), path);
    const local = bytes.readUInt32LE(at + 42);
    assert.equal(bytes.readUInt32LE(local), 0x04034b50);
    const begin = local + 30 + bytes.readUInt16LE(local + 26);
    assert.equal(bytes.subarray(begin, begin + data.length).toString(), content);
    at += 46 + name;
  }
  assert.equal(at, bytes.length - 22);
});

test("a ledger that misses or doubles an entry is told", () => {
  const memory = { entries: [{ id: "a" }, { id: "b" }] };
  const ledger = (...ids) => ({ entries: ids.map((id) => ({ id, fate: "kept" })), transcripts: [] });
  assert.equal(imbalance(memory, ledger("a", "b")), undefined);
  assert.match(imbalance(memory, ledger("a")), /entry b has 0 fates/);
  assert.match(imbalance(memory, ledger("a", "b", "b")), /entry b has 2 fates/);
  assert.match(imbalance(memory, ledger("a", "b", "c")), /entry c/);
});

test("a review decides, goes on, goes back, and cannot be changed once closed", () => {
  const operation = (id, kind) => ({
    id,
    kind,
    entries: [],
    reason: "",
    evidence: [],
    support: {},
    risk: "low",
    result: { text: id },
    depends_on: [],
  });
  const plan = { operations: [operation("1", "add"), operation("2", "add"), operation("3", "retire")] };
  const review = new Review(plan, { entries: [] });
  assert.equal(review.selected.id, "1");
  review.decide({ op: "1", decision: "approve" });
  assert.equal(review.selected.id, "2");
  review.select("1");
  review.decide({ op: "1", decision: "reject" });
  assert.equal(review.selected.id, "1", "a second thought stays");
  review.approveRest("add");
  assert.deepEqual(review.counts(), { open: 1, approve: 1, modify: 0, reject: 1 });
  assert.deepEqual(
    review.decisions().map(({ op }) => op),
    ["1", "2"],
    "in the order of the plan",
  );
  review.takeBack();
  assert.equal(review.selected.id, "2");
  assert.equal(review.mark("2"), "open");
  review.filter = { text: "", marks: "open" };
  assert.deepEqual(
    review.shown().map(({ id }) => id),
    ["2", "3"],
  );
  const closed = new Review(
    plan,
    { entries: [] },
    {
      closed: true,
      decisions: [
        { op: "1", decision: "approve" },
        { op: "gone", decision: "approve" },
      ],
    },
  );
  closed.decide({ op: "2", decision: "approve" });
  closed.clear("1");
  assert.deepEqual(closed.decisions(), [{ op: "1", decision: "approve" }]);
});
