// The engine's functions, typed. Objects have exactly the fields of the wire shapes (see wire.ts), nothing is changed
// in place, and every function may throw a `LucidreamError` with `invalid_argument` for an argument of the wrong type.
import { engine } from "./load.js";
import type {
  Applied,
  Comparison,
  Config,
  Decision,
  Digest,
  DigestedTranscript,
  Embeddings,
  File,
  Format,
  Inverse,
  Memory,
  MemoryFormat,
  Plan,
  Preview,
  Reading,
  Recalled,
  Redaction,
  Rendered,
  RenderFormat,
  Schedule,
  Session,
  Tombstone,
  Usage,
  TranscriptFate,
} from "./wire.js";

/** A configuration as one writes it: fields left out have their defaults, unknown ones are refused. */
export type ConfigInput = Partial<Omit<Config, "schedule">> & { schedule?: Partial<Schedule> };

/** What a dream needs. */
export interface DreamInput {
  /** The store as it is. */
  memory: Memory;
  /** The sessions, in any order. */
  digests: Digest[];
  /** Transcripts that gave no digest: failed or skipped. The others are known from the digests. */
  transcripts?: TranscriptFate[];
  /** What was rejected before. */
  tombstones?: Tombstone[];
  /** How often each entry was recalled, by its id; entries that nobody uses are retired only where this is known. */
  usage?: Record<string, Usage>;
  /** Vectors of a model of yours, for entries (by id) or texts: those that have one are compared by it. */
  embeddings?: Embeddings;
  /** The agent that the plan is for. */
  agent?: string;
  /** RFC 3339 time that the dream takes for now: the engine has no clock. */
  now: string;
  config?: ConfigInput;
}

/** How to render a store. */
export interface RenderInput {
  format: RenderFormat;
  /** Tokens that the whole text may take; the entries of least value are left out, whole. */
  token_budget?: number;
  /** How often each entry was recalled, by its id; where there is a budget. */
  usage?: Record<string, Usage>;
}

/**
 * Reads the bytes of one file: its sessions, and what was passed over.
 * Throws `unknown_format`, `empty_transcript`, `transcript_too_large`, `invalid_transcript`.
 */
export function readTranscript(bytes: Uint8Array, format?: Format): Reading {
  return engine().readTranscript(bytes, format);
}

/** The bounded extract of one session: all that a dream sees of it. */
export function digest(session: Session): Digest {
  return engine().digest(session);
}

/**
 * `readTranscript` and `digest` in one step, without the sessions crossing into JavaScript. Throws what they throw.
 * `transcript` is the `sha256:…` of the bytes, where the caller has it: the platform hashes faster than the engine.
 */
export function digestTranscript(bytes: Uint8Array, format?: Format, transcript?: string): DigestedTranscript {
  const reader = new TranscriptReader(format, { hash: transcript === undefined });
  reader.push(bytes);
  return reader.finish(transcript);
}

/**
 * Reads and digests a file of any size from its pieces, which may also be those of a gzip file; where they are cut makes no
 * difference. For one file: `push` all of it, then `finish`. After something was thrown the reader has ended.
 */
export class TranscriptReader {
  readonly #reader: InstanceType<ReturnType<typeof engine>["TranscriptReader"]>;

  /** With `hash: false` the engine does not hash what it reads; `finish` is told the hash then. */
  constructor(format?: Format, { hash = true }: { hash?: boolean } = {}) {
    this.#reader = new (engine().TranscriptReader)(format, hash);
  }

  /** Takes the next bytes. Throws `transcript_too_large` for one object of more than `maxItemBytes()`. */
  push(bytes: Uint8Array): void {
    this.#reader.push(bytes);
  }

  /** The digests. Throws what `readTranscript` does. */
  finish(transcript?: string): DigestedTranscript {
    try {
      return this.#reader.finish(transcript);
    } finally {
      this.#reader.free();
    }
  }
}

/**
 * Proposes changes to the memory, each with its evidence; writes nothing. Same in, same out.
 * Throws `invalid_config`, `invalid_timestamp`, `duplicate_entry`, `memory_too_large`, `invalid_embeddings`, `unbalanced_ledger`.
 */
export function dream(input: DreamInput): Plan {
  return engine().dream(input);
}

/**
 * Loads the sentence model from the bytes of `lucidream/model.bin`; only `lucidream/slim` needs it. Without it `compare`,
 * `dream` and `recall` throw `model_not_loaded`. Throws `invalid_model` for other bytes.
 */
export function loadModel(bytes: Uint8Array): void {
  engine().loadModel(bytes);
}

/**
 * How two texts stand to each other, and why. With `embeddings` of both texts by their vectors instead of the sentence
 * model's; the guard stands above either. Throws `invalid_embeddings`.
 */
export function compare(a: string, b: string, options?: { embeddings?: Embeddings }): Comparison {
  return engine().compare(a, b, options?.embeddings);
}

/** What the decisions would make of the memory. Throws `invalid_plan`, `stale_plan`, `invalid_decision`. */
export function preview(memory: Memory, plan: Plan, decisions: Decision[]): Preview {
  return engine().preview(memory, plan, decisions);
}

/**
 * The memory after the decisions, with what undoes them. Operations without a decision are left alone.
 * Throws `invalid_plan`, `stale_plan` if the memory is not the one the plan was made for, `invalid_decision`.
 */
export function apply(memory: Memory, plan: Plan, decisions: Decision[], now: string): Applied {
  return engine().apply(memory, plan, decisions, now);
}

/** The memory before, to the byte. Throws `stale_inverse` if the memory has changed since. */
export function undo(memory: Memory, inverse: Inverse): Memory {
  return engine().undo(memory, inverse);
}

/** Tombstones of the entries that were active before and that a person took out by hand: they are not proposed again. */
export function deleted(before: Memory, after: Memory, now: string): Tombstone[] {
  return engine().deleted(before, after, now);
}

/** An approval of each operation that needs no review; none if the plan is held. */
export function autoDecisions(plan: Plan): Decision[] {
  return engine().autoDecisions(plan);
}

/** An approval of every operation. */
export function approveAll(plan: Plan): Decision[] {
  return engine().approveAll(plan);
}

/** The `k` active entries that fit a query best, best first. */
export function recall(memory: Memory, query: string, k: number): Recalled[] {
  return engine().recall(memory, query, k);
}

/** The memory as files: what a waking agent reads, or the whole store as `json` or `jsonl`. */
export function render(memory: Memory, options: RenderInput): Rendered {
  return engine().render(memory, options);
}

/**
 * A memory from its text (the format is found out where none is given) or from the files of a directory.
 * Throws `invalid_memory`, `duplicate_entry`.
 */
export function parseMemory(input: string | File[], format?: MemoryFormat): Memory {
  return engine().parseMemory(input, format);
}

/**
 * Markdown files with the entries of `after` in the place of those of `before`. Lines of entries that did not change,
 * headings, code and tables stay as they are; an entry that left the active set goes, a new one comes below the heading
 * of its kind.
 */
export function updateMarkdown(files: File[], before: Memory, after: Memory): File[] {
  return engine().updateMarkdown(files, before, after);
}

/**
 * What Markdown files say after their owner edited them, with what only `kept` still knows: ids and evidence of entries
 * that read as before, and entries that are not active. Throws `duplicate_entry`.
 */
export function rereadMarkdown(files: File[], kept: Memory): Memory {
  return engine().rereadMarkdown(files, kept);
}

/** The text with every secret replaced by a typed placeholder, and where in the input they stood, in bytes. */
export function redact(text: string, options?: { personal?: boolean }): Redaction {
  return engine().redact(text, options);
}

/** `sha256:…` of the memory, independent of the order of its entries. */
export function memoryHash(memory: Memory): string {
  return engine().memoryHash(memory);
}

/** The canonical JSON text (RFC 8785) of a value: the same bytes on every platform. */
export function canonical(value: unknown): string {
  return engine().canonical(value);
}

/** Throws `invalid_plan` unless schema and hash fit. */
export function verifyPlan(plan: Plan): void {
  engine().verifyPlan(plan);
}

/** The plan as a report for people: what changes and why, and the ledger; with the texts of the memory's entries. */
export function reportMarkdown(plan: Plan, memory?: Memory): string {
  return engine().reportMarkdown(plan, memory ?? { entries: [] });
}

/** Bytes that one line, or one document that is not a list, may have. A file may have any number of lines. */
export function maxItemBytes(): number {
  return engine().maxItemBytes();
}

/** Version of the engine. */
export function engineVersion(): string {
  return engine().engineVersion();
}
