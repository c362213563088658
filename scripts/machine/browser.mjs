// The Chromium that the page's tests drive.
import { existsSync } from "node:fs";
import { find, say, Stop } from "./command.mjs";
import { aptInstall, canApt } from "./rust.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Path of a Chromium or Chrome; undefined if there is none. */
export function chromium() {
  const chosen = process.env.CHROME_PATH;
  if (chosen && !existsSync(chosen)) throw new Stop(`CHROME_PATH is ${chosen}, and there is no such file.`);
  return chosen ?? find(names) ?? places.find((path) => existsSync(path));
}

export async function installChromium() {
  if (canApt()) {
    say("  apt-get install chromium (about a minute)");
    if ((await aptInstall(["chromium"])) && chromium()) return;
  }
  throw new Stop("No Chromium or Chrome was found for the page's tests: install one, or set CHROME_PATH to it.");
}
