import { memoryHash } from "../entry/node.js";
import { openStore, undoLast } from "./store.js";
import { type Command, exit, options, print, Usage } from "./terminal.js";

const reopened = "The same may be proposed again.";
const buried =
  "The same is not proposed again from the same sessions; the plan itself can be applied again, with other decisions.";

export const undo: Command = {
  usage: "undo --memory PATH [--reopen] [--json]",
  about: "Takes the last apply back, to the byte; again for the one before. Refuses if the memory has changed since.",
  details: `  --reopen   what is undone may be proposed again from the same sessions
  --json     what was done, as JSON`,
  run(args) {
    const { values, positionals } = options(args, {
      memory: { type: "string" },
      reopen: { type: "boolean" },
      json: { type: "boolean" },
    });
    if (values.memory === undefined || positionals.length > 0)
      throw new Usage("undo needs --memory PATH and nothing else");
    const { memory, step } = undoLast(openStore(values.memory), values.reopen ?? false);
    const done = {
      memory_hash: memoryHash(memory),
      version: memory.version,
      undone: { plan_hash: step.plan_hash, applied_at: step.applied_at },
    };
    print(
      values.json
        ? JSON.stringify(done)
        : `${values.memory} is as it was before the plan applied at ${step.applied_at}. ${values.reopen ? reopened : buried}`,
    );
    return exit.done;
  },
};
