// A real headless Chromium, and pages that remember everything they complained about or asked for.
import { after } from "node:test";
import { chromium as playwright } from "playwright-core";
import { chromium } from "../../scripts/machine/browser.mjs";

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launch = () => playwright.launch({ executablePath: chromium(), args: flags });

/** A browser and what it looks at, until the tests of the file have ended. */
export async function running(start) {
  const browser = await launch();
  after(() => browser.close());
  const served = await start();
  after(() => served.close());
  return [browser, served];
}

/** The time that a dream in these tests takes for now. */
export const now = "2026-11-09T03:00:00.000Z";

/**
 * A page at `url` in a fresh context whose clock stands still. `told` collects console errors and warnings, uncaught errors,
 * dialogs and violations of the content security policy; `asked` the addresses of all requests.
 */
export async function open(browser, url, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    acceptDownloads: true,
    ...options,
  });
  const page = await context.newPage();
  const told = [];
  const asked = [];
  page.on(
    "console",
    (message) => ["error", "warning"].includes(message.type()) && told.push(`console: ${message.text()}`),
  );
  page.on("pageerror", (error) => told.push(`uncaught: ${error.message}`));
  page.on("dialog", (dialog) => {
    told.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  // Listened to from the start: the browser would open its own window for a click that comes before the listener.
  page.on("filechooser", () => {});
  context.on("request", (request) => asked.push(request.url()));
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
      window.violations.push(`${violatedDirective}: ${blockedURI}`),
    );
  });
  await page.clock.setFixedTime(now);
  await page.goto(url);
  return { page, context, told, asked };
}

/** The text of a download that `action` begins, and its name. */
export async function downloaded(page, action) {
  const [download] = await Promise.all([page.waitForEvent("download"), action()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return { name: download.suggestedFilename(), bytes: Buffer.concat(chunks) };
}
