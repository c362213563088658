// What a dream over a large memory store takes, in time and memory: natively and in wasm, for stores of 2,000, 20,000 and
// 100,000 entries made from a seed (`benches/stores.mjs`), with a public deduplicator (datasketch's MinHash LSH, where
// Python has it) over the same texts beside it. `npm run bench -- store [COUNT…]`
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { store } from "../../benches/stores.mjs";
import { build } from "../build.mjs";
import { run } from "../machine/command.mjs";
import { at, cache, target } from "../machine/paths.mjs";

const self = fileURLToPath(import.meta.url);
const execute = promisify(execFile);

export async function bench(counts) {
  await build(["package"]);
  await run("cargo", ["build", "--release", "--package", "lucidream", "--example", "store"]);
  sizes();
  const folder = mkdtempSync(join(tmpdir(), "lucidream-bench-"));
  const rows = [];
  const beside = await deduplicator();
  if (!beside) console.log(`Nothing beside it: python3 with pip and ${released} could not be had.`);
  try {
    console.log(`start in wasm: ${start(await measured(process.execPath, [self, "start"]))}`);
    console.log(" entries   merged   native CPU  memory     Node CPU  memory   datasketch CPU  ratio  same plan");
    for (const count of counts.length > 0 ? counts.map(Number) : [2_000, 20_000, 100_000]) {
      const file = join(folder, `${count}.jsonl`);
      writeFileSync(file, `${store(count).map((entry) => JSON.stringify(entry)).join("\n")}\n`);
      const native = await measured(join(target, "release", "examples", "store"), [file]);
      const node = await measured(process.execPath, [self, "dream", file]);
      const other = beside && (await measured("python3", ["-c", datasketch, file], { PYTHONPATH: beside }));
      rows.push({ count, native, node });
      console.log(row(count, native, node, other));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const [first, last] = [rows.at(0), rows.at(-1)];
  if (first !== last)
    for (const place of ["native", "node"]) {
      const grown = Math.log(last[place].cpu / first[place].cpu) / Math.log(last.count / first.count);
      console.log(`growth exponent, ${place}: ${grown.toFixed(2)}`);
    }
}

/** What a program prints as its last line, as JSON. */
async function measured(program, args, env = {}) {
  const { stdout } = await execute(program, args, { maxBuffer: 1 << 28, env: { ...process.env, ...env } });
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

function row(count, native, node, other) {
  const seconds = (time) => `${time.toFixed(2)} s`.padStart(12);
  const memory = (place) => `${place.peak_mb} MB`.padStart(8);
  const than = other ? `${seconds(other.cpu)}${(node.cpu / other.cpu).toFixed(2).padStart(10)}` : "".padStart(22);
  const same = native.plan_hash === node.plan_hash ? "yes" : "NO";
  return `${String(count).padStart(8)}${String(node.counts.merged).padStart(9)} ${seconds(native.cpu)}${memory(native)} ${seconds(node.cpu)}${memory(node)}     ${than}  ${same}`;
}

function sizes() {
  const kilobytes = (name) => gzipSync(readFileSync(at("npm", "wasm", name)), { level: 9 }).length / 1000;
  const [code, model, fast] = ["lucidream_bg.wasm", "model.bin", "lucidream_fast.wasm"].map(kilobytes);
  console.log(`gzip: engine ${code.toFixed(0)} kB, model ${model.toFixed(0)} kB, together ${(code + model).toFixed(0)} kB`);
  console.log(`      the engine for Node, made for speed, ${fast.toFixed(0)} kB`);
}

const start = ({ engine, model }) => `engine ${engine.toFixed(1)} ms, model ${model.toFixed(1)} ms`;

const released = "datasketch==2.0.0";

/** Where Python finds it: in the cache, installed there by pip the first time. Nothing where that fails. */
async function deduplicator() {
  const folder = join(cache, "python", released);
  if (existsSync(folder)) return folder;
  const made = `${folder}.${process.pid}`;
  try {
    await execute("python3", ["-m", "pip", "install", "--quiet", "--target", made, released]);
    renameSync(made, folder);
    return folder;
  } catch {
    rmSync(made, { recursive: true, force: true });
    return undefined;
  }
}

/** The words of each text, 128 permutations, pairs above Jaccard 0.7: as its documentation shows. */
const datasketch = `
import json, sys, time
from datasketch import MinHash, MinHashLSH
texts = [json.loads(line)["text"] for line in open(sys.argv[1])]
begin = time.process_time()
lsh, found = MinHashLSH(threshold=0.7, num_perm=128), 0
for at, text in enumerate(texts):
    signature = MinHash(num_perm=128)
    signature.update_batch([word.encode() for word in text.lower().split()])
    found += len(lsh.query(signature))
    lsh.insert(at, signature)
print(json.dumps({"cpu": time.process_time() - begin, "pairs": found}))
`;

/** CPU time, not time on the clock: other work on the machine does not show. */
const cpu = (since) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
};

const processes = {
  async start() {
    const { initSync, loadModel } = await import("lucidream/slim");
    const [wasm, model] = ["lucidream_bg.wasm", "model.bin"].map((name) => readFileSync(at("npm", "wasm", name)));
    const begin = performance.now();
    initSync(wasm);
    const loaded = performance.now();
    loadModel(model);
    return { engine: loaded - begin, model: performance.now() - loaded };
  },
  async dream(file) {
    const { dream, parseMemory } = await import("lucidream");
    const text = readFileSync(file, "utf8");
    const [begin, used] = [performance.now(), process.cpuUsage()];
    const memory = parseMemory(text);
    const plan = dream({ memory, digests: [], now: "2026-11-09T03:00:00Z", config: { max_entries: 1_000_000 } });
    const seconds = (performance.now() - begin) / 1000;
    const peak_mb = Math.round(process.resourceUsage().maxRSS / 1024);
    return { seconds, cpu: cpu(used), peak_mb, plan_hash: plan.plan_hash, counts: plan.report.counts };
  },
};

if (process.argv[1] === self) console.log(JSON.stringify(await processes[process.argv[2]](...process.argv.slice(3))));
