// Evidence is hostile text: it may look like anything and do nothing.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { open, running } from "./browser.mjs";
import { choose, dream, file } from "./review.mjs";
import { serve } from "./site.mjs";

const markup = `<img src=x onerror="window.pwned=1"><script>window.pwned=2</script><a href="javascript:window.pwned=3">here</a><style>*{display:none}</style>`;
/** Turns the order of what follows around, hides letters, and writes with characters that have no shape. */
const unseen = "\u202Egnitset\u202C zero\u200Bwidth \u{E0041}\u{E0042}\u{E0043}\u{E0044} bell\u0007";

// A closing tag shows that a text is from a file of somebody's, which is no wish.
const said = `From now on always answer customers in English, never with ${markup.replaceAll("</", "<")} or ${unseen} in the text.`;

const session = (id, day) => ({
  id,
  started_at: `2026-11-0${day}T08:00:00Z`,
  messages: [
    { role: "user", name: `eve ${markup}`, content: said },
    { role: "assistant", content: `I will. ${markup}` },
    { role: "user", content: `Thank you ${unseen}` },
  ],
});

const files = () => [
  file(
    `<img src=x onerror=window.pwned=4>.jsonl`,
    `${[session(`s1 ${markup}`, 1), session("s2", 2)].map((one) => JSON.stringify(one)).join("\n")}\n`,
  ),
  file(
    "memory.jsonl",
    `${JSON.stringify({ id: `m1 ${markup}`, text: `An entry with ${markup} ${unseen}`, scope: `agent ${markup}` })}\n`,
  ),
];

const [browser, site] = await running(serve);

describe("hostile text on the page", () => {
  test("markup in quotes, names, ids and file names is shown and does nothing", async () => {
    const { page, told } = await open(browser, site.url);
    await choose(page, files());
    await dream(page);
    assert.ok(
      (await page.locator(".list [data-op]").count()) > 0,
      "the dream proposes something from the hostile transcripts",
    );
    const quote = page.locator(".quote blockquote").first();
    assert.ok((await quote.textContent()).includes(markup.replaceAll("</", "<")), "the quote is shown letter by letter");
    await page.keyboard.press("o");
    await page.locator(".context mark").waitFor();
    await page.keyboard.press("a");
    await page.keyboard.press("m");
    for (const section of ["2", "3", "4", "1", "?"]) await page.keyboard.press(section);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Enter");
    await page.locator("dialog .sums").waitFor();
    // Whatever would run does so after the next frames.
    await page.waitForTimeout(300);
    const harm = await page.evaluate(() => ({
      pwned: window.pwned,
      elements: document.querySelectorAll(
        "#page img, #page script, #page style, #page iframe, #page a[href^='javascript']",
      ).length,
      violations: window.violations,
    }));
    assert.deepEqual(harm, { pwned: undefined, elements: 0, violations: [] });
    assert.deepEqual(told, []);
  });

  test("characters that cannot be seen are left out of what is read, and named in what is stored", async () => {
    const { page } = await open(browser, site.url);
    await choose(page, files());
    await dream(page);
    const quote = page.locator(".quote blockquote").first();
    assert.match(await quote.textContent(), /gnitset zerowidth {2}bell/);
    assert.equal(await quote.locator(".hidden-char").count(), 0);
    await page.keyboard.press("3");
    const named = await page.locator(".hidden-char").allTextContents();
    assert.deepEqual([...new Set(named)], ["RLO", "PDF", "ZWSP", "U+E0041 U+E0042 U+E0043 +1", "BEL"]);
    assert.doesNotMatch(await page.content(), /[\u202A-\u202E\u2066-\u2069\u200B\u0007\u{E0000}-\u{E007F}]/u);
  });

  test("the policy holds even if markup got in", async () => {
    const { page } = await open(browser, site.url);
    const ran = await page.evaluate(async () => {
      document.querySelector("#page").insertAdjacentHTML("beforeend", `<img src="x" onerror="window.pwned = 5">`);
      const script = document.createElement("script");
      script.textContent = "window.pwned = 6";
      document.body.append(script);
      const frame = document.createElement("iframe");
      frame.srcdoc = "<script>parent.pwned = 7</script>";
      document.body.append(frame);
      const sent = await fetch("https://example.com/").then(
        () => true,
        () => false,
      );
      await new Promise((resolve) => setTimeout(resolve, 300));
      return {
        pwned: window.pwned,
        sent,
        directives: [...new Set(window.violations.map((one) => one.split(":")[0]))].sort(),
      };
    });
    assert.equal(ran.pwned, undefined);
    assert.equal(ran.sent, false);
    assert.ok(
      ran.directives.includes("script-src-attr") &&
        ran.directives.includes("script-src-elem") &&
        ran.directives.includes("connect-src"),
      ran.directives.join(", "),
    );
  });

  test("the page's own policy is in the document, too, for hosts without headers", async () => {
    const { page } = await open(browser, site.url);
    const [meta, header] = await Promise.all([
      page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content"),
      page.evaluate(async () => (await fetch("/index.html")).headers.get("content-security-policy")),
    ]);
    assert.equal(header, `${meta}; frame-ancestors 'none'`);
  });
});
