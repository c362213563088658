// Without a server: files in, decisions, the new memory and its inverse out. Everything the page shows is what the engine
// says in Node of the same files.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import {
  apply,
  canonical,
  digestTranscript,
  dream as dreamInNode,
  memoryHash,
  parseMemory,
  preview,
  redact,
  render,
  undo,
} from "lucidream";
import { at } from "../../scripts/machine/paths.mjs";
import { downloaded, now, open, running } from "./browser.mjs";
import { choose, dream, file, selected, shows } from "./review.mjs";
import { serve } from "./site.mjs";

const week = ["sessions.jsonl", "memory.jsonl"].map((name) => at("examples", "support-week", name));

/** The same dream without a page. */
function inNode() {
  const [sessions, store] = week.map((path) => readFileSync(path));
  const memory = parseMemory(store.toString("utf8"));
  const plan = dreamInNode({
    memory,
    digests: digestTranscript(sessions).digests,
    transcripts: [],
    tombstones: [],
    now,
    config: {},
  });
  return { memory, plan };
}

const [browser, site] = await running(serve);

describe("the page without a server", () => {
  test("a week of support: dream, decide by keyboard, apply, save, undo", async (t) => {
    const { page, told, asked } = await open(browser, site.url);
    const { memory, plan } = inNode();
    const decisions = new Map();
    const inPlan = () => plan.operations.flatMap(({ id }) => decisions.get(id) ?? []);
    const agrees = () => shows(page, preview(memory, plan, inPlan()));

    await t.test("the page dreams what Node dreams", async () => {
      await choose(page, week);
      await dream(page);
      assert.equal(await page.locator(".list [data-op]").count(), plan.operations.length);
      assert.equal(await page.locator(".summary").textContent(), plan.report.summary);
      assert.match(
        await page.locator(".balanced").textContent(),
        new RegExp(`${memory.entries.length} entries, 1 transcript`),
      );
      await agrees();
      const secret = memory.entries.find(({ text }) => redact(text).found.length > 0);
      assert.ok(secret, "the sample has an entry with a secret");
      assert.ok(!(await page.content()).includes(secret.text), "a secret in the store is not shown");
    });

    await t.test("every decision changes the preview, and the next open change is selected", async () => {
      for (let n = 0; n < 6; n += 1) {
        const op = await selected(page);
        const reject = n % 3 === 2;
        await page.keyboard.press(reject ? "r" : "a");
        decisions.set(op, { op, decision: reject ? "reject" : "approve" });
        assert.notEqual(await selected(page), op);
        await agrees();
      }
    });

    await t.test("a modified text is the one in the memory", async () => {
      const op = await selected(page);
      const text = "The reader's own words, with a number: 42.";
      await page.keyboard.press("m");
      await page.getByRole("textbox", { name: "The text to write instead" }).fill(text);
      await page.keyboard.press("Control+Enter");
      decisions.set(op, { op, decision: "modify", text });
      await agrees();
      assert.equal(await page.locator(`.list [data-op="${op}"]`).getAttribute("data-mark"), "modify");
    });

    await t.test("a rejection can carry a reason", async () => {
      const op = await selected(page);
      await page.keyboard.press("Shift+R");
      await page.keyboard.type("we do not do that");
      await page.keyboard.press("Enter");
      decisions.set(op, { op, decision: "reject", reason: "we do not do that" });
      await agrees();
    });

    await t.test("the rest of a kind is approved in one go", async () => {
      const kinds = plan.operations.filter(({ kind }) => kind === "retire");
      await page.locator(`.list [data-op="${kinds[0].id}"] button`).click();
      await page.keyboard.press("Shift+A");
      for (const { id } of kinds) decisions.set(id, { op: id, decision: "approve" });
      await agrees();
    });

    await t.test("u clears a decision, z takes the last one back", async () => {
      const op = await selected(page);
      await page.keyboard.press("u");
      decisions.delete(op);
      await agrees();
      const next = await selected(page);
      await page.keyboard.press("a");
      await page.keyboard.press("z");
      assert.equal(await selected(page), next);
      await agrees();
    });

    await t.test("decisions survive a step to the ledger and back, and the ledger follows them", async () => {
      await page.keyboard.press("4");
      const fates = await page
        .locator("#section-ledger section")
        .first()
        .locator("tbody tr")
        .evaluateAll((rows) => rows.map((row) => [row.cells[0].textContent, row.cells[3].textContent]));
      const expected = preview(memory, plan, inPlan()).ledger.entries.map(({ id, fate }) => [id, fate]);
      assert.deepEqual(fates, expected);
      await page.keyboard.press("1");
    });

    await t.test("what is saved is what the engine applies; the inverse brings the memory back", async () => {
      await page.keyboard.press("Control+Enter");
      await page.locator("dialog button.primary").waitFor();
      await page.keyboard.press("Enter");
      await page.locator(".done").waitFor();
      const applied = apply(memory, plan, inPlan(), now);
      const saved = await downloaded(page, () => page.getByRole("button", { name: "Save the memory" }).click());
      assert.equal(saved.bytes.toString(), render(applied.memory, { format: "json" }).files[0].content);
      const inverse = await downloaded(page, () => page.getByRole("button", { name: "inverse.json" }).click());
      assert.equal(inverse.bytes.toString(), canonical(applied.inverse));
      const back = undo(parseMemory(saved.bytes.toString()), JSON.parse(inverse.bytes.toString()));
      assert.equal(memoryHash(back), memoryHash(memory));
      assert.equal(canonical(back), canonical(memory));
      const rejections = await downloaded(page, () => page.getByRole("button", { name: "rejections.json" }).click());
      assert.equal(rejections.bytes.toString(), canonical(applied.tombstones));
      const papers = await downloaded(page, () => page.getByRole("button", { name: "plan.json" }).click());
      assert.equal(papers.bytes.toString(), canonical(plan));
    });

    await t.test("undo goes back to the review, decisions and all", async () => {
      await page.getByRole("button", { name: "Undo, back to the review" }).click();
      await page.locator(".figures strong").waitFor();
      await agrees();
    });

    await t.test("nothing left the machine, nothing went wrong", async () => {
      assert.deepEqual(told, []);
      assert.deepEqual(await page.evaluate(() => window.violations), []);
      assert.deepEqual(
        asked.filter((url) => !url.startsWith(site.url) && !/^(blob|data):/.test(url)),
        [],
      );
    });
  });

  test("a quote opens in its transcript, its bytes marked", async () => {
    const { page } = await open(browser, site.url);
    const { plan } = inNode();
    await choose(page, week);
    await dream(page);
    const shown =
      plan.operations.find(({ evidence }) => evidence.some(({ quote }) => /[^\x00-\x7F]/.test(quote))) ??
      plan.operations.find(({ evidence }) => evidence.length > 0);
    const [evidence] = shown.evidence;
    await page.locator(`.list [data-op="${shown.id}"] button`).click();
    await page.keyboard.press("o");
    await page.locator(".context mark").waitFor();
    assert.equal(await page.locator(".context mark").textContent(), evidence.quote);
    const turns = await page.locator(".context .turn").count();
    assert.ok(turns > 1, "neighbouring turns are shown");
    const more = page
      .locator(".context")
      .getByRole("button", { name: /(earlier|later) turn/ })
      .first();
    await more.click();
    await page.waitForFunction((before) => document.querySelectorAll(".context .turn").length > before, turns);
  });

  test("personal data is replaced where the reader asks for it", async () => {
    const messages = [
      { role: "user", content: "From now on always mail the report to mira.lund@example.org." },
      { role: "assistant", content: "Yes." },
    ];
    for (const asked of [false, true]) {
      const { page } = await open(browser, site.url);
      await choose(page, [file("s.jsonl", `${JSON.stringify({ id: "s1", messages })}\n`)]);
      if (asked) await page.getByLabel("Replace personal data").check();
      await dream(page);
      const shown = await page.locator("body").textContent();
      assert.equal(shown.includes("mira.lund@example.org"), !asked);
      assert.equal(shown.includes("[REDACTED:email:1]"), asked);
    }
  });

  test("a masked secret is told where it is the only difference, and nowhere else", async () => {
    const { page } = await open(browser, site.url);
    const { plan } = inNode();
    await choose(page, week);
    await dream(page);
    const notes = {};
    for (const kind of ["rewrite", "merge", "supersede"]) {
      const shown = plan.operations.find((operation) => operation.kind === kind);
      await page.locator(`.list [data-op="${shown.id}"] button`).click();
      notes[kind] = await page.locator(".change", { hasText: "differ in a secret" }).count();
    }
    assert.deepEqual(notes, { rewrite: 1, merge: 0, supersede: 0 });
  });

  test("a plan.json with its memory opens; another memory is told to be another", async () => {
    const { plan, memory } = inNode();
    const { page } = await open(browser, site.url);
    await choose(page, [file("plan.json", canonical(plan)), week[1]]);
    await dream(page, "Open the plan");
    await shows(page, preview(memory, plan, []));
    // The transcript is not there until the reader brings it.
    const shown = plan.operations.find(({ evidence }) => evidence.length > 0);
    await page.locator(`.list [data-op="${shown.id}"] button`).click();
    await page.keyboard.press("o");
    await page.locator(".context input[type=file]").setInputFiles(week[1]);
    await page.getByText("That is another file").waitFor();
    await page.locator(".context input[type=file]").setInputFiles(week[0]);
    await page.locator(".context mark").waitFor();

    const other = await open(browser, site.url);
    await choose(other.page, [
      file("plan.json", canonical(plan)),
      file("memory.jsonl", '{"id":"x","text":"Something else."}\n'),
    ]);
    await other.page.getByRole("button", { name: "Open the plan" }).click();
    await other.page.getByText("made for another memory").waitFor();
    await other.page.getByText("stale_plan").waitFor();
  });

  test("a changed plan is refused by its hash", async () => {
    const { plan } = inNode();
    const { page } = await open(browser, site.url);
    await choose(page, [file("plan.json", canonical({ ...plan, held: !plan.held })), week[1]]);
    await page.getByRole("button", { name: "Open the plan" }).click();
    await page.locator(".failure", { hasText: "invalid_plan" }).waitFor();
  });

  test("unreadable files are named with their code, and the rest goes on", async () => {
    const { page } = await open(browser, site.url);
    await choose(page, [file("broken.jsonl", "no transcript at all\n")]);
    await page.getByRole("button", { name: "Dream", exact: true }).click();
    await page.locator(".failure", { hasText: "nothing_read" }).waitFor();
    await choose(page, [file("broken.jsonl", "no transcript at all\n"), ...week]);
    await dream(page);
    await page.keyboard.press("4");
    await page.locator("#section-ledger td", { hasText: /unknown_format|invalid_transcript/ }).waitFor();
  });

  test("files can be dropped; Markdown stays the owner's Markdown", async () => {
    const { page } = await open(browser, site.url);
    const sessions = readFileSync(week[0], "utf8");
    const own =
      "# How we work\n\nSome prose of ours.\n\n- Refunds above 500 EUR need the approval of finance.\n- Refunds above 500 EUR need the approval of finance.\n";
    await page.evaluate(
      ({ sessions, own }) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([sessions], "sessions.jsonl"));
        transfer.items.add(new File([own], "notes.md"));
        document
          .querySelector(".local")
          .dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
      },
      { sessions, own },
    );
    await page.locator(".files li").nth(1).waitFor();
    await dream(page);
    await page.keyboard.press("Control+Enter");
    await page.locator("dialog button.primary").click();
    await page.locator(".done").waitFor();
    const saved = await downloaded(page, () => page.getByRole("button", { name: "Save the memory" }).click());
    assert.equal(saved.bytes.toString(), own, "nothing was approved, so the owner's file is as it was");
  });

  test("nothing to change is said, not left blank", async () => {
    const { page } = await open(browser, site.url);
    await choose(page, [
      file(
        "quiet.jsonl",
        `${JSON.stringify({
          id: "s1",
          messages: [
            { role: "user", content: "Hello." },
            { role: "assistant", content: "Hello." },
          ],
        })}\n`,
      ),
      file("memory.jsonl", '{"id":"x","text":"The office is closed on Sunday."}\n'),
    ]);
    await dream(page);
    await page.getByRole("heading", { name: "Nothing to change" }).waitFor();
  });

  test("a question is answered in the reader's own words", async () => {
    const { page, told } = await open(browser, site.url);
    const hello = JSON.stringify({ id: "s1", messages: [{ role: "user", content: "Hello." }] });
    const own = "# Proxy\n\n- The proxy listens on port 3128.\n- The proxy listens on port 3129.\n- Ask Ana first.\n";
    await choose(page, [file("quiet.jsonl", `${hello}\n`), file("CLAUDE.md", own)]);
    await dream(page);
    await page.getByRole("tab", { name: "Questions" }).click();
    await page.getByText("Write what holds instead", { exact: true }).click();
    await page.getByRole("textbox", { name: "What holds instead" }).fill("The proxy listens on port 3130.");
    await page.getByRole("button", { name: "This holds instead" }).click();
    await page.locator('button[aria-pressed="true"]', { hasText: "This holds instead" }).waitFor();
    await page.keyboard.press("Control+Enter");
    await page.locator("dialog button.primary").click();
    await page.locator(".done").waitFor();
    const saved = await downloaded(page, () => page.getByRole("button", { name: "Save the memory" }).click());
    assert.equal(saved.bytes.toString(), "# Proxy\n\n- The proxy listens on port 3130.\n- Ask Ana first.\n");
    assert.deepEqual(told, []);
  });

  test("a question offers what people say holds instead", async () => {
    const { page, told } = await open(browser, site.url);
    const said = JSON.stringify({
      id: "s1",
      started_at: "2026-11-18T08:00:00Z",
      messages: [
        { role: "user", name: "mia", content: "Which crates are late?" },
        { role: "assistant", content: "Three." },
        { role: "user", name: "mia", content: "Thanks. We're all on kestrel 10 now, by the way." },
      ],
    });
    await choose(page, [file("week.jsonl", `${said}\n`), file("CLAUDE.md", "# Tools\n\n- We use kestrel 9.\n- Ask Ana first.\n")]);
    await dream(page);
    await page.getByRole("tab", { name: "Questions" }).click();
    const offered = page.getByRole("textbox", { name: "What holds instead" });
    assert.equal(await offered.inputValue(), "We're all on kestrel 10 now.");
    await page.getByRole("button", { name: "This holds instead" }).click();
    await page.locator('button[aria-pressed="true"]', { hasText: "This holds instead" }).waitFor();
    await page.keyboard.press("Control+Enter");
    await page.locator("dialog button.primary").click();
    await page.locator(".done").waitFor();
    const saved = await downloaded(page, () => page.getByRole("button", { name: "Save the memory" }).click());
    assert.equal(saved.bytes.toString(), "# Tools\n\n- We're all on kestrel 10 now.\n- Ask Ana first.\n");
    assert.deepEqual(told, []);
  });

  test("a reload keeps what was decided", async () => {
    const { page } = await open(browser, site.url);
    await choose(page, week);
    await dream(page);
    await page.keyboard.press("a");
    await page.keyboard.press("r");
    await page.locator(".far", { hasText: "2 of" }).waitFor();
    await page.reload();
    await choose(page, week);
    await dream(page);
    await page.locator(".far", { hasText: "2 of" }).waitFor();
  });
});
