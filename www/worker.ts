// The Web Worker: the engine in wasm, the files that the reader chose, and the review that is open.
import * as engine from "lucidream/slim";
import type { Digest, File, Memory, Plan, Reading, Tombstone, TranscriptFate } from "lucidream/slim";
import type { Answered, Asked, CallName, Calls, Chosen, Role } from "./engine/call.ts";
import { Refusal } from "./engine/refusal.ts";
import { firstValue, isMarkdown, roleOf } from "./engine/sort.ts";

/** The part of a worker's global scope that is used here; the page is compiled with the types of a window. */
const port = globalThis as unknown as {
  postMessage(message: Answered): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Asked>) => void): void;
};

/** Transcripts by id. Blobs stay on disk until they are read. */
const transcripts = new Map<string, Blob>();
/** The transcript read last: neighbours of one quote are asked for several times. */
let reading: Reading | undefined;
/** The Markdown files that the memory was read from, if it was. */
let markdown: { readonly files: File[]; readonly memory: Memory } | undefined;
let review: { memory: Memory; plan: Plan } | undefined;
/** Texts with secrets masked; the same texts come at every click. */
const masked = new Map<string, string>();

let progress: (done: number, total: number, what: string) => void = () => {};

const opened = () => {
  if (!review) throw new Refusal("unexpected", "no review is open");
  return review;
};

const mask = (text: string): string => {
  const known = masked.get(text);
  if (known !== undefined) return known;
  const clean = engine.redact(text).text;
  masked.set(text, clean);
  return clean;
};

const shown = (memory: Memory): Memory => ({
  ...memory,
  entries: memory.entries.map((entry) => ({ ...entry, text: mask(entry.text) })),
});

const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

const rawOf = async (file: Blob) => new Uint8Array(await file.arrayBuffer());

/** Of a long transcript the engine sees a piece at a time. */
const pieceBytes = 4 * 1024 * 1024;

async function bytesOf(file: Blob): Promise<Uint8Array> {
  const bytes = await rawOf(file);
  if (!isGzip(bytes)) return bytes;
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}

/** The byte order mark stays: it belongs to the owner's file, and the engine reads past it. */
const textOf = async (file: Blob) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(await bytesOf(file));

async function hash(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource));
  return `sha256:${[...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

const empty: Memory = { schema: "lucidream.memory/1", version: 0, entries: [] };

/** One file is a store in any form, several are a directory of Markdown files, none is an empty store. */
async function memoryOf(chosen: readonly Chosen[]): Promise<Memory> {
  markdown = undefined;
  const [first] = chosen;
  if (!first) return empty;
  if (chosen.length === 1 && !isMarkdown(first.path)) return engine.parseMemory(await textOf(first.file));
  const shared = chosen.length === 1 ? first.path.length : folder(chosen.map(({ path }) => path));
  const files = await Promise.all(
    chosen.map(async ({ path, file }) => ({ path: path.slice(shared), content: await textOf(file) })),
  );
  const memory = engine.parseMemory(files);
  markdown = { files, memory };
  return memory;
}

/** Letters of the folder that all paths begin with: a store is the same wherever it lies. */
function folder(paths: readonly string[]): number {
  const [first = ""] = paths;
  const end = first.indexOf("/") + 1;
  return paths.every((path) => path.startsWith(first.slice(0, end))) ? end : 0;
}

async function tombstonesOf(files: readonly Chosen[]): Promise<Tombstone[]> {
  const all = await Promise.all(files.map(async ({ file }) => JSON.parse(await textOf(file)) as Tombstone[]));
  return all.flat();
}

/** Failures that say something about one file; all others end the dream. */
const ofOneFile = new Set(["unknown_format", "empty_transcript", "transcript_too_large", "invalid_transcript"]);

/** The digests of one transcript, or why it has none; nothing for bytes that were `seen`. */
async function digestsOf(
  { file }: Chosen,
  seen: Set<string>,
): Promise<{ digests: Digest[] } | { failed: TranscriptFate }> {
  const id = await hash(await rawOf(file));
  if (seen.has(id)) return { digests: [] };
  seen.add(id);
  transcripts.set(id, file);
  const reader = new engine.TranscriptReader(undefined, { hash: false });
  try {
    for (let at = 0; at < file.size; at += pieceBytes) reader.push(await rawOf(file.slice(at, at + pieceBytes)));
    return { digests: reader.finish(id).digests };
  } catch (error) {
    const { code, message } = Refusal.of(error);
    if (!ofOneFile.has(code)) throw error;
    return { failed: { id, fate: "failed", why: `${code}: ${message}`, sessions: 0 } };
  }
}

async function excerptOf(transcript: string, session: string): Promise<Reading["sessions"][number]> {
  const file = transcripts.get(transcript);
  if (!file) throw new Refusal("transcript_missing", "this transcript is not here");
  if (reading?.transcript !== transcript) reading = engine.readTranscript(await rawOf(file));
  const found = reading.sessions.find(({ id }) => id === session);
  if (!found) throw new Refusal("session_missing", `the transcript has no session ${session}`);
  return found;
}

/** Files whose first line is not a whole JSON value are read to the end, unless they are too long to be a plan or a store. */
const sortable = 64_000_000;

async function sorted({ path, file }: Chosen): Promise<Role> {
  const head = await textOf(
    isGzip(await rawOf(file.slice(0, 2))) ? file : file.slice(0, 65_536),
  );
  return roleOf(path, firstValue(head) ?? (file.size < sortable ? firstValue(await textOf(file)) : undefined));
}

type Answers = {
  [Name in CallName]: (...args: Parameters<Calls[Name]>) => ReturnType<Calls[Name]> | Promise<ReturnType<Calls[Name]>>;
};

const answers: Answers = {
  sort: (files) => Promise.all(files.map(sorted)),

  async dream({ transcripts: chosen, memory: store, tombstones: rejected, personal, now }) {
    const memory = await memoryOf(store);
    const tombstones = await tombstonesOf(rejected);
    const digests: Digest[] = [];
    const failed: TranscriptFate[] = [];
    const seen = new Set<string>();
    for (const [done, transcript] of chosen.entries()) {
      progress(done, chosen.length, transcript.path);
      const result = await digestsOf(transcript, seen);
      if ("failed" in result) failed.push(result.failed);
      else digests.push(...result.digests);
    }
    const [first] = failed;
    if (first && digests.length === 0)
      throw new Refusal("nothing_read", `none of the transcripts could be read; of the first: ${first.why}`);
    progress(chosen.length, chosen.length, "");
    const config = { redact_personal: personal };
    return { plan: engine.dream({ memory, digests, transcripts: failed, tombstones, now, config }), memory };
  },

  async read({ plan: file, memory: store }) {
    const plan = JSON.parse(await textOf(file.file)) as Plan;
    engine.verifyPlan(plan);
    return { plan, memory: await memoryOf(store) };
  },

  open({ plan, memory }) {
    review = { plan, memory };
    return { memory: shown(memory), stale: engine.memoryHash(memory) !== plan.memory_hash };
  },

  preview(decisions) {
    const { memory, plan } = opened();
    const preview = engine.preview(memory, plan, [...decisions]);
    return { ...preview, memory: shown(preview.memory) };
  },

  apply(decisions, now) {
    const { memory, plan } = opened();
    return engine.apply(memory, plan, [...decisions], now);
  },

  inPlace: (after) => markdown && engine.updateMarkdown(markdown.files, markdown.memory, after),
  undo: (memory, inverse) => engine.undo(memory, inverse),
  render: (memory, options) => engine.render(memory, options),
  canonical: (value) => engine.canonical(value),

  async keep(file) {
    const id = await hash(await rawOf(file));
    transcripts.set(id, file);
    return id;
  },

  has: (transcript) => transcripts.has(transcript),

  async excerpt(transcript, session, from, to) {
    const { turns, agent } = await excerptOf(transcript, session);
    return {
      turns: turns.slice(Math.max(from, 0), to),
      total: turns.length,
      ...(agent === undefined ? {} : { agent }),
    };
  },
};

let ready: Promise<unknown> | undefined;
let queue = Promise.resolve();

async function answer({ id, call, args }: Asked): Promise<void> {
  try {
    const file = (name: string) => new URL(`./${name}`, import.meta.url);
    await (ready ??= engine.init(file("lucidream_bg.wasm"), file("model.bin")));
    progress = (done, total, what) => port.postMessage({ id, progress: { done, total, what } });
    const run = answers[call] as (...args: readonly unknown[]) => unknown;
    port.postMessage({ id, value: await run(...args) });
  } catch (error) {
    const { code, message } = Refusal.of(error);
    port.postMessage({ id, refusal: { code, message } });
  }
}

port.addEventListener("message", ({ data }) => {
  queue = queue.then(() => answer(data));
});
