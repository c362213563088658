// The four places that the engine runs in. Each gives, once ready, a function from an input to the plan's canonical text.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { buildSync } from "esbuild";
import { Miniflare } from "miniflare";
import { at } from "../../scripts/machine/paths.mjs";
import { launch } from "../page/browser.mjs";
import { arrange, planOf } from "./dream.mjs";

const output = { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] };

/** Native Rust, compiled as for the engine's own tests, so that nothing is compiled twice. */
async function native(t) {
  const built = execFileSync(
    "cargo",
    ["build", "--example", "dream", "--features", "schema", "--locked", "--message-format=json"],
    {
      ...output,
      cwd: at(),
    },
  );
  const { executable } = built
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .findLast((message) => message.executable);
  const folder = mkdtempSync(join(tmpdir(), "lucidream-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name, text) => {
    writeFileSync(join(folder, name), text);
    return name;
  };
  return ({ transcripts, memory, now, order }) => {
    const files = transcripts.map((text, number) => write(`${number}.jsonl`, text));
    const store = write("memory.jsonl", arrange(memory, order).join("\n"));
    const args = ["--json", "--now", now, "--memory", store, ...arrange(files, order)];
    return execFileSync(executable, args, { ...output, cwd: folder });
  };
}

async function node() {
  const lucidream = await import("lucidream");
  return (input) => planOf(lucidream, input);
}

const program = `
import * as lucidream from "lucidream";
import { planOf } from "./dream.mjs";
export default {
  async fetch(request) {
    return new Response(planOf(lucidream, await request.json()));
  },
};`;

/** workerd, with the package bundled as a Worker's author would. */
async function workerd(t) {
  const { outputFiles } = buildSync({
    stdin: { contents: program, resolveDir: at("tests", "identity") },
    bundle: true,
    format: "esm",
    conditions: ["workerd"],
    loader: { ".wasm": "copy", ".bin": "copy" },
    assetNames: "[name]",
    outdir: at("build", "identity"),
    write: false,
  });
  const file = (ending) => outputFiles.find(({ path }) => path.endsWith(ending));
  const modules = {
    "worker.js": { type: "esm", contents: file(".js").text },
    "lucidream_bg.wasm": { type: "wasm", contents: file(".wasm").contents },
    "model.bin": { type: "data", contents: file(".bin").contents },
  };
  const config = { name: "identity", compatibilityDate: "2026-01-01", manifest: { mainModule: "worker.js", modules } };
  const miniflare = new Miniflare({ logRequests: false, telemetry: { enabled: false }, workers: [{ config }] });
  t.after(() => miniflare.dispose());
  return async (input) => {
    const answer = await miniflare.dispatchFetch("http://localhost/", { method: "POST", body: JSON.stringify(input) });
    return answer.text();
  };
}

const types = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".bin": "application/octet-stream" };

/** The checkout's files on localhost, and an empty page. */
async function files(t) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const type = types[extname(pathname)] ?? "text/html";
    response.writeHead(200, { "content-type": type });
    response.end(type === "text/html" ? "" : readFileSync(at(pathname)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

/** Chromium, with the package's files as they are. */
async function chromium(t) {
  const address = await files(t);
  const browser = await launch();
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(address);
  return (input) =>
    page.evaluate(async (input) => {
      const lucidream = await import("/npm/dist/entry/browser.js");
      const { planOf } = await import("/tests/identity/dream.mjs");
      await lucidream.init();
      return planOf(lucidream, input);
    }, input);
}

export const places = { native, node, workerd, chromium };
