// Left: the operations by kind, each with its mark.
import type { Operation } from "lucidream/slim";
import { button, h, reconcile, reveal } from "../dom.ts";
import type { Filter, Group, Mark, Review } from "../review/review.ts";
import { visible } from "../text/visible.ts";
import { count, kindMeaning, kindName } from "../text/words.ts";
import type { View } from "./view.ts";

const markSign: Readonly<Record<Mark, string>> = { open: "", approve: "✓", modify: "✎", reject: "✕" };
const markName: Readonly<Record<Mark, string>> = {
  open: "to decide",
  approve: "approved",
  modify: "modified",
  reject: "rejected",
};

type Line = { readonly head: Group } | { readonly operation: Operation };

export function listView(review: Review): View {
  const search = h("input", {
    type: "search",
    id: "filter",
    placeholder: "Filter",
    "aria-label": "Filter the changes by their words",
    oninput: () => (review.filter = { ...review.filter, text: search.value }),
  });
  const marks = h(
    "select",
    {
      "aria-label": "Which changes to show",
      onchange: () => (review.filter = { ...review.filter, marks: marks.value as Filter["marks"] }),
    },
    h("option", { value: "all" }, "All"),
    h("option", { value: "open" }, "To decide"),
    h("option", { value: "decided" }, "Decided"),
    h("option", { value: "risky" }, "Riskier"),
  );
  const lines = h("ul", { class: "lines" });
  const none = h("p", { class: "note", hidden: true }, "No change fits the filter.");
  const box = h("div", { class: "scroll" }, lines, none);
  const element = h(
    "nav",
    { class: "pane list", "aria-label": "Proposed changes" },
    h("div", { class: "tools" }, search, marks),
    box,
  );
  let shown: string | undefined;

  const update = () => {
    const groups = review.groups();
    reconcile<Line>(
      lines,
      groups.flatMap((head) => [{ head }, ...head.operations.map((operation) => ({ operation }))]),
      {
        key: (line) => ("head" in line ? line.head.kind : line.operation.id),
        print: (line) => ("head" in line ? headPrint(review, line.head) : review.title(line.operation)),
        build: (line) => ("head" in line ? head(review, line.head) : row(review, line.operation)),
      },
    );
    none.hidden = groups.length > 0;
    for (const line of lines.querySelectorAll<HTMLElement>("[data-op]")) paint(review, line);
    const selected = review.selected?.id;
    if (selected === shown) return;
    shown = selected;
    const current = lines.querySelector("[aria-current]");
    if (current) reveal(current, box);
  };
  return { element, update };
}

const headPrint = (review: Review, { kind, operations }: Group) =>
  `${operations.length} ${review.waiting(kind).length}`;

function head(review: Review, { kind, operations }: Group): HTMLElement {
  const waiting = review.waiting(kind).length;
  const name = kindName[kind] ?? kind;
  const others = waiting === operations.length ? `all ${waiting}` : `other ${waiting}`;
  const rest = button(waiting === 1 ? "Approve" : `Approve ${others}`, () => review.approveRest(kind), {
    class: "quiet",
    "aria-label": `Approve the ${count(waiting, "change")} of kind ${name} still to decide`,
  });
  return h(
    "li",
    { class: "head" },
    h("h2", { title: kindMeaning[kind] }, name, h("span", { class: "count" }, String(operations.length))),
    waiting > 0 && !review.closed && rest,
  );
}

function row(review: Review, operation: Operation): HTMLElement {
  const { sessions } = operation.support;
  const details = [
    sessions > 0 ? count(sessions, "session") : count(operation.entries.length, "entry", "entries"),
    operation.result?.kind ?? review.entry(operation.entries[0])?.kind,
  ];
  return h(
    "li",
    { "data-op": operation.id },
    h(
      "button",
      { type: "button", class: "row", onclick: () => review.select(operation.id) },
      h("span", { class: "mark", "aria-hidden": "true" }),
      h("span", { class: "row-text", dir: "auto" }, visible(review.title(operation))),
      h(
        "span",
        { class: "row-facts" },
        details.filter(Boolean).join(" · "),
        operation.risk !== "low" && h("span", { class: `risk ${operation.risk}` }, `${operation.risk} risk`),
      ),
      h("span", { class: "unseen state" }),
    ),
  );
}

/** What changes with every click is painted onto the row, so that the row keeps the focus. */
function paint(review: Review, line: HTMLElement): void {
  const id = line.dataset["op"] ?? "";
  const mark = review.mark(id);
  const row = line.firstElementChild;
  if (!row) return;
  line.dataset["mark"] = mark;
  if (review.selected?.id === id) row.setAttribute("aria-current", "true");
  else row.removeAttribute("aria-current");
  for (const sign of row.querySelectorAll(".mark")) sign.textContent = markSign[mark];
  for (const state of row.querySelectorAll(".state")) state.textContent = markName[mark];
}
