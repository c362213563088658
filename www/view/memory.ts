// Right: the memory as the decisions make it, by the engine, after every click.
import type { Entry, EntryChange, EntryKind, Preview } from "lucidream/slim";
import { button, fill, h, reconcile, reveal } from "../dom.ts";
import type { Review } from "../review/review.ts";
import { diff } from "../text/diff.ts";
import { visible } from "../text/visible.ts";
import { count, entryKindName, entryKinds, number } from "../text/words.ts";
import { marked } from "./change.ts";
import type { View } from "./view.ts";

/** Entries above which the pane begins with the changed ones. */
const many = 150;

interface Row {
  readonly entry: Entry;
  readonly change: EntryChange | undefined;
}

type Line = { readonly kind: EntryKind; readonly entries: number } | Row;

export function memoryView(review: Review): View {
  let all = review.memory.entries.length <= many;
  let followed: readonly unknown[] = [];
  const figures = h("p", { class: "figures", "aria-live": "polite" });
  const warnings = h("div", { class: "warnings" });
  const lines = h("ul", { class: "lines" });
  const none = h("p", { class: "note" });
  const box = h("div", { class: "scroll" }, none, lines);
  const choose = (value: boolean) => () => {
    all = value;
    update();
  };
  const whole = button("All", choose(true));
  const changed = button("Changes", choose(false));
  const element = h(
    "aside",
    { class: "pane memory", "aria-label": "Resulting memory" },
    h(
      "div",
      { class: "tools" },
      h("h2", {}, "Resulting memory"),
      h("div", { class: "choice", role: "group", "aria-label": "Entries to show" }, whole, changed),
    ),
    figures,
    warnings,
    box,
  );

  const update = () => {
    whole.setAttribute("aria-pressed", String(all));
    changed.setAttribute("aria-pressed", String(!all));
    const { preview } = review;
    if (!preview) {
      fill(figures, review.refusal ? "No preview." : "Working it out…");
      return;
    }
    fill(figures, ...sums(preview));
    fill(warnings, ...warningsOf(review, preview));
    const rows = rowsOf(preview).filter(({ change }) => all || change);
    none.hidden = rows.length > 0;
    none.textContent = all ? "The memory would be empty." : "Nothing decided so far changes the memory.";
    reconcile<Line>(lines, byKind(rows), {
      key: keyOf,
      print: (line) => JSON.stringify(line),
      build: (line) => ("kind" in line ? headOf(line) : rowOf(review, line)),
    });
    follow();
  };

  /** Outlines what the selected operation concerns, and goes to the effect of the last decision, or else to the outlined. */
  const follow = () => {
    const { selected, latest, preview } = review;
    const ids = new Set([...(selected?.entries ?? []), selected?.by]);
    const rows = [...lines.querySelectorAll<HTMLElement>("[data-entry]")];
    for (const row of rows)
      row.classList.toggle("concerned", row.dataset["op"] === selected?.id || ids.has(row.dataset["entry"]));
    const now = [selected, latest, preview];
    if (now.every((one, index) => one === followed[index])) return;
    followed = now;
    const target =
      rows.find((row) => latest !== undefined && row.dataset["op"] === latest) ??
      rows.find((row) => row.classList.contains("concerned"));
    if (target) reveal(target, box);
  };
  return { element, update };
}

/** Entries that are read before or after, at the place they have in the store; those that go stay visible as gone. */
function rowsOf({ memory, diff: changes }: Preview): Row[] {
  const byEntry = new Map(changes.map((change) => [change.entry, change]));
  return memory.entries
    .map((entry) => ({ entry, change: byEntry.get(entry.id) }))
    .filter(({ entry, change }) => change !== undefined || (entry.status ?? "active") === "active");
}

function byKind(rows: readonly Row[]): Line[] {
  return entryKinds.flatMap((kind): Line[] => {
    const own = rows.filter(({ entry }) => entry.kind === kind);
    return own.length > 0 ? [{ kind, entries: own.filter(({ change }) => !isGone(change)).length }, ...own] : [];
  });
}

const isGone = (change: EntryChange | undefined) => change !== undefined && change.after === undefined;

const keyOf = (line: Line) => ("kind" in line ? line.kind : `entry ${line.entry.id}`);

const headOf = ({ kind, entries }: { kind: EntryKind; entries: number }) =>
  h("li", { class: "head" }, h("h3", {}, entryKindName[kind], h("span", { class: "count" }, String(entries))));

function rowOf(review: Review, { entry, change }: Row): HTMLElement {
  const state = stateOf(change);
  const what =
    change &&
    button(whatHappens[state], () => review.select(change.op), {
      class: "link what",
      title: "Go to the change that does it",
    });
  return h(
    "li",
    { class: `entry ${state}`, "data-entry": entry.id, "data-op": change?.op },
    h("p", { class: "says", dir: "auto" }, entryText(entry, change)),
    h(
      "p",
      { class: "facts dots" },
      h("span", {}, h("code", {}, visible(entry.id))),
      entry.scope !== "agent" && h("span", {}, visible(entry.scope)),
      entry.pinned === true && h("span", {}, "pinned"),
      what && h("span", {}, what),
    ),
  );
}

const stateOf = (change: EntryChange | undefined) =>
  change === undefined ? "same" : change.after === undefined ? "gone" : change.before === undefined ? "new" : "changed";

const whatHappens = { same: "", gone: "leaves", new: "new", changed: "changed" } as const;

function entryText(entry: Entry, change: EntryChange | undefined): Node {
  if (change?.after === undefined && change !== undefined) return h("del", {}, visible(change.before ?? entry.text));
  if (change?.before === undefined) return change ? h("ins", {}, visible(entry.text)) : visible(entry.text);
  const pieces = diff(change.before, change.after ?? entry.text);
  return h("span", {}, ...pieces.filter(({ kind }) => kind !== "gone").map(marked));
}

function sums(preview: Preview): Node[] {
  const states = preview.diff.map(stateOf);
  const of = (state: string, word: string) => {
    const n = states.filter((one) => one === state).length;
    return n > 0 ? [h("span", { class: `sum ${state}` }, `${n} ${word}`)] : [];
  };
  const tokens = h(
    "span",
    { class: "tokens" },
    `${number(preview.tokens_before)} → `,
    h("strong", {}, number(preview.tokens_after)),
    " tokens",
  );
  return [tokens, ...of("new", "new"), ...of("changed", "changed"), ...of("gone", "leaving")];
}

function warningsOf(review: Review, { warnings }: Preview): HTMLElement[] {
  if (warnings.length === 0) return [];
  return [
    h(
      "details",
      { open: warnings.length <= 2 },
      h("summary", {}, count(warnings.length, "warning")),
      ...warnings.map(({ op, message }) =>
        h(
          "p",
          { class: "warning" },
          button(visible(message), () => review.select(op), { class: "link" }),
        ),
      ),
    ),
  ];
}
