import { mkdirSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import { render as rendered, type File, type RenderFormat } from "../entry/node.js";
import { failure } from "../errors.js";
import { replaceFile } from "./files.js";
import { readStore } from "./store.js";
import { type Command, count, exit, oneOf, options, say, Usage } from "./terminal.js";

const directories: readonly string[] = ["memory_dir", "skills"] satisfies RenderFormat[];
const formats: readonly RenderFormat[] = ["markdown", "claude_md", "agents_md", "json", "jsonl", "memory_dir", "skills"];

export const render: Command = {
  usage: "render --memory PATH --format FORMAT [--out PATH] [--budget TOKENS]",
  about: "Writes a memory in the form that an agent or a person reads.",
  details: `  --format FORMAT   markdown, claude_md, agents_md: one file, to standard output without --out
                    json, jsonl: the whole store, also what is not active any more
                    memory_dir: a directory, a file for each kind
                    skills: a directory of Agent Skills, one for each condition that entries hold under
  --out PATH        the file, or the directory; files of the same names in it are replaced
  --budget TOKENS   what the text may take; the entries of least value are left out, whole`,
  run(args) {
    const { values, positionals } = options(args, {
      memory: { type: "string" },
      format: { type: "string" },
      out: { type: "string" },
      budget: { type: "string" },
    });
    const { memory: path, out } = values;
    const format = oneOf("--format", values.format, formats);
    if (positionals.length > 0 || path === undefined || format === undefined)
      throw new Usage("render needs --memory PATH and --format FORMAT");
    if (directories.includes(format) && out === undefined) throw new Usage(`${format} is a directory: --out says where`);
    const budget = Number(values.budget ?? 0);
    if (!Number.isInteger(budget) || budget < 0) throw new Usage(`--budget is ${values.budget}, allowed: whole numbers`);
    const { memory, exists } = readStore(path);
    if (!exists) throw failure("not_found", `there is no memory at ${path}`);
    const limit = values.budget === undefined ? {} : { token_budget: budget };
    const { files, tokens, left_out } = rendered(memory, { format, ...limit });
    if (directories.includes(format)) for (const file of files) write(out ?? "", file);
    else for (const { content } of files) out === undefined ? process.stdout.write(content) : replaceFile(out, content);
    const left = left_out.length > 0 ? `, ${count(left_out.length, "entry", "entries")} left out` : "";
    say(`${count(files.length, "file")}, about ${count(tokens, "token")}${left}.`);
    return exit.done;
  },
};

/** Writes a file below a directory. A store may come from anywhere, so its paths may want to lead elsewhere. */
function write(directory: string, { path, content }: File): void {
  const target = join(directory, path.replace(/^\/+/, ""));
  const inside = relative(directory, target);
  if (inside === "" || inside.startsWith("..") || isAbsolute(inside))
    throw failure("invalid_memory", `the memory has a file at ${JSON.stringify(path)}, allowed: paths below its directory`);
  mkdirSync(dirname(target), { recursive: true });
  replaceFile(target, content);
}
