// `npm run fuzz -- [SECONDS] [TARGET…]`: fuzzes each reader, the detector, the parser, reading in pieces and the redactor, and
// prints what was done. It stops at the first finding; its bytes are in `fuzz/artifacts`. What it gathers stays in `build/fuzz`;
// `npm run fuzz -- keep` writes a few short inputs that cover most into `fuzz/corpus`, which `tests/corpus.rs` replays.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ask, main, run, say, Stop } from "./machine/command.mjs";
import { at } from "./machine/paths.mjs";

// The engine holds at most one item (32 MiB) and 8 MiB of text that waits; libFuzzer and its corpus need the rest.
const limits = ["-rss_limit_mb=256", "-malloc_limit_mb=128", "-timeout=10"];

/** What is kept is replayed by every test run: short inputs, and few. */
const kept = { bytes: 400, inputs: 60 };

const folder = (...parts) => at("build", "fuzz", ...parts);

await main(import.meta.url, async ([first = "60", ...chosen]) => {
  const known = targets();
  const unknown = chosen.find((name) => !known.includes(name));
  if (!/^(\d+|keep)$/.test(first) || unknown)
    throw new Stop(`Say: npm run fuzz -- [SECONDS | keep] [${known.join(" | ")}]`);
  if (ask("cargo", ["fuzz", "--version"]) === undefined)
    throw new Stop("cargo-fuzz is not installed: run `cargo install cargo-fuzz`. It needs a C++ compiler too.");
  say("Building the targets (minutes the first time)");
  // The stable compiler can do what cargo-fuzz needs of the nightly one. The engine forbids unsafe code, so a sanitizer
  // would only slow things down and hide how much memory is used.
  const build = ["fuzz", "build", "--sanitizer", "none", "--target-dir", folder("target")];
  await run("cargo", build, { env: { RUSTC_BOOTSTRAP: "1" } });
  const wanted = chosen.length > 0 ? chosen : known;
  if (first === "keep") return void (await Promise.all(wanted.map(keep)));
  const dictionary = written("words.dict", words());
  console.log("target                 seconds       runs  runs/s  coverage  features  inputs  memory");
  for (const target of wanted) console.log(row(target, await fuzz(target, first, dictionary)));
});

/** The targets are the programs of `fuzz/Cargo.toml`. */
function targets() {
  const manifest = readFileSync(at("fuzz", "Cargo.toml"), "utf8");
  return [...manifest.matchAll(/\[\[bin\]\]\nname = "([^"]+)"/g)].map(([, name]) => name);
}

function program(target) {
  const host = /^host: (.*)$/m.exec(ask("rustc", ["-vV"]))[1];
  return join(folder("target"), host, "release", target);
}

/** Runs one target; gives what libFuzzer said. */
async function fuzz(target, seconds, dictionary) {
  const artifacts = at("fuzz", "artifacts", target);
  for (const path of [folder("corpus", target), artifacts]) mkdirSync(path, { recursive: true });
  const options = [`-max_total_time=${seconds}`, `-dict=${dictionary}`, `-artifact_prefix=${artifacts}/`];
  let said = "";
  const args = [...limits, ...options, "-print_final_stats=1", folder("corpus", target), seeds(target)];
  const onOutput = (chunk) => (said = (said + chunk).slice(-100_000));
  const code = await run(program(target), args, { check: false, onOutput });
  if (code !== 0) throw new Stop(`${said.slice(-4000)}\n${target} found something: see ${artifacts}`);
  return said;
}

function row(target, said) {
  const last = [...said.matchAll(/cov: (\d+) ft: (\d+) corp: (\d+)/g)].at(-1) ?? [];
  const done = /Done (\d+) runs in (\d+) second/.exec(said) ?? [];
  const memory = /peak_rss_mb:\s+(\d+)/.exec(said)?.[1];
  const [runs, seconds] = [Number(done[1]), Number(done[2])];
  const cells = [
    [seconds, 9],
    [runs, 11],
    [Math.round(runs / seconds), 8],
    [last[1], 10],
    [last[2], 10],
    [last[3], 8],
  ];
  const columns = cells.map(([cell, width]) => String(cell).padStart(width));
  return `${target.padEnd(21)}${columns.join("")}${String(memory).padStart(5)} MB`;
}

/** Chooses of what was gathered the few short inputs that cover most. */
async function keep(target) {
  const chosen = folder("kept", target);
  rmSync(chosen, { recursive: true, force: true });
  mkdirSync(chosen, { recursive: true });
  const args = ["-set_cover_merge=1", `-max_len=${kept.bytes}`, chosen, folder("corpus", target), seeds(target)];
  await run(program(target), [...limits, ...args], { onOutput: () => {} });
  const read = (name) => readFileSync(join(chosen, name)).toString("latin1");
  const before = corpus(target).map((bytes) => bytes.toString("latin1"));
  const inputs = [...new Set([...before, ...readdirSync(chosen).map(read).slice(0, kept.inputs)])].slice(0, kept.inputs);
  mkdirSync(at("fuzz", "corpus"), { recursive: true });
  writeFileSync(at("fuzz", "corpus", `${target}.jsonl`), inputs.map((input) => `${JSON.stringify(input)}\n`).join(""));
  say(`${target}: ${inputs.length} inputs`);
}

/** The inputs that are kept: a line each, a character for each byte. */
function corpus(target) {
  const file = at("fuzz", "corpus", `${target}.jsonl`);
  const lines = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
  return lines.map((line) => Buffer.from(JSON.parse(line), "latin1"));
}

/** What is kept, and the cases of the tests, in a folder as the target takes them. */
function seeds(target) {
  const own = { redact: () => lines("redact"), parse: () => lines("reading") }[target] ?? (() => cases("reading"));
  // Reading in pieces takes the lengths of the pieces first.
  const head = Buffer.from(target === "pieces" ? [0, 1, 2, 3] : []);
  for (const [name, bytes] of own()) written(join("seeds", target, name), Buffer.concat([head, bytes]));
  for (const [number, bytes] of corpus(target).entries()) written(join("seeds", target, `kept-${number}`), bytes);
  return folder("seeds", target);
}

/** The files of `tests/cases` in that folder, each with its name. */
function cases(kind) {
  const names = readdirSync(at("tests", "cases", kind)).filter((name) => !name.includes(".expected."));
  return names.map((name) => [name, readFileSync(at("tests", "cases", kind, name))]);
}

/** The same line by line. */
function lines(kind) {
  return cases(kind).flatMap(([name, bytes]) =>
    bytes.toString("utf8").split("\n").map((line, number) => [`${name}-${number + 1}`, Buffer.from(line)]),
  );
}

/** The words of all formats, so that the fuzzer need not guess them: fields, and values without a blank. */
function words() {
  const text = cases("reading").map(([, bytes]) => bytes.toString("latin1")).join("\n");
  const found = [...text.matchAll(/"([\w.-]{2,40})"/g)].map(([, word]) => word).filter((word) => !/\d{3}/.test(word));
  return [...new Set(found)].sort().map((word) => `"\\"${word}\\""`).join("\n");
}

function written(name, content) {
  const file = folder(name);
  mkdirSync(join(file, ".."), { recursive: true });
  // Renamed, so that another run beside this one never reads a piece.
  writeFileSync(`${file}.${process.pid}`, content);
  renameSync(`${file}.${process.pid}`, file);
  return file;
}
