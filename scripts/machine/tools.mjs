// Cargo tools of the wasm build, compiled once per user and version.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run, say, Stop } from "./command.mjs";
import { at, cache } from "./paths.mjs";

const workerBuild = "0.8.7";

/** wasm-bindgen's CLI refuses a wasm made with another version of the crate, so the lock file decides. */
function wasmBindgen() {
  const lock = existsSync(at("Cargo.lock")) ? readFileSync(at("Cargo.lock"), "utf8") : "";
  const manifest = readFileSync(at("Cargo.toml"), "utf8");
  const version =
    /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(lock) ?? /^wasm-bindgen = .*"=([\d.]+)"/m.exec(manifest);
  if (!version)
    throw new Stop('Cargo.toml does not pin wasm-bindgen ("=0.2.x"), so its command line tool cannot be chosen.');
  return version[1];
}

/** The tools with their versions and programs. */
export const tools = () => [
  {
    crate: "wasm-bindgen-cli",
    version: wasmBindgen(),
    programs: ["wasm-bindgen", "wasm-bindgen-test-runner"],
    about: "2 to 5 minutes",
  },
  { crate: "worker-build", version: workerBuild, programs: ["worker-build"], about: "2 to 5 minutes" },
];

const home = ({ crate, version }) => join(cache, "tools", `${crate}-${version}`);

const isInstalled = (tool) => tool.programs.every((program) => existsSync(join(home(tool), "bin", program)));

/** Those of the named crates whose programs are not there yet. */
export const missingTools = (crates) => tools().filter((tool) => crates.includes(tool.crate) && !isInstalled(tool));

/** Where a program of one of the tools is. */
export function toolProgram(program) {
  const tool = tools().find(({ programs }) => programs.includes(program));
  if (!isInstalled(tool)) throw new Stop(`${tool.crate} ${tool.version} is not installed: run \`npm run setup\`.`);
  return join(home(tool), "bin", program);
}

/** `cargo install`, lightly optimised: these run for seconds, and full optimisation would triple the wait for them. */
async function install(tool) {
  const { crate, version, about } = tool;
  say(`  cargo install ${crate} ${version} (once per user, ${about})`);
  const env = {
    CARGO_PROFILE_RELEASE_OPT_LEVEL: "1",
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
    CARGO_PROFILE_RELEASE_LTO: "off",
    CARGO_PROFILE_RELEASE_DEBUG: "false",
    CARGO_TARGET_DIR: join(cache, "tools-target"),
  };
  const args = ["install", "--root", home(tool), "--version", `=${version}`, crate];
  // A version named by the crate's own lock file may be missing from a mirror; cargo says so before it compiles anything.
  const locked = await run("cargo", [...args, "--locked"], { cwd: cache, env, check: false });
  if (locked !== 0) {
    say("  that lock file could not be followed here; choosing the newest compatible versions instead.");
    await run("cargo", args, { cwd: cache, env });
  }
}

export async function installTools(crates) {
  for (const tool of missingTools(crates)) await install(tool);
  rmSync(join(cache, "tools-target"), { recursive: true, force: true });
}
