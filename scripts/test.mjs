// `npm test [-- step…]`: set-up, then every check, then one summary. CI runs nothing else.
import { delimiter } from "node:path";
import { existsSync } from "node:fs";
import { build } from "./build.mjs";
import { chromium } from "./machine/browser.mjs";
import { find, main, run, say, since, Stop } from "./machine/command.mjs";
import { libtestCounts, nodeTestCounts, none, sum } from "./machine/counts.mjs";
import { files } from "./machine/fingerprint.mjs";
import { at, npmBin, userPath } from "./machine/paths.mjs";
import { wasm32, wasmCargo } from "./machine/rust.mjs";
import { toolProgram } from "./machine/tools.mjs";
import { setup } from "./setup.mjs";

/** No check takes this long on two cores; one that does hangs. */
const patience = 40 * 60_000;

/** Runs a program, shows what it prints, and gives its exit code and output. */
async function watch(program, args, env) {
  let output = "";
  const onOutput = (chunk) => {
    output += chunk;
    process.stdout.write(chunk);
  };
  const code = await run(program, args, { env, check: false, timeout: patience, onOutput });
  return { code, output };
}

/** A check that has no tests to count: it passes or it does not. */
async function lint(program, args, env) {
  const { code } = await watch(program, args, env);
  return code === 0 ? { ...none, passed: 1 } : { ...none, failed: 1 };
}

/** A run whose tests are counted; one that broke before or between tests has failed even if no test did. */
async function tests(count, program, args, env) {
  const { code, output } = await watch(program, args, env);
  const counts = count(output);
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

const deny = ["--", "-D", "warnings"];

/** Type checks every TypeScript project of the checkout. */
async function types() {
  const projects = ["npm", "www", "tests"].filter((name) => existsSync(at(name, "tsconfig.json")));
  const counts = [];
  for (const name of projects) counts.push(await lint("tsc", ["--strict", "--noEmit", "--project", at(name)]));
  return sum(counts);
}

/** Runs `tests/<folder>/*.test.mjs` with the given node. */
function nodeTests(folder, { node = find(["node"], [npmBin]), env } = {}) {
  const found = files([`tests/${folder}`]).filter((path) => path.endsWith(".test.mjs"));
  // Without a file, node would look for tests everywhere.
  if (found.length === 0) return none;
  return tests(nodeTestCounts, node, ["--test", "--test-reporter=spec", ...found], env);
}

/**
 * The package must work on the oldest supported Node, so its tests run on the user's own, not on the Node 22 that wrangler
 * needs; npm, which they start, comes from there too.
 */
const packageTests = () =>
  nodeTests("package", {
    node: find(["node"], userPath()) ?? process.execPath,
    env: { PATH: userPath().join(delimiter) },
  });

const browserTests = (folder) => nodeTests(folder, { env: { CHROME_PATH: chromium() } });

const wasmTests = () =>
  tests(
    libtestCounts,
    "cargo",
    ["test", "--package", "lucidream", "--test", "wasm", "--features", "wasm", "--target", wasm32, "--locked"],
    {
      ...wasmCargo(),
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: toolProgram("wasm-bindgen-test-runner"),
    },
  );

const clippyWasm = async () =>
  sum([
    await lint(
      "cargo",
      [
        "clippy",
        "--package",
        "lucidream",
        "--lib",
        "--test",
        "wasm",
        "--features",
        "wasm",
        "--target",
        wasm32,
        "--locked",
        ...deny,
      ],
      wasmCargo(),
    ),
    await lint(
      "cargo",
      ["clippy", "--package", "lucidream-worker", "--target", wasm32, "--locked", ...deny],
      wasmCargo(),
    ),
  ]);

/** In order: the quick ones first, and what others build upon before them. */
const steps = {
  format: { title: "rustfmt", run: () => lint("cargo", ["fmt", "--all", "--check"]) },
  clippy: {
    title: "clippy, native",
    run: () =>
      lint("cargo", ["clippy", "--package", "lucidream", "--all-targets", "--features", "schema", "--locked", ...deny]),
  },
  "clippy-wasm": { title: "clippy, wasm32", run: clippyWasm },
  native: {
    title: "engine, native",
    run: () =>
      tests(libtestCounts, "cargo", [
        "test",
        "--package",
        "lucidream",
        "--features",
        "schema",
        "--no-fail-fast",
        "--locked",
      ]),
  },
  wasm: { title: "engine, wasm in Node", run: wasmTests },
  types: { title: "tsc --strict", needs: ["engine", "package"], run: types },
  sample: {
    title: "sample agent, its truth and its dream",
    needs: ["engine", "package"],
    run: () => nodeTests("sample"),
  },
  package: { title: "npm package from its tarball", needs: ["engine", "package"], run: packageTests },
  worker: { title: "Worker in workerd", needs: ["worker", "page"], run: () => nodeTests("worker") },
  page: { title: "page in Chromium", needs: ["worker", "page"], run: () => browserTests("page") },
  identity: { title: "one plan in all four places", needs: ["engine", "package"], run: () => browserTests("identity") },
};

/** One step with its counts and time. Whatever stops it fails it, and only it. */
async function perform(name) {
  const { title, needs = [], run } = steps[name];
  const start = performance.now();
  say(`\n=== ${name}: ${title}`);
  const result = (counts, note = "") => ({ name, title, counts, note, time: since(start) });
  try {
    await build(needs);
    const counts = await run();
    if (counts.passed + counts.failed === 0) return result({ ...counts, failed: 1 }, "ran no test");
    return result(counts);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    say(error.message);
    return result({ ...none, failed: 1 }, error.message);
  }
}

const totals = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;

function summarise(results) {
  const lines = results.map(({ name, title, counts, note, time }) =>
    [counts.failed === 0 ? "ok  " : "FAIL", name.padEnd(12), title.padEnd(30), totals(counts), `(${time})`, note]
      .join(" ")
      .trimEnd(),
  );
  const total = sum(results.map(({ counts }) => counts));
  process.stdout.write(`\n${lines.join("\n")}\n\n${totals(total)}\n`);
  return total.failed === 0 ? 0 : 1;
}

await main(import.meta.url, async (chosen) => {
  const names = chosen.length > 0 ? chosen : Object.keys(steps);
  const unknown = names.find((name) => !(name in steps));
  if (unknown) throw new Stop(`There is no step "${unknown}": choose from ${Object.keys(steps).join(", ")}.`);
  const results = [];
  const start = performance.now();
  try {
    await setup("tests");
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    say(`\n${error.message}`);
    return summarise([
      { name: "setup", title: "set-up", counts: { ...none, failed: 1 }, note: error.message, time: since(start) },
    ]);
  }
  for (const name of names) results.push(await perform(name));
  return summarise(results);
});
