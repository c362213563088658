import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { compare as comparisonOf } from "../entry/node.js";
import { failure } from "../errors.js";
import { type Command, exit, options, parseJson, print, Usage } from "./terminal.js";

export const compare: Command = {
  usage: "compare A B [--json]  |  compare --pairs pairs.jsonl",
  about: "Says how two texts stand to each other: duplicate, conflict, subsumes, subsumed, related or distinct.",
  details: `  --pairs FILE   reads lines {"id"?, "a", "b"} and writes lines {"id"?, "verdict", "score", "reasons"} in the same order`,
  run(args) {
    const { values, positionals } = options(args, { pairs: { type: "string" }, json: { type: "boolean" } });
    const [a, b, ...more] = positionals;
    if (values.pairs !== undefined && a === undefined) return comparePairs(values.pairs);
    if (values.pairs !== undefined || a === undefined || b === undefined || more.length > 0)
      throw new Usage("compare needs two texts, or --pairs FILE");
    const comparison = comparisonOf(a, b);
    const reasons = comparison.reasons.map((reason) => `\n  ${reason}`).join("");
    print(values.json ? JSON.stringify(comparison) : `${comparison.verdict} (${comparison.score})${reasons}`);
    return exit.done;
  },
};

interface Pair {
  id?: unknown;
  a?: unknown;
  b?: unknown;
}

function comparePairs(file: string): number {
  const bytes = readFileSync(file);
  const lines = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").split("\n");
  // Written in pieces: the answers to a large file need not stand in memory at once.
  let answers: string[] = [];
  lines.forEach((line, at) => {
    if (line.trim() === "") return;
    answers.push(answer(line, `${file}, line ${at + 1}`));
    if (answers.length === 1000) print(answers.splice(0).join("\n"));
  });
  if (answers.length > 0) print(answers.join("\n"));
  return exit.done;
}

function answer(line: string, place: string): string {
  const { id, a, b } = (parseJson<Pair | null>(line, place) ?? {}) as Pair;
  if (typeof a !== "string" || typeof b !== "string")
    throw failure("invalid_argument", `${place}: \`a\` and \`b\` have to be strings`);
  const { verdict, score, reasons } = comparisonOf(a, b);
  return JSON.stringify({ id, verdict, score, reasons });
}
