// How often comparing is right: on pairs and on a store with known answers beside the checkout, where they are, and on
// our own pairs; the engine next to trivial methods. `npm run bench -- compare [--write]`; `--write` puts the tables into
// docs/operating-points.md.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { run, say } from "../machine/command.mjs";
import { at, target } from "../machine/paths.mjs";

const methods = { engine: "Lucidream", letters: "character n-grams", minhash: "MinHash", cosine: "model cosine" };
const sets = ["mrpc", "stsb_en", "stsb_de", "stsb_fr", "stsb_es", "stsb_ja", "stsb_zh", "sick", "negation_nli"];
const page = at("docs", "operating-points.md");
const bytes = { encoding: "utf8", maxBuffer: 1 << 28 };

export async function bench(options) {
  await run("cargo", ["build", "--release", "--package", "lucidream", "--example", "operating_points"]);
  const folder = mkdtempSync(join(tmpdir(), "lucidream-bench-"));
  try {
    const data = join(process.env.LUCIDREAM_SHARED ?? at("..", "shared"), "data");
    const tables = ownTables();
    if (existsSync(join(data, "c_pairs"))) tables.push(...pairTables(data, folder), storeTable(data, folder));
    else say("The data sets c_pairs and e1 are not beside the checkout (LUCIDREAM_SHARED): only our own pairs.");
    console.log(tables.join("\n\n"));
    if (options.includes("--write")) write(tables);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The tables stand between two marks; the words around them are written by hand. */
function write(tables) {
  const [before, , after] = readFileSync(page, "utf8").split(/<!-- (?:tables|end) -->\n/);
  writeFileSync(page, `${before}<!-- tables -->\n${tables.join("\n\n")}\n<!-- end -->\n${after}`);
}

function judged(mode, method, input, ...files) {
  return execFileSync(join(target, "release", "examples", "operating_points"), [mode, method, ...files], { input, ...bytes });
}

function table(title, columns, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [`### ${title}`, "", line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

function ownTables() {
  const one = ["different values called duplicates", "paraphrases called duplicates"];
  const any = ["different ones called duplicates", "paraphrases called duplicates"];
  return [
    ownPairs("compare-memories.jsonl", "Pairs of agent memories that differ in one value, and paraphrases", one),
    ownPairs("compare-adversarial.jsonl", "Pairs written to find mistakes: reworded, and different in what is easily overlooked", any),
  ];
}

function ownPairs(file, title, columns) {
  const lines = readFileSync(at("tests", "cases", file), "utf8").trim().split("\n");
  const pairs = lines.map((line) => JSON.parse(line));
  const input = pairs.map((pair, id) => JSON.stringify({ id, a: pair.a, b: pair.b })).join("\n");
  const share = (part, whole) => `${part.length} of ${whole.length}`;
  const rows = Object.entries(methods).map(([method, name]) => {
    const verdicts = judged("pairs", method, input).trim().split("\n").map((line) => JSON.parse(line).verdict);
    const called = pairs.filter((_, at) => verdicts[at] === "duplicate");
    const same = pairs.filter((pair) => pair.same);
    const different = pairs.filter((pair) => !pair.same);
    return [name, share(called.filter((p) => !p.same), different), share(called.filter((p) => p.same), same)];
  });
  return table(title, ["", ...columns], rows);
}

function pairTables(data, folder) {
  const scorer = join(data, "score", "score_pairs.py");
  const scores = (set) => {
    const [input, output] = [join(folder, `${set}.in`), join(folder, `${set}.out`)];
    execFileSync("python3", [scorer, "write", set, input]);
    return Object.keys(methods).map((method) => {
      writeFileSync(output, judged("pairs", method, readFileSync(input)));
      return JSON.parse(execFileSync("python3", [scorer, "score", set, output], bytes));
    });
  };
  const found = Object.fromEntries(sets.map((set) => [set, scores(set)]));
  const names = ["", ...Object.values(methods)];
  const row = (label, set, key) => [label, ...found[set].map((score) => score[key] ?? "–")];
  const duplicates = sets.filter((set) => !["sick", "negation_nli"].includes(set));
  return [
    table("Average precision of the score for duplicates", names, duplicates.map((set) => row(set, set, "dup_ap"))),
    table("Verdicts: precision and recall of duplicates (or containing one another)", names, duplicates.map((set) => [
      set, ...found[set].map((score) => `${score.dup_precision} / ${score.dup_recall}`),
    ])),
    table("Contradictions", names, ["sick", "negation_nli"].flatMap((set) => [
      row(`${set}: called duplicates`, set, "contradiction_called_duplicate"),
      row(`${set}: found`, set, "contradiction_found"),
    ])),
  ];
}

function storeTable(data, folder) {
  const set = join(data, "e1_composite_store", "dev");
  const [store, output] = [join(folder, "store.jsonl"), join(folder, "curated.jsonl")];
  writeFileSync(store, gunzipSync(readFileSync(join(set, "store.jsonl.gz"))));
  const scores = Object.keys(methods).map((method) => {
    writeFileSync(output, judged("store", method, "", store));
    const line = execFileSync("python3", [join(data, "score", "score_store.py"), set, output], bytes);
    return JSON.parse(line.slice(line.indexOf("{")));
  });
  const rows = Object.keys(scores[0]).map((key) => [key.replaceAll("_", " "), ...scores.map((score) => score[key] ?? "–")]);
  return table("A store of 3,520 entries with known answers, after one dream", ["", ...Object.values(methods)], rows);
}
