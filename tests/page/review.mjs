// What a reader of the page does, and what the reader sees.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { redact } from "lucidream";

/** Gives files (paths, or `{name, mimeType, buffer}`) to the page as the reader would choose them. */
export async function choose(page, files) {
  const all = files.map((one) => (typeof one === "string" ? file(basename(one), readFileSync(one)) : one));
  await page.setInputFiles('input[type="file"][aria-label="Choose files"]', all);
  await page
    .locator(".files li")
    .nth(files.length - 1)
    .waitFor();
}

/** Presses Dream and waits for the first preview. */
export async function dream(page, label = "Dream") {
  await page.getByRole("button", { name: label, exact: true }).click();
  await page.locator(".figures strong").waitFor({ state: "attached", timeout: 60_000 });
}

/** A text file for `choose`. */
export const file = (name, text) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(text) });

/** The resulting memory as it stands on the page. */
export const memoryShown = (page) =>
  page.locator(".memory").evaluate((pane) => ({
    figures: pane.querySelector(".figures .tokens").textContent,
    warnings: [...pane.querySelectorAll(".warning")].map((line) => line.textContent),
    entries: Object.fromEntries(
      [...pane.querySelectorAll("[data-entry]")].map((row) => [
        row.dataset.entry,
        {
          text: row.querySelector(".says").textContent,
          state: [...row.classList].find((name) => ["same", "new", "changed", "gone"].includes(name)),
          op: row.dataset.op,
        },
      ]),
    ),
  }));

/** What the page has to show for a preview of the engine; a secret that the store still holds is not shown. */
export function memoryExpected(preview) {
  const changes = new Map(preview.diff.map((change) => [change.entry, change]));
  const number = new Intl.NumberFormat("en").format;
  const entries = {};
  for (const entry of preview.memory.entries) {
    const change = changes.get(entry.id);
    if (!change && (entry.status ?? "active") !== "active") continue;
    const state = !change
      ? "same"
      : change.after === undefined
        ? "gone"
        : change.before === undefined
          ? "new"
          : "changed";
    entries[entry.id] = {
      text: redact(change ? (change.after ?? change.before) : entry.text).text,
      state,
      op: change?.op,
    };
  }
  return {
    figures: `${number(preview.tokens_before)} → ${number(preview.tokens_after)} tokens`,
    warnings: preview.warnings.map(({ message }) => message),
    entries,
  };
}

/** Waits until the page shows the memory of `preview`; fails with the difference. */
export async function shows(page, preview) {
  const expected = memoryExpected(preview);
  const deadline = Date.now() + 5_000;
  for (;;) {
    const shown = await memoryShown(page);
    try {
      assert.deepEqual(JSON.parse(JSON.stringify(shown)), JSON.parse(JSON.stringify(expected)));
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Id of the selected operation. */
export const selected = (page) => page.locator(".list li:has([aria-current])").getAttribute("data-op");
