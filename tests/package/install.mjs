// The npm package as its users get it: packed, and installed from the tarball into an empty project.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { after } from "node:test";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The sample agent: its sessions, memory and time. */
export const sample = {
  sessions: join(root, "examples/support-week/sessions.jsonl"),
  memory: join(root, "examples/support-week/memory.jsonl"),
  now: JSON.parse(readFileSync(join(root, "examples/support-week/truth.json"), "utf8")).now,
};

// npm hands its own settings down to what it runs: an inner npm would take the checkout for its project.
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_")));

function npm(args, cwd) {
  return execFileSync("npm", [...args, "--silent", "--no-audit", "--no-fund", "--ignore-scripts"], {
    cwd,
    env: environment,
    encoding: "utf8",
  });
}

/** A folder that is gone after the tests. */
export function scratch() {
  const folder = mkdtempSync(join(tmpdir(), "lucidream-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Installs the package into a project of its own; gives that project's folder. */
export function install() {
  const project = scratch();
  npm(["pack", "--pack-destination", project], join(root, "npm"));
  const tarball = readdirSync(project).find((name) => name.endsWith(".tgz"));
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  npm(["install", "--offline", `./${tarball}`], project);
  return project;
}

/** Imports the package as a program in that project would. */
export function load(project, entry = "lucidream") {
  return import(pathToFileURL(createRequire(join(project, "package.json")).resolve(entry)));
}

/** Runs the command line tool of that project. */
export function runner(project) {
  const tool = join(project, "node_modules/.bin/lucidream");
  return (args, { cwd = project, input } = {}) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [tool, ...args], {
      cwd,
      input,
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    return { status, stdout, stderr };
  };
}
