// How fast transcripts are read and digested, native and in wasm (the build that Node loads and the one for browsers), next
// to `JSON.parse` of the same lines in the same run; and how much memory that takes. `npm run bench -- read [FILE…]`;
// without files real ones beside the checkout, where they are, and one of 200 MB made of them.
import { execFile } from "node:child_process";
import { createWriteStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { closeSync, openSync, readSync } from "node:fs";
import { once } from "node:events";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { build } from "../build.mjs";
import { run, say, Stop } from "../machine/command.mjs";
import { at, target } from "../machine/paths.mjs";

const large = 200_000_000;
const pieceBytes = 1024 * 1024;
const self = fileURLToPath(import.meta.url);

export async function bench(files) {
  await build(["fast"]);
  await run("cargo", ["build", "--release", "--package", "lucidream", "--example", "read"]);
  const folder = mkdtempSync(join(tmpdir(), "lucidream-bench-"));
  try {
    const inputs = files.length > 0 ? files : await inputsIn(folder);
    console.log("file                 MB  sessions  JSON.parse   in Node  ratio  in browsers  ratio    native  wasm memory");
    for (const file of inputs) {
      const [fast, small] = [await inOwnProcess(file, "lucidream_fast.wasm"), await inOwnProcess(file, "lucidream_bg.wasm")];
      console.log(row(file, await native(file), fast, small));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each build of the engine beside the `JSON.parse` of its own run. */
function row(file, native, fast, small) {
  const bytes = statSync(file).size;
  const speed = (seconds) => `${(bytes / 1e6 / seconds).toFixed(0)} MB/s`.padStart(10);
  const ratio = ({ parse, wasm }) => (parse / wasm).toFixed(2).padStart(6);
  const memory = Math.max(fast.memory, small.memory) / 1e6;
  return [
    basename(file).padEnd(16),
    (bytes / 1e6).toFixed(1).padStart(7),
    `${String(fast.sessions).padStart(10)}  ${speed(fast.parse)}`,
    `${speed(fast.wasm)} ${ratio(fast)}   ${speed(small.wasm)} ${ratio(small)}`,
    `${speed(native)}${memory.toFixed(0).padStart(10)} MB`,
  ].join("");
}

const call = promisify(execFile);

async function native(file) {
  const { stdout } = await call(join(target, "release", "examples", "read"), [file]);
  return JSON.parse(stdout).seconds;
}

/** A process of its own, for the memory of wasm only grows. */
async function inOwnProcess(file, wasm) {
  const { stdout } = await call(process.execPath, [self, file, wasm]);
  return JSON.parse(stdout);
}

/** Files beside the checkout, and what is made of them; our own sample where there are none. */
async function inputsIn(folder) {
  const data = join(process.env.LUCIDREAM_SHARED ?? at("..", "shared"), "data");
  const claude = join(data, "a5_claudecode_tau2_retail", "haiku_base_solo_complete_dataset");
  const team = join(data, "a12_specstory_team", "sessions.jsonl.gz");
  const sources = [];
  if (existsSync(claude) && existsSync(team)) {
    const lines = readdirSync(claude).sort().map((name) => readFileSync(join(claude, name), "utf8"));
    sources.push(["a5", lines.join("\n")], ["a12", gunzipSync(readFileSync(team)).toString("utf8")]);
  } else {
    say("The data sets a5 and a12 are not beside the checkout (LUCIDREAM_SHARED): measured with the sample instead.");
    sources.push(["sample", readFileSync(at("examples", "support-week", "sessions.jsonl"), "utf8")]);
  }
  const made = [];
  for (const [name, text] of sources) made.push(await written(folder, `${name}.jsonl`, [text], text.length));
  for (const [name, text] of sources) made.push(await written(folder, `${name}-large.jsonl`, [text], large));
  const texts = sources.map(([, text]) => text);
  if (texts.length > 1) made.push(await written(folder, "both-large.jsonl", texts, large));
  made.push(await written(folder, "one-session.jsonl", [oneSession(texts[0])], large));
  return made;
}

/** A file of some length: the texts again and again, as other sessions each time. */
async function written(folder, name, texts, bytes) {
  const file = join(folder, name);
  const out = createWriteStream(file);
  for (let copy = 0, length = 0; length < bytes; copy += 1) {
    for (const text of texts) {
      const renamed = copy === 0 ? text : text.replaceAll(ids, (_, key, id) => `"${key}":"${copy}-${id}`);
      const chunk = renamed.endsWith("\n") ? renamed : `${renamed}\n`;
      length += Buffer.byteLength(chunk);
      if (!out.write(chunk)) await once(out, "drain");
    }
  }
  out.end();
  await once(out, "finish");
  return file;
}

const ids = /"(sessionId|uuid|parentUuid|id)":\s?"(?!toolu_|msg_)([^"]{4})/g;

/** All lines as one session whose lines and calls differ in each copy. */
const oneSession = (text) => text.replaceAll(/"sessionId":\s?"[^"]*"/g, '"session_id":"one"').replaceAll(/"timestamp":\s?"/g, '"at":"');

/** The measurements of one file, in a process that does nothing else. */
async function measured(file, wasm) {
  const glue = await import(at("npm", "wasm", "lucidream.js"));
  const { memory } = glue.initSync({ module: readFileSync(at("npm", "wasm", wasm)) });
  const times = Math.min(Math.max(Math.round(60_000_000 / statSync(file).size), 1), 8);
  let best = { parse: Infinity, wasm: Infinity };
  for (let time = 0; time < times; time += 1) {
    const { parse, wasm, sessions } = pass(file, glue);
    best = { parse: Math.min(best.parse, parse), wasm: Math.min(best.wasm, wasm), sessions };
  }
  return { ...best, memory: memory.buffer.byteLength };
}

/** One pass: each piece goes to the engine, its lines to `JSON.parse`. The host hashes, as the command line tool does. */
function pass(file, glue) {
  const reader = new glue.TranscriptReader(undefined, false);
  const hash = createHash("sha256");
  const piece = Buffer.allocUnsafe(pieceBytes);
  const open = openSync(file, "r");
  let [parse, wasm, rest] = [0, 0, Buffer.alloc(0)];
  for (let length = readSync(open, piece); length > 0; length = readSync(open, piece)) {
    const bytes = piece.subarray(0, length);
    let start = performance.now();
    hash.update(bytes);
    reader.push(bytes);
    wasm += performance.now() - start;
    const all = Buffer.concat([rest, bytes]);
    const end = all.lastIndexOf(10) + 1;
    rest = all.subarray(end);
    const lines = all.toString("utf8", 0, end).split("\n").filter(Boolean);
    start = performance.now();
    for (const line of lines) JSON.parse(line);
    parse += performance.now() - start;
  }
  closeSync(open);
  const start = performance.now();
  const sessions = reader.finish(`sha256:${hash.digest("hex")}`).digests.length;
  wasm += performance.now() - start;
  if (rest.length > 0) throw new Stop(`${file} does not end with a line feed`);
  return { parse: parse / 1000, wasm: wasm / 1000, sessions };
}

if (process.argv[1] === self) console.log(JSON.stringify(await measured(...process.argv.slice(2))));
