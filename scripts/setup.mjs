// `npm run setup`: everything that build and tests need, made once and found again in under a second.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { chromium, installChromium } from "./machine/browser.mjs";
import { find, main, run, say, since, Stop } from "./machine/command.mjs";
import { alone } from "./machine/lock.mjs";
import { at, cache, npmBin } from "./machine/paths.mjs";
import { hasLints, installLints, installWasm, requireRust, wasmEnvironment } from "./machine/rust.mjs";
import { installTools, missingTools } from "./machine/tools.mjs";

const oldestNode = 20;

function requireNode() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < oldestNode)
    throw new Stop(`Node ${process.versions.node} is too old, ${oldestNode} or newer is needed (https://nodejs.org).`);
}

/** npm writes this file last, so it is there, and newer than the lock file, only after a whole install. */
function hasPackages() {
  const installed = at("node_modules", ".package-lock.json");
  const changed = (path) => statSync(path).mtimeMs;
  const isNew = existsSync(installed) && changed(installed) >= changed(at("package-lock.json"));
  // The page and the tests import the checkout's own package by its name; npm links it.
  const isLinked = existsSync(at("node_modules", "lucidream")) || !existsSync(at("npm", "package.json"));
  return isNew && isLinked && find(["node"], [npmBin]) !== undefined;
}

async function installPackages() {
  say("  npm ci (about half a minute)");
  await run("npm", ["ci", "--loglevel=error", "--no-audit", "--no-fund"]);
  if (!find(["node"], [npmBin]))
    throw new Stop("`npm ci` did not bring Node 22 (npm package `node`): allow its install script and run this again.");
}

/** What is needed for a purpose; `ready` is quick and changes nothing. */
function steps(purpose) {
  const forTests = purpose === "tests";
  // One step for both, where both are wanted: they are compiled from many of the same crates.
  const tools = purpose === "package" ? ["wasm-bindgen-cli"] : ["wasm-bindgen-cli", "worker-build"];
  return [
    { name: "npm packages", ready: hasPackages, make: installPackages },
    { name: "Rust for wasm32", ready: () => wasmEnvironment() !== undefined, make: installWasm },
    { name: tools.join(" and "), ready: () => missingTools(tools).length === 0, make: () => installTools(tools) },
    ...(forTests ? [{ name: "rustfmt and clippy", ready: hasLints, make: installLints }] : []),
    ...(forTests ? [{ name: "Chromium", ready: () => chromium() !== undefined, make: installChromium }] : []),
  ];
}

/** Brings this machine to where the checkout serves a purpose: the `package`, the `worker` too, or all `tests`. */
export async function setup(purpose) {
  requireNode();
  requireRust();
  const missing = () => steps(purpose).filter((step) => !step.ready());
  if (missing().length === 0) return;
  await alone(join(cache, "setup.lock"), "set-up", async () => {
    for (const step of missing()) {
      const start = performance.now();
      say(`Set-up: ${step.name}`);
      await step.make();
      if (!step.ready()) throw new Stop(`Set-up of ${step.name} ended, but it is still not usable.`);
      say(`  done in ${since(start)}`);
    }
  });
}

await main(import.meta.url, async () => {
  await setup("tests");
  say("Set-up: everything is there.");
});
