// Talking to who called: results on stdout, everything else on stderr, and what the exit code says.
import { parseArgs, type ParseArgsConfig } from "node:util";
import { failure } from "../errors.js";

/** What a run of the program ended with. */
export const exit = { done: 0, failed: 1, usage: 2, held: 3 } as const;

/** The program was called in a way that it does not know. */
export class Usage extends Error {}

/** A subcommand. */
export interface Command {
  /** How to call it, after `lucidream`. */
  usage: string;
  /** What it does, in a line. */
  about: string;
  /** What its options mean, a line each. */
  details?: string;
  run(args: string[]): Promise<number> | number;
}

/** Writes a result. */
export function print(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

/** Writes a line of progress or complaint. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Reads options and positional arguments; throws `Usage` for an option that is not there. */
export function options<const Options extends NonNullable<ParseArgsConfig["options"]>>(
  args: string[],
  options: Options,
) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error));
  }
}

/** One of the values that an option allows, if it was given; throws `Usage` naming them for any other. */
export function oneOf<Value extends string>(option: string, value: string | undefined, allowed: readonly Value[]) {
  if (value === undefined || (allowed as readonly string[]).includes(value)) return value as Value | undefined;
  throw new Usage(`${option} is ${value}, allowed: ${allowed.join(", ")}`);
}

/** What the system says of a file, without the code and the path that it puts around: `no such file or directory`. */
export function systemMessage(error: Error): string {
  return error.message.replace(/^[A-Z0-9]+: /, "").replace(/, \w+( '[^]*)?$/, "");
}

/** Duration since a `performance.now()`, for people. */
export function since(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(2)} s`;
}

/** `1 session`, `2 sessions`; `2 entries` where the plural is another word. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** Parses JSON that somebody named as a file; throws `invalid_argument` naming it. */
export function parseJson<Shape>(text: string, file: string): Shape {
  try {
    return JSON.parse(text) as Shape;
  } catch (error) {
    throw failure("invalid_argument", `${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
