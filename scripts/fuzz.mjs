// `npm run fuzz -- [SECONDS] [TARGET…]`: fuzzes each reader, the detector, reading in pieces and the redactor, and prints what
// was done. Ends with the first finding; its file is in `fuzz/artifacts`. New inputs gather in `build/fuzz`, out of the
// repository; what is worth keeping goes to `fuzz/corpus`, which `tests/corpus.rs` replays.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ask, main, run, say, Stop } from "./machine/command.mjs";
import { at } from "./machine/paths.mjs";

// The engine holds at most one item (32 MiB) and 8 MiB of text that waits; libFuzzer and its corpus need the rest.
const limits = ["-rss_limit_mb=256", "-malloc_limit_mb=128", "-timeout=10"];

const binaries = at("build", "fuzz", "target");

/** The targets are the programs of `fuzz/Cargo.toml`. */
const targets = () => [...readFileSync(at("fuzz", "Cargo.toml"), "utf8").matchAll(/\[\[bin\]\]\nname = "([^"]+)"/g)].map(([, name]) => name);

await main(import.meta.url, async ([seconds = "60", ...chosen]) => {
  const known = targets();
  const unknown = chosen.find((name) => !known.includes(name));
  if (!/^\d+$/.test(seconds) || unknown) throw new Stop(`Say: npm run fuzz -- [SECONDS] [${known.join(" | ")}]`);
  if (ask("cargo", ["fuzz", "--version"]) === undefined)
    throw new Stop("cargo-fuzz is not installed: run `cargo install cargo-fuzz`. It needs a C++ compiler too.");
  say("Building the targets (minutes the first time)");
  // The stable compiler can do what cargo-fuzz needs of the nightly one. The engine forbids unsafe code, so a sanitizer
  // would only slow things down and hide how much memory is used.
  const env = { RUSTC_BOOTSTRAP: "1" };
  await run("cargo", ["fuzz", "build", "--sanitizer", "none", "--target-dir", binaries], { env });
  const dictionary = written("words.dict", words());
  console.log("target                 seconds       runs  runs/s  coverage  features  inputs  memory");
  for (const target of chosen.length > 0 ? chosen : known) console.log(row(target, await fuzz(target, seconds, dictionary)));
});

/** Runs one target; gives what libFuzzer said. */
async function fuzz(target, seconds, dictionary) {
  const [found, artifacts] = [at("build", "fuzz", "corpus", target), at("fuzz", "artifacts", target)];
  for (const folder of [found, artifacts, at("fuzz", "corpus", target)]) mkdirSync(folder, { recursive: true });
  const corpora = [found, at("fuzz", "corpus", target), seeds(target)];
  const host = /^host: (.*)$/m.exec(ask("rustc", ["-vV"]))[1];
  const options = [...limits, `-max_total_time=${seconds}`, `-dict=${dictionary}`, `-artifact_prefix=${artifacts}/`, "-print_final_stats=1"];
  let said = "";
  const code = await run(join(binaries, host, "release", target), [...options, ...corpora], {
    check: false,
    onOutput: (chunk) => (said = (said + chunk).slice(-100_000)),
  });
  if (code !== 0) throw new Stop(`${said.slice(-4000)}\n${target} found something: see ${artifacts}`);
  return said;
}

function row(target, said) {
  const last = [...said.matchAll(/cov: (\d+) ft: (\d+) corp: (\d+)/g)].at(-1) ?? [];
  const done = /Done (\d+) runs in (\d+) second/.exec(said) ?? [];
  const memory = /peak_rss_mb:\s+(\d+)/.exec(said)?.[1];
  const [runs, seconds] = [Number(done[1]), Number(done[2])];
  const cells = [[seconds, 9], [runs, 11], [Math.round(runs / seconds), 8], [last[1], 10], [last[2], 10], [last[3], 8]];
  return `${target.padEnd(21)}${cells.map(([cell, width]) => String(cell).padStart(width)).join("")}${String(memory).padStart(5)} MB`;
}

/** The cases of the tests, in a folder as the target takes them. */
function seeds(target) {
  for (const [name, bytes] of target === "redact" ? lines() : cases("reading")) {
    // Reading in pieces takes the lengths of the pieces first.
    const head = target === "pieces" ? [0, 1, 2, 3] : [];
    written(join("seeds", target, name), Buffer.concat([Buffer.from(head), bytes]));
  }
  return at("build", "fuzz", "seeds", target);
}

/** The files of `tests/cases` in that folder, each with its name. */
function cases(folder) {
  const names = readdirSync(at("tests", "cases", folder)).filter((name) => !name.includes(".expected."));
  return names.map((name) => [name, readFileSync(at("tests", "cases", folder, name))]);
}

/** The redactor's cases stand in lines. */
function lines() {
  return cases("redact").flatMap(([name, bytes]) =>
    bytes.toString("utf8").split("\n").map((line, number) => [`${name}-${number + 1}`, Buffer.from(line)]),
  );
}

/** The words of all formats, so that the fuzzer need not guess them: fields, and values without a blank. */
function words() {
  const text = cases("reading").map(([, bytes]) => bytes.toString("latin1")).join("\n");
  const found = new Set([...text.matchAll(/"([\w.-]{2,40})"/g)].map(([, word]) => word).filter((word) => !/\d{3}/.test(word)));
  return [...found].sort().map((word) => `"\\"${word}\\""`).join("\n");
}

function written(name, content) {
  const file = at("build", "fuzz", name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, content);
  return file;
}
