// One plan under review: what is selected, what was decided, and what would come of it.
import type { Decision, Entry, Memory, Operation, OperationKind, Plan, Preview, Verdict } from "lucidream/slim";
import { operationKinds } from "../text/words.ts";

/** What is known of an operation: nothing yet, or a decision. */
export type Mark = "open" | Verdict;

/** Which operations the list shows. */
export interface Filter {
  readonly text: string;
  readonly marks: "all" | "open" | "decided" | "risky";
}

export interface Group {
  readonly kind: OperationKind;
  readonly operations: readonly Operation[];
}

export interface ReviewOptions {
  readonly decisions?: readonly Decision[];
  /** A review that is over can be read, not changed. */
  readonly closed?: boolean;
}

/** State of a review and the only ways to change it; every change tells the listeners. */
export class Review {
  readonly plan: Plan;
  readonly memory: Memory;
  /** What the decisions make of the memory, by the engine; absent until it has answered. */
  preview: Preview | undefined;
  /** What the engine or the server refused last, for the reader. */
  refusal: { readonly code: string; readonly message: string } | undefined;
  readonly closed: boolean;
  /** The operation decided last, until another one is chosen: its effect is what the reader wants to see. */
  latest: string | undefined;
  #selected: string | undefined;
  #filter: Filter = { text: "", marks: "all" };
  readonly #operations: ReadonlyMap<string, Operation>;
  readonly #entries: ReadonlyMap<string, Entry>;
  /** For each question what can be decided on: the question itself, and its choices. */
  readonly #answers: readonly (readonly string[])[];
  readonly #decisions = new Map<string, Decision>();
  readonly #order: string[] = [];
  readonly #listeners = new Set<(decided: boolean) => void>();

  constructor(plan: Plan, memory: Memory, { decisions = [], closed = false }: ReviewOptions = {}) {
    this.plan = plan;
    this.memory = memory;
    this.closed = closed;
    this.#operations = new Map(plan.operations.map((operation) => [operation.id, operation]));
    this.#entries = new Map(memory.entries.map((entry) => [entry.id, entry]));
    const questions = plan.questions ?? [];
    this.#answers = questions.map(({ id, choices = [] }) => [id, ...choices.map(({ op }) => op)]);
    const known = new Set([...this.#operations.keys(), ...this.#answers.flat()]);
    for (const decision of decisions) if (known.has(decision.op)) this.#decisions.set(decision.op, decision);
    this.#selected = this.shown()[0]?.id;
  }

  /** Calls back after every change; `decided` says whether the decisions are other ones. */
  onChange(listener: (decided: boolean) => void): void {
    this.#listeners.add(listener);
  }

  changed(decided = false): void {
    for (const listener of this.#listeners) listener(decided);
  }

  operation(id: string | undefined): Operation | undefined {
    return id === undefined ? undefined : this.#operations.get(id);
  }

  entry(id: string | undefined): Entry | undefined {
    return id === undefined ? undefined : this.#entries.get(id);
  }

  get selected(): Operation | undefined {
    return this.operation(this.#selected);
  }

  select(id: string): void {
    if (!this.#operations.has(id) || id === this.#selected) return;
    this.#selected = id;
    this.latest = undefined;
    this.changed();
  }

  get filter(): Filter {
    return this.#filter;
  }

  set filter(filter: Filter) {
    this.#filter = filter;
    this.changed();
  }

  mark(id: string): Mark {
    return this.#decisions.get(id)?.decision ?? "open";
  }

  decision(id: string): Decision | undefined {
    return this.#decisions.get(id);
  }

  /** The decisions in the order of the plan, so that the same ones are the same bytes. */
  decisions(): Decision[] {
    const ids = [...this.plan.operations.map(({ id }) => id), ...this.#answers.flat()];
    return ids.flatMap((id) => this.#decisions.get(id) ?? []);
  }

  /** Answers a question: with one of its choices, with its own id ("both stand"), or not at all. */
  answer(question: string, chosen: string | undefined): void {
    const ids = this.#answers.find(([id]) => id === question);
    if (this.closed || !ids || (chosen !== undefined && !ids.includes(chosen))) return;
    for (const id of ids) this.#decisions.delete(id);
    if (chosen !== undefined)
      this.#decisions.set(chosen, { op: chosen, decision: chosen === question ? "reject" : "approve" });
    this.changed(true);
  }

  /** Answers a question in the reader's own words: they take the place of its entries. */
  answerInWords(question: string, text: string): void {
    if (!text.trim()) return;
    this.answer(question, question);
    if (!this.#decisions.has(question)) return;
    this.#decisions.set(question, { op: question, decision: "modify", text: text.trim() });
    this.changed(true);
  }

  /** How many questions are answered. */
  answered(): number {
    return this.#answers.flat().filter((id) => this.#decisions.has(id)).length;
  }

  counts(): Readonly<Record<Mark, number>> {
    const counts = { open: 0, approve: 0, modify: 0, reject: 0 };
    for (const { id } of this.plan.operations) counts[this.mark(id)] += 1;
    return counts;
  }

  /** What an operation would write: the reviewer's text, the proposal's, or that of the entry that stays. */
  textAfter(operation: Operation): string | undefined {
    return this.#decisions.get(operation.id)?.text ?? operation.result?.text ?? this.entry(operation.by)?.text;
  }

  /** One line that stands for an operation. */
  title(operation: Operation): string {
    return this.textAfter(operation) ?? this.entry(operation.entries[0])?.text ?? operation.entries.join(", ");
  }

  /** The operations that the filter lets through, by kind. */
  groups(): Group[] {
    const kinds = [...operationKinds, ...this.plan.operations.map(({ kind }) => kind)];
    return [...new Set(kinds)]
      .map((kind) => ({
        kind,
        operations: this.plan.operations.filter((operation) => operation.kind === kind && this.#passes(operation)),
      }))
      .filter(({ operations }) => operations.length > 0);
  }

  shown(): Operation[] {
    return this.groups().flatMap(({ operations }) => operations);
  }

  #passes(operation: Operation): boolean {
    const { text, marks } = this.#filter;
    const open = this.mark(operation.id) === "open";
    if (marks === "open" && !open) return false;
    if (marks === "decided" && open) return false;
    if (marks === "risky" && operation.risk === "low") return false;
    if (!text) return true;
    const words = [
      operation.reason,
      this.textAfter(operation),
      operation.id,
      ...operation.entries,
      ...operation.entries.map((id) => this.entry(id)?.text),
    ];
    return words.join("\n").toLowerCase().includes(text.toLowerCase());
  }

  /** Selects the next (1) or the one before (-1) in the list. */
  step(by: 1 | -1): void {
    const shown = this.shown();
    const now = shown.findIndex(({ id }) => id === this.#selected);
    const next = shown[now < 0 ? 0 : now + by];
    if (next) this.select(next.id);
  }

  /** Decides; a first decision goes on to the next operation that waits, a second thought stays. */
  decide(decision: Decision): void {
    if (this.closed || !this.#operations.has(decision.op)) return;
    const first = this.mark(decision.op) === "open";
    const next = first ? this.#nextOpen(decision.op) : undefined;
    this.#decisions.set(decision.op, decision);
    this.#order.push(decision.op);
    this.latest = decision.op;
    if (next && decision.op === this.#selected) this.#selected = next;
    this.changed(true);
  }

  #nextOpen(after: string): string | undefined {
    const shown = this.shown();
    const now = shown.findIndex(({ id }) => id === after);
    const turned = [...shown.slice(now + 1), ...shown.slice(0, Math.max(now, 0))];
    return turned.find(({ id }) => id !== after && this.mark(id) === "open")?.id;
  }

  /** The operations of a kind that wait for a decision, of those the list shows. */
  waiting(kind: OperationKind): Operation[] {
    return this.shown().filter((operation) => operation.kind === kind && this.mark(operation.id) === "open");
  }

  /** Approves all that `waiting` gives. */
  approveRest(kind: OperationKind): void {
    if (this.closed) return;
    for (const { id } of this.waiting(kind)) {
      this.#decisions.set(id, { op: id, decision: "approve" });
      this.#order.push(id);
    }
    this.changed(true);
  }

  /** Forgets the decision on an operation. */
  clear(id: string): void {
    if (this.closed || !this.#decisions.delete(id)) return;
    this.changed(true);
  }

  /** Forgets the last decision and goes back to its operation. */
  takeBack(): void {
    const last = this.#order.pop();
    if (last === undefined || this.closed) return;
    this.#decisions.delete(last);
    this.#selected = last;
    this.latest = undefined;
    this.changed(true);
  }
}
