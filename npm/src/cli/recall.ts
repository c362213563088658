import { recall as recallFrom } from "../entry/node.js";
import { failure } from "../errors.js";
import { readStore } from "./store.js";
import { type Command, exit, options, print, say, Usage } from "./terminal.js";

export const recall: Command = {
  usage: "recall QUERY --memory PATH [-k N] [--json]",
  about: "Finds the entries of a memory that fit a query best.",
  details: "  -k N   how many at most (5)",
  run(args) {
    const { values, positionals } = options(args, {
      memory: { type: "string" },
      k: { type: "string", short: "k" },
      json: { type: "boolean" },
    });
    const [query, ...more] = positionals;
    if (query === undefined || more.length > 0 || values.memory === undefined)
      throw new Usage("recall needs one QUERY and --memory PATH");
    const k = Number(values.k ?? 5);
    if (!Number.isInteger(k) || k < 1) throw new Usage(`-k is ${values.k}, allowed: a whole number from 1`);
    const { memory, exists } = readStore(values.memory);
    if (!exists) throw failure("not_found", `there is no memory at ${values.memory}`);
    const found = recallFrom(memory, query, k);
    if (values.json) print(JSON.stringify(found));
    else if (found.length === 0) say(`lucidream: no entry of ${values.memory} fits ${JSON.stringify(query)}`);
    else print(found.map(({ id, text, score }) => `${score.toFixed(3)}  ${id}  ${text}`).join("\n"));
    return exit.done;
  },
};
