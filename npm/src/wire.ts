// Generated from the Rust types by tests/schema: change those, then run
// `UPDATE=1 cargo test --features schema --test schema`.

/** What a turn does. */
export type Act = {
  kind: "message";
} | {
  kind: "call";
  /** Name of the tool. */
  tool: string;
  /** Arguments as given, redacted. A string where they were not valid JSON. */
  arguments: unknown;
  /** Index of the turn with the result, if it came. */
  result?: number;
} | {
  kind: "result";
  /** Name of the tool, `unknown` if the call is not in the transcript. */
  tool: string;
  /** Index of the turn with the call. */
  call?: number;
  /**
   * Why this counts as a failure; absent where it does not. Explicit flags first
   * (`is_error`), then careful heuristics (`exit code 2`, `starts with "Error"`).
   */
  failure?: string;
  /** Where the content comes from, if it is from outside. */
  outside?: Outside;
};

/** What applying a plan gives. */
export interface Applied {
  /** The new memory, one version up. The same as before if nothing was approved. */
  memory: Memory;
  /** What was rejected, and what was proposed where a person wrote other words, so that neither comes back. */
  tombstones: Tombstone[];
  /** What `undo` needs. */
  inverse: Inverse;
  /** What became of every entry. */
  ledger: Ledger;
  /** Ids of the operations that were carried out. */
  applied: string[];
}

/** One argument that differs between a failing call and the one that worked. */
export interface ArgumentChange {
  /** Name of the argument. */
  argument: string;
  /** Its value in the failing call; absent where it was not given. */
  from?: string;
  /** Its value in the call that worked; absent where it was not given. */
  to?: string;
}

/** How a rule that was mined on earlier sessions did on later ones. */
export interface Backtest {
  /** Later sessions in which the rule's condition came up; of a remedy those that tried it. */
  fired: number;
  /** Those in which following it would have avoided what went wrong. */
  prevented: number;
}

/**
 * How a person turned something down.
 * - `rejected`: The operation was rejected.
 * - `undone`: It was applied and taken back.
 * - `deleted`: Its entry was deleted by hand.
 * - `modified`: It was carried out with a person's own words: those stand, not the ones that were proposed.
 */
export type Buried = "rejected" | "undone" | "deleted" | "modified";

/**
 * Why the call that worked is no remedy.
 * - `safeguard`: It got past a safeguard.
 * - `suggested`: What is new in it came from the output of a tool that instructs, or is a host that only such output named.
 * - `elsewhere`: It went somewhere else than was asked for.
 * - `objected`: A person objected to it afterwards.
 */
export type Caution = "safeguard" | "suggested" | "elsewhere" | "objected";

/** One answer to a question: this entry stands, the others give way to it. */
export interface Choice {
  /** `op_…`: what a decision names. */
  op: string;
  /** Id of the entry that stands. */
  keep: string;
}

/** How two texts stand to each other, and why. */
export interface Comparison {
  /** The verdict. */
  verdict: Relation;
  /** How likely they say the same, 0 to 1, as the classifier was calibrated; 1 for the same words. */
  score: number;
  /** What a person would point at: `different port: 5432 / 6432`. */
  reasons: string[];
}

/** All that steers a dream. Part of every plan, so that a dream can be run again. */
export interface Config {
  /** Sessions in one dream, newest first; the rest is named in the ledger. 1 to 10,000. */
  max_sessions: number;
  /** Entries in a store. 1 to 1,000,000. */
  max_entries: number;
  /** Bytes of text in one entry. 100 to 1,000,000. */
  max_entry_bytes: number;
  /** Distinct sessions that a failure has to recur in to become a rule. 2 to 100. */
  min_sessions_mistake: number;
  /**
   * Distinct sessions that a correction has to recur in. An explicit "always" needs one; a plain request needs one more
   * than a correction, unless different people make it. 1 to 100.
   */
  min_sessions_preference: number;
  /** Score from which two texts that pass the guard are duplicates. 0.5 to 1. */
  duplicate_score: number;
  /** Share of the active entries that may leave the active set before a plan is held. 0 to 1. */
  loss_cap: number;
  /**
   * Whether personal data (mail, phone, card and account numbers) is replaced in what sessions bring, before anything
   * is found in it. Digests do not depend on it, so it can be changed without reading transcripts again.
   */
  redact_personal: boolean;
  /** Days after which an entry that nobody recalled is worth half. 1 to 3,650. */
  half_life_days: number;
  /** Distinct sessions that a rule needs before it holds for the fleet. 2 to 100. */
  promote_sessions: number;
  /** Distinct agents that those sessions come from. 2 to 100. */
  promote_agents: number;
  /** When an agent is due for a dream. */
  schedule: Schedule;
  /**
   * Who talks with the agent. Where it is not said, the store tells: while only who wrote the agent set rules in it, what
   * one person alone asks for holds for that person alone, and otherwise for all.
   */
  users?: Users;
}

/** What the sessions of a dream say again of an entry. It is added to the entry when something of the plan is applied. */
export interface Confirmation {
  /** Id of the entry. */
  entry: string;
  /** What is added to its support: only occasions later than those that it has. */
  support: Support;
  /** Where it was said. */
  evidence: Evidence[];
}

/**
 * How a statement shows that it is meant to last.
 * - `standing`: "always", "never", "from now on": once is enough to propose.
 * - `correction`: "no, …", "I said …": counts from two sessions on.
 * - `request`: "Keep it to …, please", "use …": for the work at hand as far as it says; counts when it comes again and again.
 * - `withdrawal`: "you can stop …": what was asked before holds no more.
 * - `taste`: "I dislike …", "I am allergic to …": what a person says of themselves; once is enough to propose.
 * - `fact`: "… since the migration", "FYI: …": a statement about the environment, no request.
 * - `news`: "We dropped x last week": something is no longer as it was. People are asked whether what the memory tells of it still holds, and nothing more comes of it.
 */
export type Cue = "standing" | "correction" | "request" | "withdrawal" | "taste" | "fact" | "news";

/** A person's word on one operation. Operations without one are left as they are, and may come again. */
export interface Decision {
  /** Id of the operation. */
  op: string;
  /** The word. */
  decision: Verdict;
  /** Why; kept with a rejection. */
  reason?: string;
  /** The text to write instead; with `modify` only. */
  text?: string;
}

/**
 * The bounded extract of one session, plus pointers back into its transcript.
 *
 * However long the session, a digest has at most [`Digest::MAX_FAILURES`] failures,
 * [`Digest::MAX_STATEMENTS`] statements, [`Digest::MAX_REMARKS`] remarks, [`Digest::MAX_INTERVENTIONS`] interventions and [`Digest::MAX_QUARANTINED`] quarantined spans,
 * each with a quote of at most 400 bytes: about 150 kB at the very most, 3 kB as a rule.
 * `left_out` counts what did not fit.
 */
export interface Digest {
  /** `lucidream.digest/1`. */
  schema: string;
  /** Version of the engine that made it. A digest is cached under this and the transcript's hash. */
  engine: string;
  /** `sha256:…` of the transcript. */
  transcript: string;
  /** Id of the session. */
  session: string;
  /** By what was said: another export of the session has the same. */
  fingerprint: Fingerprint;
  /** What the session amounts to in numbers. */
  counts: SessionCounts;
  /** What was done, step by step. */
  steps: Steps;
  /** Failed calls, one for each tool and error template. */
  failures: Failure[];
  /** What trusted speakers want to hold beyond this session. */
  statements: Statement[];
  /** Spans of untrusted text that read like an instruction. */
  quarantine: Quarantined[];
  /** Agent that ran, where known. */
  agent?: string;
  /** RFC 3339 time of the last turn, where known. */
  ended_at?: string;
  /** What the user's last words show of the outcome. A label goes before it: see [`Digest::success`]. */
  ending?: Ending;
  /** Where a person stopped the agent or refused a call. */
  interventions?: Intervention[];
  /** How many failures, statements, remarks and quarantined spans did not fit. */
  left_out?: Record<string, number>;
  /** The beginning of the first request: what sessions without a task are compared by. */
  opening?: string;
  /** Explicit outcome label, where there is one. */
  outcome?: Outcome;
  /** Project that it was about, where known. */
  project?: string;
  /** How many secrets of each kind were replaced. */
  redactions?: Record<string, number>;
  /** What they state without a word that says how long it holds: held against the store, and nothing more. */
  remarks?: Statement[];
  /** Calls made again in vain, one for each tool. */
  repeats?: Repeat[];
  /** RFC 3339 time of the first turn, where known. */
  started_at?: string;
  /** Key that comparable sessions share, where known. */
  task?: string;
}

/** The digests of all sessions of one transcript, and what was passed over in it. */
export interface DigestedTranscript {
  /** `sha256:…` of the bytes given. */
  transcript: string;
  /** Format it was read as. */
  format: Format;
  /** Why this format. */
  reason: string;
  /** One digest a session. */
  digests: Digest[];
  /** What was passed over, by kind. */
  skipped: Skipped[];
}

/** An effect within comparable tasks. */
export interface Effect {
  /** What changes. */
  measure: Measure;
  /** Of `success` the difference of the rates (0.2: twenty points more), else the relative change (-0.4: 40 % less). */
  change: number;
  /** 95 % interval of the change. */
  ci95: number[];
  /** Sessions with it and without it, of the tasks that have both. */
  n: number[];
  /** The same change without regard to tasks. Where tasks differ it misleads: only `change` is an effect. */
  raw: number;
  /** Tasks in which there are sessions of both kinds. */
  tasks: number;
}

/** Which embeddings a plan was made with. */
export interface EmbeddedBy {
  /** As the host named them. */
  name: string;
  /** Components of a vector. */
  dimension: number;
  /** How many there were. */
  vectors: number;
  /** SHA-256 of them all, as they are kept. */
  hash: string;
}

/**
 * Vectors of a host's own model, for the texts that are compared.
 *
 * Two texts that both have one are compared by it; others by the engine's sentence model. A vector tells how alike two
 * texts are, never that they agree: texts that differ in a value are kept apart whatever it says.
 */
export interface Embeddings {
  /** The model and its version. It stands in the plan: another model gives another plan. */
  name: string;
  /**
   * Vectors of any one length, by the id of an entry or by a text as it stands. Their own length does not matter; they
   * are kept in 8 bits a component, so that every build sees the same.
   */
  vectors: Record<string, number[]>;
}

/** An outcome that was read from the user's last words. Derived, not a label. */
export interface Ending {
  /** Whether the user was served. */
  success: boolean;
  /** The words that show it. */
  reason: string;
  /** The sentence that they stand in. */
  evidence: Evidence;
}

/** One thing remembered. */
export interface Entry {
  /** Unique in the store. */
  id: string;
  /** What it is. */
  kind: EntryKind;
  /** What the agent reads. */
  text: string;
  /**
   * Where it holds: a free label such as `agent`, `fleet`, `user:anna`, `project:x`.
   * Entries of different scopes are never merged.
   */
  scope: string;
  /** Who said it. */
  source: Source;
  /** RFC 3339 time since which it holds. */
  created_at?: string;
  /** Where it comes from. */
  evidence?: Evidence[];
  /** RFC 3339 time since which it does not hold any more. */
  invalid_at?: string;
  /** Pinned entries are never consumed. */
  pinned?: boolean;
  /** Where it stands in its owner's Markdown. */
  place?: Place;
  /** Id of the entry that took its place. */
  replaced_by?: string;
  /** Whether the agent still reads it. */
  status?: Status;
  /** How much speaks for it. */
  support?: Support;
  /** The condition it holds under, where it has one. */
  when?: string;
  /** Why it left the active set. */
  why?: string;
  [extra: string]: unknown;
}

/** One entry that would change. */
export interface EntryChange {
  /** The operation that does it. */
  op: string;
  /** Id of the entry. */
  entry: string;
  /** What kind of operation it is. */
  kind: OperationKind;
  /** Text that the agent would read, if it would. */
  after?: string;
  /** Text that the agent reads now, if it does. Secrets are replaced. */
  before?: string;
}

/** What became of one entry. */
export interface EntryFate {
  /** Id of the entry. */
  id: string;
  /** Its fate. */
  fate: Fate;
  /** The operation that decided, unless kept. */
  op?: string;
}

/**
 * What an entry is.
 * - `rule`: What to do or avoid, from experience.
 * - `preference`: How people want things done.
 * - `fact`: How the environment is.
 * - `workflow`: Steps that work.
 * - `note`: Anything else.
 */
export type EntryKind = "rule" | "preference" | "fact" | "workflow" | "note";

/** A byte span in the canonical text of one turn, with the words themselves. */
export interface Evidence {
  /** `sha256:…` of the transcript. */
  transcript: string;
  /** Id of the session in it. */
  session: string;
  /** Index of the turn. */
  turn: number;
  /** First byte of the span. */
  start: number;
  /** Byte after the span. */
  end: number;
  /**
   * The text of the span, cut at a character when it is long; always a prefix of the span. Empty for what comes
   * from a tool, unless it plainly is an error message: text from outside is not passed on, only the transcript
   * shows it.
   */
  quote: string;
  /** Who said it. */
  speaker: Speaker;
  /** How far it may be believed. */
  trust: Trust;
  /** When it was said, where known. */
  at?: string;
  /** Name of the person, where given. */
  name?: string;
  /** Where the content comes from, if a tool brought it in from outside. */
  outside?: Outside;
}

/** A failed call, and what came after it. */
export interface Failure {
  /** Name of the tool. */
  tool: string;
  /** The error with its values masked: what recurring failures share. */
  template: string;
  /** The error as it stands in the first result. */
  message: string;
  /** Why this counts as a failure. */
  judged: string;
  /** How often in this session. */
  times: number;
  /** The arguments of the first failing call that are short enough to show, by name. */
  arguments: Record<string, string>;
  /** The error in the first failing result. */
  evidence: Evidence;
  /** Calls that failed only because this one did. */
  echoes?: number;
  /** The first similar call that succeeded afterwards, and what was different. */
  fix?: Fix;
  /** What was changed in similar calls that failed with the same error again. */
  in_vain?: ArgumentChange[][];
}

/**
 * The fates that an entry can have.
 * - `kept`: As it was.
 * - `rewritten`: Same entry, other text or scope.
 * - `merged`: Said by another entry.
 * - `superseded`: Gave way to another entry.
 * - `retired`: Left the active set.
 */
export type Fate = "kept" | "rewritten" | "merged" | "superseded" | "retired";

/** A file by its path and content. */
export interface File {
  /** Path below the store's own directory, with `/`. */
  path: string;
  /** Content as text. */
  content: string;
}

/**
 * A bounded trace of what people and the agent said, in which white space, case and punctuation do not count, nor
 * what stands far behind in a long message. Of the hashes of all messages the smallest are a fair sample
 * (bottom-k, Broder, "On the resemblance and containment of documents", 1997); the first ones show a session that
 * was exported again when it had gone on.
 */
export interface Fingerprint {
  /** Hashes of the first messages, in order; at most [`Fingerprint::OPENING`]. */
  opening: number[];
  /** The smallest hashes of all messages, sorted; at most [`Fingerprint::SAMPLE`]. */
  sample: number[];
}

/** The call that worked after a failure. */
export interface Fix {
  /** Arguments that differ from the failing call. */
  changes: ArgumentChange[];
  /** How many calls later. */
  distance: number;
  /** The call that worked. */
  evidence: Evidence;
  /** Those of them that succeeded, as their command line or else their tool, without edits of files; at most [`Digest::MAX_STEPS`]. */
  between?: string[];
  /** Why it is no remedy all the same, if it is none. */
  caution?: Caution;
  /** Whether files were edited in between. */
  edited?: boolean;
  /** The other tool that did it, where it was not the same. */
  tool?: string;
}

/**
 * The transcript formats that the engine reads.
 * - `envelope`: One session a line: `{id, agent?, task?, project?, started_at?, ended_at?, outcome?, messages}`.
 * - `claude-code`: Claude Code session files (JSONL).
 * - `anthropic-messages`: Anthropic Messages: a JSON array of messages, or `{messages}`.
 * - `openai-chat`: OpenAI chat completions: a JSON array of messages, or `{messages}`.
 * - `openai-responses`: OpenAI Responses: a JSON array of items, or a request or response with `input` and `output`.
 * - `managed-agents`: Session events of Claude Managed Agents.
 * - `ai-sdk-ui`: UI messages of the Vercel AI SDK.
 * - `ai-sdk-model`: Model messages of the Vercel AI SDK.
 * - `langchain`: LangChain messages: `messages_to_dict` or constructor dumps.
 * - `otel`: OpenTelemetry GenAI: OTLP/JSON spans or logs, or messages with `parts`.
 * - `codex`: Codex rollout files (JSONL).
 * - `pi`: Session files of the coding agent pi (JSONL).
 */
export type Format = "envelope" | "claude-code" | "anthropic-messages" | "openai-chat" | "openai-responses" | "managed-agents" | "ai-sdk-ui" | "ai-sdk-model" | "langchain" | "otel" | "codex" | "pi";

/** A secret that was replaced. The value itself is never kept. */
export interface Found {
  /** Kind such as `github-token`, `password`, `private-key`. */
  kind: string;
  /** First byte in the original text. */
  start: number;
  /** Byte after the last in the original text. */
  end: number;
}

/** A person stopped the agent or refused what it wanted to do. */
export interface Intervention {
  /** What the person did. */
  kind: InterventionKind;
  /** Turn in which it shows. */
  turn: number;
  /** The call, or else the words of the agent, that it was about. */
  about?: Evidence;
  /** Of a call that runs a command line, the program and its flags: `git push --force`. */
  command?: string;
  /**
   * Whether it was about how the call was made: the agent made the same one otherwise and the person let it pass,
   * without a word in between.
   */
  mended?: boolean;
  /** What the person said next, before the agent went on. */
  said?: Evidence;
  /** Tool of the call that it was about, if it was about one. */
  tool?: string;
}

/**
 * How a person stepped in.
 * - `interruption`: The agent was stopped in the middle of its work.
 * - `refusal`: A call was refused and did not run.
 */
export type InterventionKind = "interruption" | "refusal";

/** What brings the memory before back, to the byte. */
export interface Inverse {
  /** Hash of the memory that it starts from. */
  memory_hash: string;
  /** Hash of the memory that it leads to. */
  restores_hash: string;
  /** Version to go back to. */
  version: number;
  /** Ids of the entries that were added. */
  remove: string[];
  /** The entries that were changed, as they were. */
  restore: Entry[];
  /** What a host keeps once it has undone this: the operations that must not come back from the same evidence. */
  tombstones?: Tombstone[];
}

/** What became of every input. Exactly one fate each, or there is no plan. */
export interface Ledger {
  /** One line for each entry of the store, by id. */
  entries: EntryFate[];
  /** One line for each transcript, by id. */
  transcripts: TranscriptFate[];
}

/** A session that was left out of the dream. */
export interface LeftOut {
  /** Id of the session. */
  session: string;
  /** Why. */
  why: string;
}

/**
 * What an effect is measured in.
 * - `success`: Share of sessions that succeed.
 * - `duration`: Time from the first turn to the last.
 * - `steps`: Tool calls.
 * - `tokens`: Tokens, in and out.
 */
export type Measure = "success" | "duration" | "steps" | "tokens";

/** A memory store: all entries that ever were, active or not, in the owner's order. */
export interface Memory {
  /** `lucidream.memory/1`. */
  schema: string;
  /** Counts the times that a plan was applied. `undo` brings back the one before. */
  version: number;
  /** The entries. Ids are unique. */
  entries: Entry[];
  /**
   * The Markdown that the store was read from, as its owner wrote it: what rendering changes as little as possible.
   * No part of the memory's hash.
   */
  files?: File[];
}

/**
 * The text forms that a store can be read from.
 * - `json`: One JSON object with `entries`, or an array of entries.
 * - `jsonl`: An entry a line.
 * - `markdown`: A bullet or a paragraph is an entry; everything else is its owner's frame.
 */
export type MemoryFormat = "json" | "jsonl" | "markdown";

/** One proposed change. */
export interface Operation {
  /** `op_…`, derived from what the operation does; the same on every re-run. */
  id: string;
  /** What it does. */
  kind: OperationKind;
  /** Ids of the entries that it consumes. */
  entries: string[];
  /** One sentence that a person understands. */
  reason: string;
  /** Where it comes from. */
  evidence: Evidence[];
  /** How much speaks for it. */
  support: Support;
  /** 0 to 1. */
  confidence: number;
  /** What could go wrong. */
  risk: Risk;
  /** Auto mode leaves it to a person. */
  needs_review: boolean;
  /** Ids of operations that have to be applied too. */
  depends_on: string[];
  /** What later sessions say of a rule that earlier ones show by themselves; absent where they do not. */
  backtest?: Backtest;
  /** Id of the entry that stays and takes their place, where it is one of the store. */
  by?: string;
  /** What was measured within comparable tasks, where something was. */
  effect?: Effect;
  /** The new entry, where there is one. */
  result?: Proposal;
}

/**
 * What an operation does.
 * - `add`: A new entry.
 * - `merge`: Entries that say the same become one.
 * - `supersede`: An entry gives way to a newer or better supported one.
 * - `rewrite`: An entry stays with another text.
 * - `retire`: An entry leaves the active set.
 * - `promote`: An entry holds for the whole fleet from now on.
 */
export type OperationKind = "add" | "merge" | "supersede" | "rewrite" | "retire" | "promote";

/** How a session ended, as labelled by whoever recorded it. */
export interface Outcome {
  /** Free label such as `resolved`. */
  label?: string;
  /** Numeric reward, on the recorder's own scale. */
  reward?: number;
  /** Whether the task was done. */
  success?: boolean;
}

/**
 * Where the content that a tool returns comes from, if it is from outside.
 * - `web`: Pages and search results.
 * - `mail`: Mail and chat messages of others.
 * - `file`: Files.
 * - `mcp`: Servers of the Model Context Protocol.
 */
export type Outside = "web" | "mail" | "file" | "mcp";

/** Where an entry stands in its owner's Markdown: without it, a bullet such as "8 by default" says nothing. */
export interface Place {
  /** Whether something belongs to it: bullets, or code that it announces. It does not leave by itself. */
  leads?: boolean;
  /** Path of the file below the store's own directory; empty where the store is one file. */
  path?: string;
  /** Whether it is quoted: somebody else's words. */
  quoted?: boolean;
  /** The headings above it, the outermost first. */
  section?: string[];
  /** Whether it is a step: an item of a numbered list, or below one. The same step twice is done twice. */
  step?: boolean;
  /** The bullet that it belongs to, or the question that it answers. */
  under?: string;
}

/** All that one dream proposes, with its ledger and its report. */
export interface Plan {
  /** `lucidream.plan/1`. */
  schema: string;
  /** Version of the engine that made it. */
  engine: string;
  /** SHA-256 of the canonical form (RFC 8785) of the plan without this field. */
  plan_hash: string;
  /** Hash of the memory that it was made for. */
  memory_hash: string;
  /** The time given to the dream. */
  now: string;
  /** The whole configuration, so that a re-run is possible. */
  config: Config;
  /** More than the loss cap would leave the active set: auto mode will not apply it. */
  held: boolean;
  /** The proposed changes, by kind and then by id. */
  operations: Operation[];
  /** What became of every entry and every transcript. */
  ledger: Ledger;
  /** What looked like an instruction from an untrusted source, or like a secret. */
  quarantine: Quarantined[];
  /** The plan in numbers and one sentence. */
  report: Report;
  /** Agent it is for, where known. */
  agent?: string;
  /** Entries that the sessions confirm: findings that the store has already. */
  confirmations?: Confirmation[];
  /** The host's embeddings that texts were compared by; absent where there were none. */
  embeddings?: EmbeddedBy;
  /** Entries that contradict each other where nothing decides: a person has to. */
  questions?: Question[];
}

/** What the decisions would make of the memory. Nothing is written. */
export interface Preview {
  /** The memory as it would be. */
  memory: Memory;
  /** Entry by entry, what would change. */
  diff: EntryChange[];
  /** What would become of every entry. */
  ledger: Ledger;
  /** Decisions that hang together or against each other. */
  warnings: Warning[];
  /** Tokens of the active entries now. */
  tokens_before: number;
  /** Tokens of the active entries then. */
  tokens_after: number;
}

/** The entry that an operation would write. */
export interface Proposal {
  /** What it is. */
  kind: EntryKind;
  /** What the agent would read. */
  text: string;
  /** Where it would hold. */
  scope: string;
  /** The condition it would hold under. */
  when?: string;
}

/**
 * Why something is quarantined.
 * - `instruction`: Reads like an instruction and comes from an untrusted source.
 * - `secret`: Holds a secret.
 */
export type QuarantineKind = "instruction" | "secret";

/** Something that must not become memory by its own say-so. */
export interface Quarantined {
  /** `instruction` or `secret`. */
  kind: QuarantineKind;
  /** Why it is here. */
  reason: string;
  /** The entry it stands in, if it is in the store. */
  entry?: string;
  /** The span it stands in, if it is in a transcript. */
  evidence?: Evidence;
}

/**
 * A contradiction that neither time, nor trust, nor support settles. Approving one of the choices answers it, and so does
 * modifying the question itself, with a text that takes the place of its entries; rejecting it says that all sides stand,
 * and it is not asked again.
 */
export interface Question {
  /** `q_…`, derived from the entries; what a rejection names. */
  id: string;
  /** The entries that contradict each other. */
  entries: string[];
  /** What differs. */
  reason: string;
  /** The answers that a person can approve; none where an entry must stay. */
  choices?: Choice[];
  /**
   * What people say holds instead, in their words, where an entry gives way to it: approving the question takes it,
   * `modify` takes what a person makes of it.
   */
  said?: string;
}

/**
 * The fates that a transcript can have.
 * - `read`: Its sessions are in the dream.
 * - `skipped`: It was passed over.
 * - `failed`: It could not be read.
 */
export type ReadFate = "read" | "skipped" | "failed";

/** What one file held: its sessions, and what was passed over. */
export interface Reading {
  /** `sha256:…` of the bytes given. */
  transcript: string;
  /** Format it was read as. */
  format: Format;
  /** Why this format: what was seen, or `given`. */
  reason: string;
  /** The sessions, in the order in which they begin in the file. */
  sessions: Session[];
  /** What was passed over, by kind. */
  skipped: Skipped[];
}

/** An entry found, with its score and where it comes from. */
export interface Recalled {
  /** Id of the entry. */
  id: string;
  /** Its text. */
  text: string;
  /** 0 to 1; only the order means something. */
  score: number;
  /** Where it comes from. */
  evidence: Evidence[];
}

/** A text without its secrets, and where they stood. */
export interface Redaction {
  /** The text with placeholders. */
  text: string;
  /** What was replaced, in order. */
  found: Found[];
}

/**
 * How a text stands to another.
 * - `duplicate`: They say the same.
 * - `conflict`: They cannot both hold.
 * - `subsumes`: The first says all that the second says, and more.
 * - `subsumed`: The second says all that the first says, and more.
 * - `related`: They are about the same and say different things.
 * - `distinct`: They have nothing to do with each other.
 */
export type Relation = "duplicate" | "conflict" | "subsumes" | "subsumed" | "related" | "distinct";

/**
 * The forms that a store can be written in.
 * - `json`: The whole store, active or not, as canonical JSON: what `parse_memory_text` reads back unchanged.
 * - `jsonl`: The whole store, an entry a line.
 * - `markdown`: Active entries as bullets under headings, for people.
 * - `claude_md`: The same as a `CLAUDE.md`.
 * - `agents_md`: The same as an `AGENTS.md`.
 * - `memory_dir`: Active entries in a directory, a file for each kind.
 * - `skills`: Active entries as Agent Skills, `<name>/SKILL.md`: one for each condition that entries hold under (`when`), and one for each kind of those that always hold.
 */
export type RenderFormat = "json" | "jsonl" | "markdown" | "claude_md" | "agents_md" | "memory_dir" | "skills";

/** A store rendered. */
export interface Rendered {
  /** One file, or several for a directory. */
  files: File[];
  /** Tokens that the text takes; of `json` and `jsonl` those of the active entries. */
  tokens: number;
  /** Ids of the active entries that did not fit. They stay in the store. */
  left_out: string[];
}

/** A call that was made again with the same arguments and gave the same result. */
export interface Repeat {
  /** Name of the tool. */
  tool: string;
  /** Calls in vain, over all arguments. */
  times: number;
  /** The first call that was in vain. */
  evidence: Evidence;
}

/** The plan in numbers and one sentence. */
export interface Report {
  /** One sentence. */
  summary: string;
  /** Sessions, calls, failures, operations by kind, entries by fate. */
  counts: Record<string, number>;
  /** Tokens of the active entries before (approximation: see [`crate::memory::tokens`]). */
  tokens_before: number;
  /** The same if everything is approved. */
  tokens_after: number;
  /**
   * Rot of the memory before: `1000 · (duplicates + conflicts + stale + transient) / tokens` over its active entries.
   * Duplicates: of a group that says the same, all but one. Conflicts: pairs that cannot both hold. Stale: expired,
   * taken back, or long unused. Transient: passing states, small talk, raw output, half sentences, and what was planted.
   */
  rot_before: number;
  /** The same if everything is approved. */
  rot_after: number;
  /** Differences between sessions that are no effects, because too few sessions are comparable. */
  associations?: string[];
  /** Share of recall probes that the memory answers before, and if everything is approved; absent without probes. */
  recall?: number[];
}

/**
 * How careful one has to be.
 * - `low`: Nothing that the agent reads changes in meaning, or later sessions bear it out.
 * - `medium`: Meaning changes, with good support.
 * - `high`: Meaning changes on thin or mixed evidence.
 */
export type Risk = "low" | "medium" | "high";

/** When an agent is due: all three hold, or somebody asks. */
export interface Schedule {
  /** Hours since the last dream began. 0 to 8,760. */
  min_hours: number;
  /** Sessions that no dream has seen. 1 to 10,000. */
  min_new_sessions: number;
  /** Minutes without a new transcript. 0 to 10,080. */
  idle_minutes: number;
}

/** One session: what happened between an agent, its people and its tools, in order. */
export interface Session {
  /** The session's own id, or one derived from the transcript's hash and the position in it. */
  id: string;
  /** `sha256:…` of the bytes of the transcript it was read from. */
  transcript: string;
  /** Format it was read as. */
  format: Format;
  /** The turns in order; `turns[i].index == i`. */
  turns: Turn[];
  /** Agent that ran, where the transcript says. */
  agent?: string;
  /** RFC 3339 time of the last turn, where known. */
  ended_at?: string;
  /** Explicit outcome label, where there is one. Unknown is not success. */
  outcome?: Outcome;
  /** Project that it was about, where the transcript says: a name, or the last part of the folder. */
  project?: string;
  /** How many secrets of each kind were replaced in the texts of this session. */
  redactions?: Record<string, number>;
  /** RFC 3339 time of the first turn, where known. */
  started_at?: string;
  /** Key that comparable sessions share, where the transcript says. */
  task?: string;
  /** Tokens of all model calls, where the transcript counts them. */
  tokens?: Tokens;
}

/** A session in numbers. */
export interface SessionCounts {
  /** Turns of all kinds. */
  turns: number;
  /** Messages of users. */
  user_messages: number;
  /** Tool calls. */
  calls: number;
  /** Results that count as failures. */
  failures: number;
  /** Milliseconds from the first turn to the last one, where times are known. */
  duration_ms?: number;
  /** Tokens, where the transcript counts them. */
  tokens?: Tokens;
}

/** Items of a transcript that were passed over, counted by kind. */
export interface Skipped {
  /** Stable kind: `broken_line`, `unknown_type`, `meta`, `empty`, `duplicate_item`, … */
  kind: string;
  /** What it was, in words: the type's name, or the parser's message at the first one. */
  detail: string;
  /** Line (from 1) or item index of the first one. */
  first: number;
  /** How many. */
  count: number;
}

/**
 * Who said what an entry says.
 * - `tool`: A tool, the web, a mail: untrusted.
 * - `unknown`: Not known.
 * - `agent`: The agent itself.
 * - `user`: A person who talks with the agent.
 * - `developer`: Who wrote the agent.
 */
export type Source = "tool" | "unknown" | "agent" | "user" | "developer";

/**
 * Who said something.
 * - `developer`: Who wrote the agent: developer messages.
 * - `system`: The frame around the agent: system prompts, reminders that the host injects.
 * - `user`: A person talking with the agent.
 * - `agent`: The agent itself.
 * - `tool`: What a tool returned.
 */
export type Speaker = "developer" | "system" | "user" | "agent" | "tool";

/** A sentence of a trusted speaker that asks for something beyond this session. */
export interface Statement {
  /** The request in the speaker's own words, without address and filler. */
  text: string;
  /** How it was made. */
  cue: Cue;
  /** The sentence. */
  evidence: Evidence;
  /** Of a correction: the tool that the agent had called last, in answer to what was said before. */
  after?: string;
  /** The condition it holds under, where it names one (`for bug reports`). */
  when?: string;
}

/**
 * Whether an entry is in the active set. The others stay in the store.
 * - `active`: The agent reads it.
 * - `merged`: Another entry says the same.
 * - `superseded`: A newer or better supported entry says otherwise.
 * - `retired`: It is of no use any more.
 */
export type Status = "active" | "merged" | "superseded" | "retired";

/** One kind of step: a tool, or a program that a tool for command lines was asked to run. */
export interface Step {
  /** Name of the tool. */
  tool: string;
  /** Calls in this session. */
  times: number;
  /** Turn of the first call. */
  turn: number;
  /** The beginning of that turn's text, up to the end of the program. */
  quote: string;
  /** Names of the arguments in the first call, sorted. */
  arguments?: string[];
  /** Calls that failed. */
  failed?: number;
  /** Flags of that program in any of the calls, sorted: `--force`. */
  flags?: string[];
  /** What a command line runs: `git commit`, `scripts/deploy.sh`. */
  program?: string;
}

/**
 * The steps of a session: the kinds that occur, and their order.
 *
 * At most [`Steps::MAX_KINDS`] kinds (later ones are left out) and [`Steps::MAX_ORDER`] places (the middle of a longer
 * session is left out); a step made several times in a row has one place.
 */
export interface Steps {
  /** The distinct steps, in the order of their first calls. */
  kinds: Step[];
  /** Positions in `kinds`, in the order of the calls. */
  order: number[];
}

/** How much speaks for a claim, counted by distinct sessions, agents and speakers. */
export interface Support {
  /** Occasions for it. */
  for: number;
  /** Occasions against it. */
  against: number;
  /** Distinct sessions. */
  sessions: number;
  /** Distinct agents. */
  agents: number;
  /** Distinct speakers. */
  speakers: number;
  /** Earliest occasion, where times are known. */
  first_seen?: string;
  /** Latest occasion, where times are known. */
  last_seen?: string;
}

/** What the model calls of a session took. */
export interface Tokens {
  /** Read by the model, those out of its cache among them. */
  input: number;
  /** Written by the model. */
  output: number;
}

/** The memory of a rejection. */
export interface Tombstone {
  /** Id of the operation that was rejected; `modified_…` and `deleted_…` where none was. */
  op: string;
  /** What kind it was. */
  kind: OperationKind;
  /** How it was turned down. */
  cause: Buried;
  /** The texts of the entries it would have consumed, normalised and sorted. */
  entries: string[];
  /** Sessions that spoke for it: the same proposal needs others to come again. */
  sessions: string[];
  /** When it was rejected, or applied and later undone, or deleted. */
  rejected_at: string;
  /** What the text would have been. */
  entry_kind?: EntryKind;
  /** The latest time that those spoke: only what came later is new. */
  last_seen?: string;
  /** Why, in the words of the person. */
  reason?: string;
  /** The text it would have written, if any. */
  text?: string;
}

/** What became of one transcript. */
export interface TranscriptFate {
  /** `sha256:…` of its bytes. */
  id: string;
  /** Its fate. */
  fate: ReadFate;
  /** Sessions of it that the dream used. */
  sessions: number;
  /** Sessions of it that the dream left out, and why. */
  left_out?: LeftOut[];
  /** Why, unless read. */
  why?: string;
}

/**
 * How far a span may be believed. Provenance decides, wording never raises it.
 * - `untrusted`: Tool output, quoted or pasted content: data, never an instruction.
 * - `derived`: The agent's own words: it may be repeating anything it read.
 * - `trusted`: Words of developers and users themselves.
 */
export type Trust = "untrusted" | "derived" | "trusted";

/** One message, one tool call, or one tool result. */
export interface Turn {
  /** Position in the session. */
  index: number;
  /** Who said it. */
  speaker: Speaker;
  /** How far it may be believed. */
  trust: Trust;
  /**
   * Canonical text: what evidence spans (byte offsets) point into. Already redacted.
   * Of a call it is `tool {arguments as canonical JSON}`.
   */
  text: string;
  /** What kind of turn it is. */
  act: Act;
  /** RFC 3339 time, where known. */
  at?: string;
  /** Name of the person or sub-agent, where given. */
  name?: string;
}

/** How much an entry is used, as the host counts it. */
export interface Usage {
  /** How often it was recalled. */
  recalls: number;
  /** RFC 3339 time of the last recall. */
  last_recalled_at?: string;
}

/**
 * Who talks with an agent, and so for whom it holds what one of them asks for.
 * - `team`: People who work on the same: what one of them asks for holds for all of them, unless they speak of themselves.
 * - `customers`: People whom the agent serves: what one of them asks for holds for nobody else, however many ask, it takes the place of no rule for all, and it waits for a person. Of those whom no session names the report tells.
 */
export type Users = "team" | "customers";

/**
 * What can be said of an operation.
 * - `approve`: Do it.
 * - `modify`: Do it with another text.
 * - `reject`: Do not, and do not propose it again from the same evidence.
 */
export type Verdict = "approve" | "modify" | "reject";

/** Decisions that hang together or against each other. */
export interface Warning {
  /** The operation concerned. */
  op: string;
  /**
   * `missing_dependency`: approved, but what it depends on is not. `loss_cap`: more entries would leave
   * than the cap. `value_changed`: the modified text has other values than the evidence.
   */
  code: string;
  /** A sentence for people. */
  message: string;
}
