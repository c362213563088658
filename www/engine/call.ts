// What the page asks of the engine in its Web Worker, and what comes back.
import type {
  Applied,
  Decision,
  File,
  Inverse,
  Memory,
  Plan,
  Preview,
  Rendered,
  RenderInput,
  Tombstone,
  Turn,
} from "lucidream/slim";

/** A file that the reader chose. `path` is relative to the folder it came with. */
export interface Chosen {
  readonly path: string;
  readonly file: Blob;
}

/** What a chosen file holds, as far as its beginning tells. */
export type Role = "transcript" | "memory" | "plan" | "tombstones";

/** The turns `from` (inclusive) to `to` (exclusive) of a session. */
export interface Excerpt {
  readonly turns: readonly Turn[];
  /** Turns of the whole session. */
  readonly total: number;
  readonly agent?: string;
}

export interface Dreamed {
  readonly plan: Plan;
  readonly memory: Memory;
}

/** Every function of the desk: name, arguments, answer. */
export interface Calls {
  /** Tells what files hold, in their order. */
  sort(files: readonly Chosen[]): Role[];
  /** Reads, digests and dreams. Transcripts that cannot be read are named in the plan's ledger. */
  dream(input: {
    transcripts: readonly Chosen[];
    memory: readonly Chosen[];
    tombstones: readonly Chosen[];
    /** Whether personal data is replaced in what sessions bring. */
    personal: boolean;
    now: string;
  }): Dreamed;
  /** Reads a plan and the memory it was made for from files; checks the plan's hash. */
  read(input: { plan: Chosen; memory: readonly Chosen[] }): Dreamed;
  /** Takes the plan and the memory that `preview` and `apply` are about; gives the memory with secrets masked, for showing. */
  open(review: Dreamed): { memory: Memory; stale: boolean };
  preview(decisions: readonly Decision[]): Preview;
  apply(decisions: readonly Decision[], now: string): Applied;
  /** The Markdown files that the memory was read from with `after` in them; undefined if it came in another form. */
  inPlace(after: Memory): File[] | undefined;
  undo(memory: Memory, inverse: Inverse): Memory;
  render(memory: Memory, options: RenderInput): Rendered;
  /** RFC 8785 text, the form in which plans and decisions are files. */
  canonical(value: Plan | readonly Decision[] | readonly Tombstone[] | Inverse): string;
  /** Keeps the bytes of a transcript for `excerpt`; gives its id, the SHA-256 of the bytes. */
  keep(file: Blob): string;
  /** Whether `excerpt` can open a transcript. */
  has(transcript: string): boolean;
  excerpt(transcript: string, session: string, from: number, to: number): Excerpt;
}

export type CallName = keyof Calls;

export interface Asked {
  readonly id: number;
  readonly call: CallName;
  readonly args: readonly unknown[];
}

/** The answer to one request; `progress` may come any number of times before. */
export type Answered =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly refusal: { readonly code: string; readonly message: string } }
  | {
      readonly id: number;
      readonly progress: { readonly done: number; readonly total: number; readonly what: string };
    };
