// `lucidream`: which command, and what its end means.
import { engineVersion } from "../entry/node.js";
import { apply } from "./apply.js";
import { compare } from "./compare.js";
import { dream } from "./dream.js";
import { inspect } from "./inspect.js";
import { recall } from "./recall.js";
import { redact } from "./redact.js";
import { render } from "./render.js";
import { type Command, exit, print, say, systemMessage, Usage } from "./terminal.js";
import { undo } from "./undo.js";

const commands: Record<string, Command> = { dream, inspect, apply, undo, compare, recall, redact, render };

/** Runs the program; gives its exit code: 0 done, 1 failed, 2 usage, 3 plan held. */
export async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === "--version") return (print(engineVersion()), exit.done);
  if (name === "--help" || name === "-h" || name === "help") return (print(help()), exit.done);
  const command = name === undefined ? undefined : Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command)
    return (say(name === undefined ? help() : `lucidream: there is no command "${name}"\n\n${help()}`), exit.usage);
  if (rest.includes("--help") || rest.includes("-h")) return (print(helpOn(command)), exit.done);
  try {
    return await command.run(rest);
  } catch (error) {
    return explain(error, command);
  }
}

function explain(error: unknown, command: Command): number {
  if (error instanceof Usage) {
    say(`lucidream: ${error.message}\n\n${helpOn(command)}`);
    return exit.usage;
  }
  // Whatever has a code was foreseen: the engine's failures, and the system's about files.
  if (error instanceof Error && "code" in error) {
    const said = "path" in error ? `${String(error.path)}: ${systemMessage(error)}` : error.message;
    say(`lucidream: ${said} (${String(error.code)})`);
    return exit.failed;
  }
  throw error;
}

function help(): string {
  const lines = Object.values(commands).map(({ usage, about }) => `  lucidream ${usage}\n      ${about}`);
  return `Dreaming for AI agents that you can see into and steer.

${lines.join("\n")}

  lucidream <command> --help    its options
  lucidream --version

Exit codes: 0 done, 1 failed, 2 usage, 3 plan held for a person. Results go to stdout, progress to stderr.`;
}

function helpOn({ usage, about, details }: Command): string {
  return `Usage: lucidream ${usage}\n${about}${details === undefined ? "" : `\n\n${details}`}`;
}
