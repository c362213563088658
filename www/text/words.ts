// Numbers, times and names of kinds, as people read them.
import type { EntryKind, Fate, OperationKind, Speaker, Trust } from "lucidream/slim";

const numbers = new Intl.NumberFormat("en");

export const number = (value: number) => numbers.format(value);

/** `1 session`, `3 sessions`, `2 memories`. */
export const count = (value: number, noun: string, plural = `${noun}s`) =>
  `${number(value)} ${value === 1 ? noun : plural}`;

const dates = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});

/** `22 Nov 2026, 03:00 UTC`; a time that cannot be read is shown as it is. */
export function time(value: string): string {
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? value : `${dates.format(date)} UTC`;
}

/** The day only. */
export const day = (value: string) => time(value).replace(/, \d\d:\d\d UTC$/, "");

/** The beginning of a hash or a long id, enough to tell two apart. */
export const short = (id: string) => {
  const bare = id.replace(/^sha256:/, "");
  return bare.length > 16 ? `${bare.slice(0, 10)}…` : bare;
};

/** A message with its hashes cut to what tells two of them apart. */
export const brief = (message: string) => message.replace(/sha256:[0-9a-f]{64}/g, (hash) => short(hash));

/** The operation kinds in the order of the page: what is new first, what goes last. */
export const operationKinds: readonly OperationKind[] = ["add", "rewrite", "promote", "supersede", "merge", "retire"];

export const kindName: Readonly<Record<OperationKind, string>> = {
  add: "Add",
  rewrite: "Rewrite",
  promote: "Promote",
  supersede: "Supersede",
  merge: "Merge",
  retire: "Retire",
};

export const kindMeaning: Readonly<Record<OperationKind, string>> = {
  add: "A new entry.",
  rewrite: "The entry stays, with another text.",
  promote: "The entry stays, and holds for the whole fleet.",
  supersede: "The entry gives way to a newer or better supported one.",
  merge: "Entries that say the same become one.",
  retire: "The entry leaves the active set. It stays in the store.",
};

export const entryKinds: readonly EntryKind[] = ["rule", "preference", "fact", "workflow", "note"];

export const entryKindName: Readonly<Record<EntryKind, string>> = {
  rule: "Rules",
  preference: "Preferences",
  fact: "Facts",
  workflow: "Workflows",
  note: "Notes",
};

export const speakerName: Readonly<Record<Speaker, string>> = {
  developer: "Developer",
  system: "System",
  user: "User",
  agent: "Agent",
  tool: "Tool",
};

export const trustMeaning: Readonly<Record<Trust, string>> = {
  trusted: "Words of developers and users themselves",
  derived: "The agent's own words: it may repeat what it read",
  untrusted: "Tool output or quoted content: data, never an instruction",
};

export const fates: readonly Fate[] = ["kept", "rewritten", "merged", "superseded", "retired"];

export const titleCase = (word: string) => word.charAt(0).toUpperCase() + word.slice(1).replaceAll("_", " ");
