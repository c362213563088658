// `npm run -s lucidream -- <args>`: the command line tool of this checkout, built when needed, run where the caller stands.
import { spawn } from "node:child_process";
import { build } from "./build.mjs";
import { main } from "./machine/command.mjs";
import { at } from "./machine/paths.mjs";
import { setup } from "./setup.mjs";

const cli = at("npm", "bin", "lucidream.mjs");

/** Gives the tool our own stdin, stdout, stderr and folder, and takes over its exit code. */
function hand(args) {
  const child = spawn(process.execPath, [cli, ...args], {
    stdio: "inherit",
    cwd: process.env.INIT_CWD ?? process.cwd(),
  });
  // The terminal sends Ctrl-C to both: the tool decides what it means.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}

await main(import.meta.url, async (args) => {
  await setup("package");
  await build(["package"]);
  return hand(args);
});
