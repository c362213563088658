import { readFileSync } from "node:fs";
import { redact as redacted } from "../entry/node.js";
import { type Command, count, exit, options, print, say, Usage } from "./terminal.js";

const standardInput = 0;

export const redact: Command = {
  usage: "redact [FILE] [--personal] [--json]",
  about: "Writes a text (standard input without FILE) with its secrets replaced by typed placeholders.",
  details:
    "  --personal   addresses of mail, phone numbers, card numbers and IBANs too\n" +
    "  --json       {text, found: [{kind, start, end}]}; start and end are bytes of the input, the values are never shown",
  run(args) {
    const { values, positionals } = options(args, { json: { type: "boolean" }, personal: { type: "boolean" } });
    if (positionals.length > 1) throw new Usage("redact takes one FILE");
    const redaction = redacted(readFileSync(positionals[0] ?? standardInput, "utf8"), {
      personal: values.personal ?? false,
    });
    if (values.json) print(JSON.stringify(redaction));
    else process.stdout.write(redaction.text);
    say(`${count(redaction.found.length, values.personal ? "value" : "secret")} replaced.`);
    return exit.done;
  },
};
