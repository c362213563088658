// A memory store on disk: opened, changed by a plan, and brought back.
import { type Applied, canonical, deleted, type Entry, type File, type Memory, type Plan, type Tombstone, undo } from "../entry/node.js";
import { failure } from "../errors.js";
import { type Bytes, hashOf } from "./files.js";
import { type Place, placeAt, texts } from "./form.js";
import { commit, copies, emptySide, originals, readSide, removeSide, type Side, type Step } from "./side.js";

/** A store as it lies on disk now. */
export interface Store {
  place: Place;
  /** Whether there is anything at the path yet. */
  exists: boolean;
  files: Bytes[];
  side: Side;
  memory: Memory;
}

/** Opens the store at a path; one that does not exist is empty. Throws `invalid_memory`, `duplicate_entry`. */
export function openStore(path: string): Store {
  const place = placeAt(path);
  const files = place.read();
  const hash = hashOf(files);
  const side = readSide(path, hash) ?? emptySide(hash);
  const memory = memoryOf(place, texts(files), side, side.files_hash === hash);
  // What its owner took out since the last apply is not proposed again from sessions of before.
  const since = side.steps.at(-1)?.applied_at;
  const before = side.memory ?? (side.mined && { ...memory, entries: side.mined });
  if (before && since !== undefined) side.tombstones = [...side.tombstones, ...deleted(before, memory, since)];
  return { place, exists: files.length > 0, files, side, memory };
}

/** The store at a path for commands that only read; without a path, or where nothing is yet, an empty one. */
export function readStore(path: string | undefined): { memory: Memory; tombstones: Tombstone[]; exists: boolean } {
  if (path === undefined)
    return { memory: { schema: "lucidream.memory/1", version: 0, entries: [] }, tombstones: [], exists: false };
  const { memory, side, exists } = openStore(path);
  return { memory, tombstones: side.tombstones, exists };
}

function memoryOf({ form }: Place, files: File[], side: Side, unchanged: boolean): Memory {
  if (side.memory && unchanged) return withFiles(side.memory, form.parse(files).files);
  const read = side.memory ? form.reread(files, side.memory) : form.parse(files);
  return { ...read, version: Math.max(read.version, side.version) };
}

const withFiles = (memory: Memory, files: File[] | undefined): Memory => (files ? { ...memory, files } : memory);

/** Writes what applying a plan gave: the store in its own form, and beside it the way back and what was rejected. */
export function saveApplied(store: Store, plan: Plan, applied: Applied, now: string): void {
  const { place, files, side } = store;
  const tombstones = [...side.tombstones, ...applied.tombstones];
  if (applied.applied.length === 0)
    return commit(place.path, { ...sideFor(store, files, store.memory), tombstones, steps: side.steps }, () => {});
  const changed = packed(place, place.form.update(texts(files), store.memory, applied.memory), files);
  const step: Step = {
    plan_hash: plan.plan_hash,
    applied_at: now,
    inverse: applied.inverse,
    files_hash: hashOf(files),
  };
  const back = packed(place, place.form.update(texts(changed), applied.memory, store.memory), changed);
  if (hashOf(back) !== hashOf(files)) step.files = copies(files);
  const next = { ...sideFor(store, changed, applied.memory), tombstones, steps: [...side.steps, step] };
  commit(place.path, next, () => place.write(changed, files));
}

/** Undoes the last apply; gives the memory before. What is undone is buried unless it is to stay open. Throws `nothing_to_undo`, `stale_inverse` if the files changed since. */
export function undoLast(store: Store, reopen: boolean): { memory: Memory; step: Step } {
  const { place, files, side } = store;
  const step = side.steps.at(-1);
  if (!step) throw failure("nothing_to_undo", `no plan was applied to ${place.path}`);
  if (hashOf(files) !== side.files_hash)
    throw failure(
      "stale_inverse",
      `${place.path} has changed since the plan was applied at ${step.applied_at}; nothing was undone`,
    );
  const memory = undo(store.memory, step.inverse);
  const before = step.files
    ? originals(step.files)
    : packed(place, place.form.update(texts(files), store.memory, memory), files);
  if (hashOf(before) !== step.files_hash)
    throw failure(
      "stale_inverse",
      `what stands beside ${place.path} does not lead back to the files before; nothing was undone`,
    );
  const undone = step.inverse.tombstones ?? [];
  const wordings = new Set(undone.map(({ op }) => `modified_${op}`));
  const tombstones = reopen ? side.tombstones.filter(({ op }) => !wordings.has(op)) : [...side.tombstones, ...undone];
  const next = { ...sideFor(store, before, memory), tombstones, steps: side.steps.slice(0, -1) };
  commit(place.path, next, () => place.write(before, files));
  if (!next.memory && next.steps.length === 0 && next.tombstones.length === 0 && carries(place, before, memory))
    removeSide(place.path);
  return { memory, step };
}

function sideFor(store: Store, files: Bytes[], memory: Memory): Side {
  const side: Side = { ...emptySide(hashOf(files)), previous_hash: hashOf(store.files), version: memory.version };
  const read = store.place.form.parse(texts(files));
  // The owner's files lie where they are; a copy beside them would only grow old.
  const { files: _, ...known } = memory;
  if (canonical(read.entries) !== canonical(memory.entries)) side.memory = known;
  else if (memory.entries.some(isMined)) side.mined = memory.entries.filter(isMined);
  return side;
}

/** What sessions speak for, and would bring back if its owner took it out. */
const isMined = ({ status, support }: Entry): boolean => (status ?? "active") === "active" && support !== undefined;

function carries(place: Place, files: Bytes[], memory: Memory): boolean {
  return canonical(place.form.parse(texts(files))) === canonical(memory);
}

/** Texts as the bytes to write; a text that did not change keeps the bytes that it was read from. */
function packed(place: Place, updated: File[], from: Bytes[]): Bytes[] {
  const old = new Map(texts(from).map(({ path, content }, at) => [path, { content, bytes: from[at]?.bytes }]));
  return updated.map(({ path, content }) => {
    const { content: before, bytes } = old.get(path) ?? {};
    return { path, bytes: bytes && before === content ? bytes : place.pack(content) };
  });
}
