// The page as the real Worker serves it: queue, review, one submission, undo, and what goes wrong.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { preview } from "lucidream";
import { at } from "../../scripts/machine/paths.mjs";
import { open, running } from "./browser.mjs";
import { selected, shows } from "./review.mjs";
import { dreamt, key, startServer, until } from "./server.mjs";

const [sessions, memory] = ["sessions.jsonl", "memory.jsonl"].map((name) =>
  readFileSync(at("examples", "support-week", name)),
);

/** Refusals by the server are told on the console by the browser itself. */
const unexpected = (told) => told.filter((line) => !line.includes("Failed to load resource"));

const [browser, server] = await running(startServer);

describe("the page on a server", () => {
  const reviewed = async (dream, options) => {
    const opened = await open(browser, `${server.url}?dream=${dream.id}#key=${key}`, options);
    await opened.page.locator(".figures strong").waitFor();
    return opened;
  };
  const submit = async (page) => {
    await page.keyboard.press("Control+Enter");
    await page.locator("dialog button.primary").click();
  };

  test("without a dream the queue is empty, and says so", async () => {
    const { page } = await open(browser, `${server.url}#key=${key}`);
    await page.locator(".queue", { hasText: "None." }).waitFor();
  });

  test("from the queue to a new memory and back", async (t) => {
    const dream = await dreamt(server, "week", sessions, memory);
    assert.equal(dream.state, "review", JSON.stringify(dream.error));
    const before = await server.call("GET", "/v1/agents/week/memory");
    const plan = await server.call("GET", `/v1/dreams/${dream.id}/plan`);
    const { page, told, asked } = await open(browser, `${server.url}#key=${key}`);
    const decisions = new Map();
    const inPlan = () => plan.operations.flatMap(({ id }) => decisions.get(id) ?? []);

    await t.test("the key leaves the address at once", async () => {
      assert.equal(page.url(), server.url);
      assert.equal(await page.evaluate(() => sessionStorage.getItem("lucidream.key")), key);
    });

    await t.test("the waiting dream opens from the queue", async () => {
      await page.locator(".queue a", { hasText: "week" }).click();
      await page.locator(".figures strong").waitFor();
      await shows(page, preview(before, plan, []));
    });

    await t.test("a quote opens in the transcript that the server keeps", async () => {
      const shown = plan.operations.find(({ evidence }) => evidence.length > 0);
      await page.locator(`.list [data-op="${shown.id}"] button`).click();
      await page.keyboard.press("o");
      await page.locator(".context mark").waitFor();
      assert.equal(await page.locator(".context mark").textContent(), shown.evidence[0].quote);
    });

    await t.test("decisions are not sent before they are submitted", async () => {
      for (const press of ["a", "a", "r", "a"]) {
        const op = await selected(page);
        await page.keyboard.press(press);
        decisions.set(op, { op, decision: press === "a" ? "approve" : "reject" });
        await shows(page, preview(before, plan, inPlan()));
      }
      assert.equal((await server.call("GET", `/v1/dreams/${dream.id}`)).state, "review");
      assert.deepEqual(
        asked.filter((url) => url.includes("/decisions")),
        [],
      );
    });

    await t.test("an answer that gets lost is asked for again, and nothing happens twice", async () => {
      const keys = [];
      await page.route("**/decisions", async (route) => {
        keys.push(await route.request().headerValue("idempotency-key"));
        // The server has done its work; only the answer does not arrive.
        if (keys.length === 1) await route.fetch().then(() => route.abort());
        else await route.continue();
      });
      await submit(page);
      await page.locator("dialog .failure", { hasText: "unreachable" }).waitFor();
      await page.getByRole("button", { name: "Try again" }).click();
      await page.locator(".done").waitFor();
      assert.equal(keys.length, 2);
      assert.equal(keys[0], keys[1]);
      assert.match(keys[0], /^[0-9a-f-]{36}$/);
    });

    await t.test("the memory is the one that was previewed, one version up", async () => {
      const now = await server.call("GET", "/v1/agents/week/memory");
      const expected = preview(before, plan, inPlan()).memory;
      assert.equal(now.version, before.version + 1);
      const essence = ({ entries }) => entries.map(({ id, text, status = "active" }) => [id, text, status]);
      assert.deepEqual(essence(now), essence(expected));
      assert.match(await page.locator(".done").textContent(), /3 changes carried out.*1 rejection remembered/);
    });

    await t.test("undo brings the memory before back", async () => {
      await page.getByRole("button", { name: "Undo" }).click();
      await page.locator(".undone").waitFor();
      const back = await server.call("GET", "/v1/agents/week/memory");
      assert.deepEqual(back.entries, before.entries);
    });

    await t.test("a decided dream can be read and not changed", async () => {
      await page.goto(`${server.url}?dream=${dream.id}`);
      await page.locator(".figures strong").waitFor();
      await page.locator(".decided-dream", { hasText: "undone" }).waitFor();
      assert.ok(await page.locator('[data-action="approve"]').isDisabled());
      await page.keyboard.press("r");
      assert.equal(await page.locator('.list [data-mark="reject"]').count(), 1);
      assert.equal(await page.getByRole("button", { name: "Submit…" }).count(), 0);
    });

    assert.deepEqual(unexpected(told), []);
    assert.deepEqual(await page.evaluate(() => window.violations), []);
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(server.url) && !url.startsWith("data:")),
      [],
    );
  });

  test("a plan gone stale is refused, explained, and dreamt again with the decisions at hand", async () => {
    const dream = await dreamt(server, "stale", sessions, memory);
    const { page } = await reviewed(dream);
    for (const press of ["a", "r", "a"]) await page.keyboard.press(press);
    await page.locator(".far", { hasText: "3 of" }).waitFor();
    // Somebody writes to the memory meanwhile.
    const extra = `${memory}${JSON.stringify({ id: "m999", text: "The coffee machine on the second floor is descaled on Fridays." })}\n`;
    await server.call("PUT", "/v1/agents/stale/memory", extra, "application/jsonl");
    const later = await reviewed(dream);
    await later.page.locator(".notice .stale", { hasText: "The memory has changed since this dream" }).waitFor();
    await submit(page);
    await page.locator("dialog .failure", { hasText: "stale_plan" }).waitFor();
    await page.locator("dialog .stale", { hasText: "The memory has changed since this dream" }).waitFor();
    await page.locator("dialog").getByRole("button", { name: "Dream again" }).click();
    await page.waitForURL((url) => !["", dream.id].includes(url.searchParams.get("dream") ?? ""));
    await page.locator(".far", { hasText: "3 of" }).waitFor({ timeout: 60_000 });
    await page.locator(".notice", { hasText: "3 decisions of the dream before came along" }).waitFor();
    await submit(page);
    await page.locator(".done", { hasText: "2 changes carried out" }).waitFor();
    assert.equal(
      (await server.call("GET", "/v1/agents/stale/memory")).entries.find(({ id }) => id === "m999")?.text.slice(0, 10),
      "The coffee",
    );
  });

  test("a dream that is not ready is waited for, one that failed says why", async () => {
    const dream = await dreamt(server, "waiting", sessions, memory);
    const { page } = await open(browser, `${server.url}#key=${key}`);
    let looks = 0;
    await page.route(`**/v1/dreams/${dream.id}`, async (route) => {
      looks += 1;
      if (looks > 1) return route.continue();
      return route.fulfill({
        json: { ...dream, state: "running", transcripts: { total: 3, digested: 1, failed: 0, left_out: 0 } },
      });
    });
    await page.goto(`${server.url}?dream=${dream.id}`);
    await page.getByText("1 of 3 transcripts read").waitFor();
    await page.locator(".figures strong").waitFor();
    await page.unroute(`**/v1/dreams/${dream.id}`);
    await page.route(`**/v1/dreams/${dream.id}`, (route) =>
      route.fulfill({
        json: { ...dream, state: "failed", error: { code: "memory_too_large", message: "the memory is too large" } },
      }),
    );
    await page.goto(`${server.url}?dream=${dream.id}&again`);
    await page.locator(".failure", { hasText: "memory_too_large" }).waitFor();
    await page.getByRole("button", { name: "Dream again" }).waitFor();
  });

  test("a wrong key is asked for anew, a right one goes on", async () => {
    const { page, told } = await open(browser, `${server.url}#key=wrong`);
    await page.locator(".failure", { hasText: "unauthorized" }).waitFor();
    assert.equal(await page.evaluate(() => sessionStorage.getItem("lucidream.key")), null);
    await page.getByPlaceholder("Key").fill(key);
    await page.keyboard.press("Enter");
    await page.locator(".queue").waitFor();
    await page.reload();
    await page.locator(".queue").waitFor();
    await page.getByRole("button", { name: "Forget the key" }).click();
    await page.getByPlaceholder("Key").waitFor();
    assert.deepEqual(unexpected(told), []);
  });

  test("a dream that is not there has a code, and a way on", async () => {
    const { page } = await open(browser, `${server.url}?dream=none#key=${key}`);
    await page.locator(".failure", { hasText: "not_found" }).waitFor();
    await page.getByRole("link", { name: "Waiting dreams" }).click();
    await page.locator(".queue").waitFor();
  });

  test("a key that may only read is told what it lacks", async () => {
    const reader = "a-key-that-reads";
    const hash = createHash("sha256").update(reader).digest("hex");
    await server.sql(
      "INSERT INTO api_keys (hash, workspace_id, name, scopes, created_at) VALUES (?, 'local', 'reader', '[\"read\"]', '2026-01-01T00:00:00.000Z')",
      hash,
    );
    const { items } = await until(
      () => server.call("GET", "/v1/dreams?state=review"),
      ({ items }) => items.length > 0,
    );
    const { page } = await open(browser, `${server.url}?dream=${items[0].id}#key=${reader}`);
    await page.locator(".figures strong").waitFor();
    await page.keyboard.press("a");
    await submit(page);
    await page.locator("dialog", { hasText: "it needs the scope review" }).waitFor();
    await page.locator("dialog .failure", { hasText: "forbidden" }).waitFor();
  });
});
