// The Rust toolchains: the user's own for native code, and one that knows wasm32-unknown-unknown.
//
// Ordinarily both are rustup's. Where rustup cannot download the wasm32 target but Debian's packages can be reached, the
// second is Debian's rustc with its standard library built once from Debian's own source, linked as toolchain `debian`.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ask, run, say, Stop } from "./command.mjs";
import { at, cache, target } from "./paths.mjs";

export const wasm32 = "wasm32-unknown-unknown";
const linked = "debian";
const debianRust = "/usr";
const debianStd = join(debianRust, "lib", "rustlib", wasm32, "lib");
const debianStdStamp = join(debianStd, "lucidream.stamp");
const debianPackages = ["rustc-web", "cargo-web", "rust-web-src", "libstd-rust-web-dev", "rust-web-clippy"];

/** The oldest rustc that compiles this code: `rust-version` of Cargo.toml. */
const oldestRust = () =>
  /^rust-version = "(\d+)\.(\d+)/m
    .exec(readFileSync(at("Cargo.toml"), "utf8"))
    ?.slice(1)
    .map(Number);

/** Throws one sentence when Rust is missing or too old. */
export function requireRust() {
  const version = /^rustc (\d+)\.(\d+)/.exec(ask("rustc", ["--version"]) ?? "");
  if (!version || !ask("cargo", ["--version"]))
    throw new Stop("Rust is missing: install it with rustup (https://rustup.rs), then run this again.");
  const [major, minor] = oldestRust() ?? [1, 0];
  if (Number(version[1]) < major || (Number(version[1]) === major && Number(version[2]) < minor))
    throw new Stop(
      `Rust ${version[1]}.${version[2]} is too old, ${major}.${minor} or newer is needed: run \`rustup update stable\`.`,
    );
}

const holdsStd = (folder) =>
  folder !== undefined && existsSync(folder) && readdirSync(folder).some((name) => /^libstd-.*\.rlib$/.test(name));

const ownHasWasm = () => holdsStd(ask("rustc", ["--print", "target-libdir", "--target", wasm32]));

const debianRustc = () => ask(join(debianRust, "bin", "rustc"), ["-vV"]);

/** Debian's rustc is linked, and its wasm32 std is the one that this very rustc compiled. */
function debianHasWasm() {
  if (!existsSync(debianStdStamp) || !readFileSync(debianStdStamp, "utf8").startsWith(`${debianRustc()}\n`))
    return false;
  return ask("rustup", ["run", linked, "rustc", "--print", "sysroot"]) === debianRust && existsSync(debianLinker());
}

/**
 * worker-build sets this for wasm-bindgen's macros, and cargo does not track it: every wasm32 build sets it, lest one build
 * reuse what another compiled without.
 */
const macros = { WASM_BINDGEN_USE_JS_SYS: "1" };

/** Environment that makes `cargo` compile for wasm32; undefined when no toolchain can. */
export function wasmEnvironment() {
  if (ownHasWasm()) return macros;
  if (debianHasWasm()) return { ...macros, RUSTUP_TOOLCHAIN: linked };
  return undefined;
}

/** As `wasmEnvironment`, for callers after set-up. Also drops artefacts made with a standard library that is gone. */
export function wasmCargo() {
  const env = wasmEnvironment();
  if (!env) throw new Stop(`No Rust toolchain here compiles for ${wasm32}: run \`npm run setup\`.`);
  if (env.RUSTUP_TOOLCHAIN) dropStaleArtefacts();
  return env;
}

/** What decides the bytes that the wasm toolchain makes. */
export const wasmToolchainId = (env) => ask("rustc", ["-vV"], { env });

/**
 * Cargo does not notice a rebuilt standard library: it goes on with artefacts compiled against the old one, and rustc
 * fails with E0463 (can't find crate). So they go when the stamp of the library changes.
 */
function dropStaleArtefacts() {
  const artefacts = join(target, wasm32);
  const seen = join(artefacts, "std.stamp");
  const now = readFileSync(debianStdStamp, "utf8");
  if (existsSync(seen) && readFileSync(seen, "utf8") === now) return;
  rmSync(artefacts, { recursive: true, force: true });
  mkdirSync(artefacts, { recursive: true });
  writeFileSync(seen, now);
}

/** Makes some toolchain compile for wasm32: the ordinary way, else Debian's. */
export async function installWasm() {
  if (ask("rustup", ["--version"])) {
    say(`  rustup target add ${wasm32}`);
    const code = await run("rustup", ["target", "add", wasm32], { check: false, timeout: 300_000 });
    if (code === 0 && ownHasWasm()) return;
    say("  rustup could not download the target; trying Debian's Rust and its source instead.");
  }
  await installDebianRust();
}

/** Debian's packages can be installed here: apt, and the right to use it. */
export const canApt = () =>
  existsSync("/etc/debian_version") && process.getuid?.() === 0 && ask("apt-get", ["--version"]) !== undefined;

/** Installs Debian packages; `names` of which any is unknown here give false. */
export async function aptInstall(names) {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["-q", "update"], { env, check: false });
  return (
    0 === (await run("apt-get", ["-q", "install", "-y", "--no-install-recommends", ...names], { env, check: false }))
  );
}

async function installDebianRust() {
  const otherwise = `Run \`rustup target add ${wasm32}\` where it can download, then run this again.`;
  if (!canApt() || !ask("rustup", ["--version"]))
    throw new Stop(`The Rust target ${wasm32} is missing and could not be downloaded. ${otherwise}`);
  say(`  apt-get install ${debianPackages.join(" ")} (about a minute)`);
  if (!(await aptInstall(debianPackages)))
    throw new Stop(
      `The Rust target ${wasm32} could not be downloaded, and Debian's Rust packages could not be installed. ${otherwise}`,
    );
  linkDebianLinker();
  await buildDebianStd();
  await run("rustup", ["toolchain", "link", linked, debianRust]);
}

const host = () => /^host: (.*)$/m.exec(ask("rustc", ["-vV"]) ?? "")?.[1];
const debianLinker = () => join(debianRust, "lib", "rustlib", host(), "bin", "rust-lld");

/** Debian's rustc looks for `rust-lld` beside itself and does not bring it; rustup's own does the job. */
function linkDebianLinker() {
  if (existsSync(debianLinker())) return;
  const own = join(ask("rustc", ["--print", "sysroot"]), "lib", "rustlib", host(), "bin", "rust-lld");
  mkdirSync(join(debianLinker(), ".."), { recursive: true });
  rmSync(debianLinker(), { force: true });
  symlinkSync(own, debianLinker());
}

/**
 * Compiles std (with `test`, which wasm-bindgen-test needs) in an empty crate and puts it where Debian's rustc looks.
 * Bitcode is embedded because `lto = true` reads it from every rlib ("can't find section .llvmbc" without).
 */
async function buildDebianStd() {
  const rustc = debianRustc();
  if (existsSync(debianStdStamp) && readFileSync(debianStdStamp, "utf8").startsWith(`${rustc}\n`)) return;
  say(`  compiling Rust's standard library for ${wasm32} (once per machine, 2 to 3 minutes)`);
  const crate = join(cache, "std-for-wasm32");
  rmSync(crate, { recursive: true, force: true });
  mkdirSync(join(crate, "src"), { recursive: true });
  writeFileSync(
    join(crate, "Cargo.toml"),
    '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n\n[workspace]\n',
  );
  writeFileSync(join(crate, "src", "lib.rs"), "");
  await run(
    join(debianRust, "bin", "cargo"),
    ["build", "--release", "-Zbuild-std=std,panic_abort,panic_unwind,test,proc_macro", "--target", wasm32],
    {
      cwd: crate,
      env: {
        PATH: "/usr/bin:/bin",
        RUSTC_BOOTSTRAP: "1",
        RUSTFLAGS: "-Cembed-bitcode=yes",
        CARGO_TARGET_DIR: join(crate, "target"),
        CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: debianLinker(),
      },
    },
  );
  const built = join(crate, "target", wasm32, "release", "deps");
  const fresh = `${debianStd}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  for (const name of readdirSync(built))
    if (name.endsWith(".rlib") && !name.startsWith("libempty-")) cpSync(join(built, name), join(fresh, name));
  // The time tells checkouts that their artefacts were compiled against an older build of the same version.
  writeFileSync(join(fresh, "lucidream.stamp"), `${rustc}\nbuilt ${new Date().toISOString()}\n`);
  rmSync(debianStd, { recursive: true, force: true });
  renameSync(fresh, debianStd);
  rmSync(crate, { recursive: true, force: true });
}

/** rustfmt and clippy for the user's toolchain. */
export const hasLints = () =>
  ask("cargo", ["fmt", "--version"]) !== undefined && ask("cargo", ["clippy", "--version"]) !== undefined;

export async function installLints() {
  const code = await run("rustup", ["component", "add", "rustfmt", "clippy"], { check: false, timeout: 300_000 });
  if (code !== 0 || !hasLints())
    throw new Stop("rustfmt or clippy is missing: run `rustup component add rustfmt clippy`.");
}
