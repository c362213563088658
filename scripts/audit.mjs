// `npm run audit`: known vulnerabilities, licences and sources of everything that is shipped or built with.
import { ask, main, run, say } from "./machine/command.mjs";

async function cargoDeny() {
  if (ask("cargo", ["deny", "--version"]) === undefined) {
    say("cargo-deny is not installed, so the crates were not checked: run `cargo install cargo-deny --locked`.");
    return 1;
  }
  return run("cargo", ["deny", "--all-features", "check"], { check: false });
}

await main(import.meta.url, async () => {
  say("Audit: crates");
  const crates = await cargoDeny();
  say("\nAudit: npm packages");
  const packages = await run("npm", ["audit", "--loglevel=error"], { check: false });
  return crates === 0 && packages === 0 ? 0 : 1;
});
