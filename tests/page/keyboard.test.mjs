// The whole way without a mouse, and what a screen reader is told.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { at } from "../../scripts/machine/paths.mjs";
import { open, running } from "./browser.mjs";
import { choose, dream, selected } from "./review.mjs";
import { serve } from "./site.mjs";

const week = ["sessions.jsonl", "memory.jsonl"].map((name) => at("examples", "support-week", name));

/** Presses Tab until the button with this name has the focus. */
async function tabTo(page, name) {
  for (let n = 0; n < 60; n += 1) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate(() => document.activeElement?.textContent)) === name) return;
  }
  assert.fail(`no button "${name}" can be reached with Tab`);
}

const [browser, site] = await running(serve);

describe("the page by keyboard", () => {
  test("from the files to the saved memory without a mouse", async () => {
    const { page, told } = await open(browser, site.url);
    await tabTo(page, "Choose files");
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Enter")]);
    await chooser.setFiles(week);
    await page.locator(".files li").nth(1).waitFor();
    await tabTo(page, "Dream");
    await page.keyboard.press("Enter");
    await page.locator(".figures strong").waitFor({ timeout: 60_000 });
    for (const key of ["a", "r", "j", "k", "a"]) await page.keyboard.press(key);
    await page.locator(".far", { hasText: "3 of" }).waitFor();
    await page.keyboard.press("Control+Enter");
    await page.keyboard.press("Enter");
    await page.locator(".done").waitFor();
    await tabTo(page, "Save the memory");
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    assert.equal(download.suggestedFilename(), "memory.json");
    assert.deepEqual(told, []);
  });

  test("letters in a field are letters, Escape gives the keys back", async () => {
    const { page } = await open(browser, site.url);
    await choose(page, week);
    await dream(page);
    const first = await selected(page);
    await page.keyboard.press("m");
    await page.keyboard.press("End");
    await page.keyboard.type(" jar?");
    assert.match(await page.locator("textarea.writing").inputValue(), / jar\?$/);
    await page.keyboard.press("Escape");
    await page.locator("textarea").waitFor({ state: "detached" });
    await page.keyboard.press("j");
    assert.notEqual(await selected(page), first);
    // What was begun is there again.
    await page.keyboard.press("k");
    await page.keyboard.press("e");
    assert.match(await page.locator("textarea.writing").inputValue(), / jar\?$/);
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    await page.keyboard.type("port");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "filter");
    const shown = await page.locator(".list [data-op]").count();
    assert.ok(shown > 0 && shown < 32, `the filter leaves ${shown}`);
    assert.equal(
      await page
        .locator(".far")
        .textContent()
        .then((text) => text.slice(0, 1)),
      "0",
    );
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.locator("dialog .keys").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
  });

  test("controls have names, states are told, one thing is current", async () => {
    const { page } = await open(browser, site.url);
    await choose(page, week);
    await dream(page);
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll("button, input, select, textarea, progress, a")]
        .filter((element) => element.checkVisibility())
        .filter(
          (element) =>
            !(
              element.textContent?.trim() ||
              element.getAttribute("aria-label") ||
              element.labels?.length ||
              element.getAttribute("title")
            ),
        )
        .map((element) => element.outerHTML),
    );
    assert.deepEqual(nameless, []);
    assert.equal(await page.locator(".list [aria-current]").count(), 1);
    await page.keyboard.press("a");
    await page.keyboard.press("k");
    assert.equal(await page.locator('[data-action="approve"]').getAttribute("aria-pressed"), "true");
    assert.match(await page.locator(".list [aria-current] .state").textContent(), /approved/);
    assert.match(await page.locator("[aria-live=polite].unseen").textContent(), /approve/);
  });

  test("no text is fainter than 4.5 to 1, in light and in dark", async () => {
    for (const colorScheme of ["light", "dark"]) {
      const { page } = await open(browser, site.url, { colorScheme });
      await choose(page, week);
      await dream(page);
      for (const key of ["a", "r", "a"]) await page.keyboard.press(key);
      await page.locator(".sum.new").waitFor();
      assert.deepEqual(await page.evaluate(faint), [], colorScheme);
    }
  });

  for (const [name, viewport] of Object.entries({
    "900 px": { width: 900, height: 700 },
    "a phone": { width: 390, height: 780 },
  }))
    test(`nothing is wider than the screen at ${name}`, async () => {
      const { page } = await open(browser, site.url, { viewport });
      await choose(page, week);
      await dream(page);
      await page.locator(".row").nth(1).click();
      await page.locator('[data-action="approve"]').click();
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
      assert.ok(await page.locator(".actions").isVisible());
    });
});

/** Visible texts whose contrast to the nearest painted background is below 4.5 (WCAG 2.2, 1.4.3), disabled ones aside. */
function faint() {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) =>
    [r, g, b]
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = rgb(getComputedStyle(one).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const found = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (
      !texts.currentNode.data.trim() ||
      !element?.checkVisibility() ||
      element.closest(":disabled, .unseen, noscript, option")
    )
      continue;
    const [a, b] = [luminance(rgb(getComputedStyle(element).color)), luminance(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return [...found];
}
