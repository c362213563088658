// The forms in which a store lies on disk, and how each is read and changed.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { canonical, type File, type Memory, parseMemory, rereadMarkdown, updateMarkdown } from "../entry/node.js";
import { failure } from "../errors.js";
import { type Bytes, replaceFile } from "./files.js";

/** One form of a store. Nothing here writes. */
interface Form {
  /** Whether an entry is one paragraph in it, so that line breaks become blanks. */
  flat?: true;
  parse(files: File[]): Memory;
  /** The files with `after` in them; what did not change since `before` keeps its bytes where the form allows it. */
  update(files: File[], before: Memory, after: Memory): File[];
  /** What the files say after their owner edited them, with what only `kept` knows. */
  reread(files: File[], kept: Memory): Memory;
}

const text = (files: File[]): string => files[0]?.content ?? "";
const single = (content: string): File[] => [{ path: "", content }];

const json: Form = {
  parse: (files) => (files.length === 0 ? parseMemory("{}", "json") : parseMemory(text(files), "json")),
  update(files, _before, after) {
    const value: unknown = text(files).trimStart().startsWith("[") ? after.entries : after;
    return single(`${JSON.stringify(value, null, 2)}\n`);
  },
  reread: (files) => json.parse(files),
};

const jsonl: Form = {
  parse: (files) => parseMemory(text(files), "jsonl"),
  update(files, before, after) {
    const lines = text(files)
      .split("\n")
      .filter((line) => line.trim() !== "");
    const old = new Map(before.entries.map((entry, at) => [entry.id, { line: lines[at], entry: canonical(entry) }]));
    const written = after.entries.map((entry) => {
      const now = canonical(entry);
      const { line, entry: then } = old.get(entry.id) ?? {};
      return line !== undefined && then === now ? line : now;
    });
    return single(written.map((line) => `${line}\n`).join(""));
  },
  reread: (files) => jsonl.parse(files),
};

const markdown: Form = {
  flat: true,
  parse: (files) => (files.length === 0 ? parseMemory("", "markdown") : parseMemory(files)),
  update: (files, before, after) => updateMarkdown(files.length === 0 ? single("") : files, before, after),
  reread: rereadMarkdown,
};

const directory: Form = { ...markdown, update: updateMarkdown };

/** A place on disk where a store lies, or may lie. */
export interface Place {
  path: string;
  form: Form;
  /** The files of the store; none if it does not exist. */
  read(): Bytes[];
  /** Makes the files of the store these. */
  write(files: Bytes[], before: Bytes[]): void;
  pack(text: string): Uint8Array;
}

/** What lies at a path, by its ending; throws `invalid_argument` for an ending that is not known. */
export function placeAt(path: string): Place {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    const read = () => markdownUnder(path);
    return { path, form: directory, read, write: (files, before) => writeDirectory(path, files, before), pack: encode };
  }
  const form = { json, jsonl, md: markdown }[/\.(json|jsonl|md)(\.gz)?$/.exec(path)?.[1] ?? ""];
  if (!form)
    throw failure(
      "invalid_argument",
      `the memory is ${path}, allowed: .json, .jsonl, .md (each also .gz) or a directory`,
    );
  return {
    path,
    form,
    read: () => (statSync(path, { throwIfNoEntry: false }) ? [{ path: "", bytes: readFileSync(path) }] : []),
    write([file]) {
      if (file) replaceFile(path, file.bytes);
      else rmSync(path, { force: true });
    },
    pack: (text) => (path.endsWith(".gz") ? gzipSync(text) : encode(text)),
  };
}

/** The texts of files, unpacked; throws `invalid_memory` for what is not UTF-8. */
export function texts(files: Bytes[]): File[] {
  return files.map(({ path, bytes }) => {
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    try {
      // The byte order mark stays: it belongs to the owner's bytes, and the engine reads past it.
      return { path, content: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(plain) };
    } catch {
      throw failure("invalid_memory", `${path === "" ? "the memory" : path} is not UTF-8 text`);
    }
  });
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function markdownUnder(root: string): Bytes[] {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  const visible = names.filter((name) => name.endsWith(".md") && !name.split(sep).some((part) => part.startsWith(".")));
  const files = visible.filter((name) => statSync(join(root, name)).isFile());
  return files.map((name) => ({ path: name.split(sep).join("/"), bytes: readFileSync(join(root, name)) }));
}

function writeDirectory(root: string, files: Bytes[], before: Bytes[]): void {
  const old = new Map(before.map(({ path, bytes }) => [path, bytes]));
  for (const { path, bytes } of files) {
    const same = old.get(path);
    if (same && Buffer.compare(same, bytes) === 0) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    replaceFile(join(root, path), bytes);
  }
  const kept = new Set(files.map(({ path }) => path));
  for (const path of old.keys()) if (!kept.has(path)) rmSync(join(root, path), { force: true });
}
