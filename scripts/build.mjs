// `npm run build [engine|fast|package|page|worker|all]`: what is made from what, and only when that changed.
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { main, run, say, since, Stop } from "./machine/command.mjs";
import { files, fingerprint, forget, isFresh, remember } from "./machine/fingerprint.mjs";
import { alone } from "./machine/lock.mjs";
import { at, npmBin, target } from "./machine/paths.mjs";
import { wasm32, wasmCargo, wasmToolchainId } from "./machine/rust.mjs";
import { toolProgram } from "./machine/tools.mjs";
import { setup } from "./setup.mjs";

const npmTool = (name) => join(npmBin, name);

/** Every change of these can change what cargo makes. */
const cargoFiles = ["Cargo.toml", "Cargo.lock", ".cargo", "src", "worker/Cargo.toml"];

/**
 * What rustc may emit today. wasm-opt reads the list from the module's `target_features` section too, but refuses a module
 * whose section was stripped, so it is said here.
 */
const wasmFeatures = [
  "simd",
  "bulk-memory",
  "nontrapping-float-to-int",
  "sign-ext",
  "mutable-globals",
  "reference-types",
  "multivalue",
];

/**
 * With the instructions that search sixteen bytes at once (Node 16.4, browsers since 2023), and without the folder of
 * cargo's sources: panic messages would carry this machine's paths, and the bytes would differ from machine to machine.
 * RUSTFLAGS is split at blanks.
 */
function withFlags(env) {
  const sources = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry", "src");
  const unnamed = /\s/.test(sources) ? [] : [`--remap-path-prefix=${sources}=crates`];
  return { ...env, RUSTFLAGS: [process.env.RUSTFLAGS, "-Ctarget-feature=+simd128", ...unnamed].filter(Boolean).join(" ") };
}

/** Compiles the engine for JS. */
async function compile(env, { profile, optimise, to }) {
  await run(
    "cargo",
    [
      "rustc",
      "--package",
      "lucidream",
      "--lib",
      "--crate-type",
      "cdylib",
      "--no-default-features",
      "--features",
      "wasm",
      "--profile",
      profile,
      "--target",
      wasm32,
      "--locked",
    ],
    { env: withFlags(env) },
  );
  rmSync(to, { recursive: true, force: true });
  // Without --omit-default-module-path bundlers would find the wasm twice: in this glue and in the package's entries.
  await run(toolProgram("wasm-bindgen"), [
    "--target",
    "web",
    "--omit-default-module-path",
    "--out-dir",
    to,
    "--out-name",
    "lucidream",
    join(target, wasm32, profile, "lucidream.wasm"),
  ]);
  const wasm = join(to, "lucidream_bg.wasm");
  await run(npmTool("wasm-opt"), [...optimise, ...wasmFeatures.map((name) => `--enable-${name}`), wasm, "-o", wasm]);
}

/** The engine as browsers download it, its glue and types, and the sentence model beside it. */
const engine = {
  inputs: cargoFiles,
  outputs: ["npm/wasm/lucidream.js", "npm/wasm/lucidream.d.ts", "npm/wasm/lucidream_bg.wasm", "npm/wasm/model.bin"],
  usesRust: true,
  about: "1 to 4 minutes when nothing is compiled yet",
  async make(env) {
    // In the order of their names copies of one generic function stand within gzip's window: 1 % less to download.
    await compile(env, { profile: "small", optimise: ["-Os", "--reorder-functions-by-name"], to: at("npm", "wasm") });
    copyFileSync(at("src", "text", "sentence-minilm128-q4.sem"), at("npm", "wasm", "model.bin"));
  },
};

/** The same engine as Node loads it from the disk: made for speed. It is run by the same glue. */
const fast = {
  needs: ["engine"],
  inputs: cargoFiles,
  outputs: ["npm/wasm/lucidream_fast.wasm"],
  usesRust: true,
  about: "2 to 5 minutes when nothing is compiled yet",
  async make(env) {
    const made = at("build", "fast");
    await compile(env, { profile: "release", optimise: ["-O3"], to: made });
    const glue = [made, at("npm", "wasm")].map((folder) => readFileSync(join(folder, "lucidream.js"), "utf8"));
    if (glue[0] !== glue[1]) throw new Stop("The fast build of the engine needs other glue than the small one.");
    copyFileSync(join(made, "lucidream_bg.wasm"), at("npm", "wasm", "lucidream_fast.wasm"));
  },
};

/** The npm package's JavaScript and types, `npm/dist`, and the papers that its tarball must carry. */
const package_ = {
  needs: ["engine", "fast"],
  inputs: [
    "npm/src",
    "npm/package.json",
    "npm/tsconfig.json",
    "tsconfig.base.json",
    "npm/wasm/lucidream.d.ts",
    "LICENSE",
    "NOTICE",
  ],
  outputs: ["npm/dist", "npm/LICENSE", "npm/NOTICE"],
  about: "some seconds",
  async make() {
    rmSync(at("npm", "dist"), { recursive: true, force: true });
    await run(npmTool("tsc"), ["--project", at("npm")]);
    for (const paper of ["LICENSE", "NOTICE"]) copyFileSync(at(paper), at("npm", paper));
  },
};

/** The page: each entry is bundled, each asset copied (file or folder), from -> name in `www/dist`. */
const pageEntries = ["www/main.ts", "www/worker.ts", "www/style.css"];
const pageAssets = {
  "www/index.html": "index.html",
  "www/_headers": "_headers",
  "npm/wasm/lucidream_bg.wasm": "lucidream_bg.wasm",
  "npm/wasm/model.bin": "model.bin",
};

const page = {
  needs: ["engine", "package"],
  inputs: ["www", "npm/wasm", "npm/dist", "tsconfig.base.json", "examples"],
  except: ["www/dist"],
  outputs: ["www/dist/index.html"],
  about: "some seconds",
  async make() {
    const made = at("www", "dist");
    rmSync(made, { recursive: true, force: true });
    const options = [
      "--bundle",
      "--format=esm",
      "--target=es2022",
      "--minify",
      "--sourcemap",
      "--charset=utf8",
      "--log-level=warning",
    ];
    await run(npmTool("esbuild"), [...pageEntries.map((path) => at(path)), ...options, `--outdir=${made}`]);
    for (const [from, to] of Object.entries(pageAssets)) {
      mkdirSync(dirname(join(made, to)), { recursive: true });
      cpSync(at(from), join(made, to), { recursive: true });
    }
  },
};

/** The Worker: `worker/build/index.js` and its wasm. */
const worker = {
  inputs: [...cargoFiles, "worker"],
  except: ["worker/build"],
  outputs: ["worker/build/index.js"],
  usesRust: true,
  about: "2 to 8 minutes when nothing is compiled yet",
  async make(env) {
    const tools = {
      WASM_BINDGEN_BIN: toolProgram("wasm-bindgen"),
      WASM_OPT_BIN: npmTool("wasm-opt"),
      ESBUILD_BIN: npmTool("esbuild"),
    };
    await run(toolProgram("worker-build"), ["--release", "--", "--locked"], {
      cwd: at("worker"),
      env: { ...withFlags(env), ...tools },
    });
  },
};

const products = { engine, fast, package: package_, page, worker };
const everything = Object.keys(products);

async function make(name) {
  const { inputs, except, outputs, usesRust, about, make } = products[name];
  if (files(inputs, except).length === 0) throw new Stop(`There is nothing to build ${name} from.`);
  const env = usesRust ? wasmCargo() : {};
  const also = [process.platform, ...(usesRust ? [wasmToolchainId(env)] : [])];
  const print = fingerprint({ inputs: [...inputs, "scripts/build.mjs", "package-lock.json"], except, also });
  if (isFresh(name, print, outputs)) return;
  const start = performance.now();
  say(`Build: ${name} (${about})`);
  forget(name);
  await make(env);
  const absent = outputs.filter((path) => !existsSync(at(path)));
  if (absent.length > 0) throw new Stop(`The build of ${name} ended without making ${absent.join(", ")}.`);
  remember(name, print);
  say(`  done in ${since(start)}`);
}

/** Builds the named products and what they need, each once; those whose inputs did not change are left alone. */
export async function build(names) {
  const order = [];
  const visit = (name) => {
    if (!(name in products)) throw new Stop(`There is no build "${name}": choose from ${everything.join(", ")}, all.`);
    for (const needed of products[name].needs ?? []) visit(needed);
    if (!order.includes(name)) order.push(name);
  };
  for (const name of names.includes("all") ? everything : names) visit(name);
  await alone(at("build", "build.lock"), "build of this checkout", async () => {
    for (const name of order) await make(name);
  });
}

await main(import.meta.url, async (names) => {
  await setup("worker");
  await build(names.length > 0 ? names : ["all"]);
});
