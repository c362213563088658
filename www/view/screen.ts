// The review: header, sections, three panes, and the keyboard that works them.
import { button, fill, h, type Child } from "../dom.ts";
import type { Refusal } from "../engine/refusal.ts";
import type { Review } from "../review/review.ts";
import { legible, visible } from "../text/visible.ts";
import { brief, count } from "../text/words.ts";
import { quarantineView, questionsView } from "./aside.ts";
import type { Library } from "./context.ts";
import { openHelp } from "./dialog.ts";
import { headerView } from "./header.ts";
import { ledgerView } from "./ledger.ts";
import { listView } from "./list.ts";
import { memoryView } from "./memory.ts";
import { operationView } from "./operation.ts";
import { openSubmit, type SubmitOptions } from "./submit.ts";

/** What differs between a review on a server and one on this machine. */
export interface Host {
  readonly home: string;
  readonly library: Library;
  readonly submit: SubmitOptions;
  /** Said above the panes: that the plan is stale, or decided already. */
  notice(): readonly Child[];
}

export interface Screen {
  readonly element: HTMLElement;
  /** Follows the review; call it after every change. */
  update(): void;
  keydown(event: KeyboardEvent): void;
}

type Section = "changes" | "quarantine" | "questions" | "ledger";

/** Panes of which a narrow screen shows one at a time. */
const panes = ["list", "operation", "memory"] as const;

export function reviewScreen(review: Review, host: Host): Screen {
  const submit = () => {
    if (!review.closed && !document.querySelector("dialog[open]")) openSubmit(review, host.submit);
  };
  const header = headerView(review, { home: host.home, submit: "Submit…", onSubmit: submit, onHelp: openHelp });
  const list = listView(review);
  const operation = operationView(review, host.library);
  const memory = memoryView(review);
  const ledger = ledgerView(review, (op) => {
    review.select(op);
    show("changes");
  });
  const notice = h("div", { class: "notice", role: "status" });
  const said = h("p", { class: "unseen", "aria-live": "polite" });
  const pane = h("div", { class: "switch", role: "group", "aria-label": "Pane" });
  const changes = h(
    "div",
    { class: "panes", "data-pane": "list" },
    ...(review.plan.operations.length > 0 ? [list.element, operation.element] : [nothing(review)]),
    memory.element,
  );
  const questions = questionsView(review);
  const sections: Readonly<
    Record<Section, { readonly name: string; readonly size?: number; readonly element: HTMLElement }>
  > = {
    changes: {
      name: "Changes",
      size: review.plan.operations.length,
      element: h("div", { class: "changes" }, changes, pane),
    },
    quarantine: {
      name: "Quarantine",
      size: review.plan.quarantine.length,
      element: quarantineView(review, host.library),
    },
    questions: { name: "Questions", size: review.plan.questions?.length ?? 0, element: questions.element },
    ledger: { name: "Ledger", element: ledger.element },
  };
  const names = Object.keys(sections) as Section[];
  const tabs = h(
    "div",
    { class: "tabs", role: "tablist", "aria-label": "Sections" },
    ...names.map((name) => tab(name)),
  );
  let section: Section = "changes";

  function tab(name: Section): HTMLElement {
    const { name: label, size } = sections[name];
    return h(
      "button",
      { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `section-${name}`, onclick: () => show(name) },
      label,
      size !== undefined && h("span", { class: "count" }, String(size)),
    );
  }
  for (const name of names) {
    const { element } = sections[name];
    element.id = `section-${name}`;
    element.setAttribute("role", "tabpanel");
    element.setAttribute("aria-labelledby", `tab-${name}`);
  }

  const show = (name: Section) => {
    section = name;
    for (const other of names) {
      sections[other].element.hidden = other !== name;
      tabs.querySelector(`#tab-${other}`)?.setAttribute("aria-selected", String(other === name));
    }
    if (name === "ledger") ledger.update();
  };
  const showPane = (name: (typeof panes)[number]) => {
    changes.dataset["pane"] = name;
    for (const choice of pane.children)
      choice.setAttribute("aria-pressed", String((choice as HTMLElement).dataset["pane"] === name));
  };
  const paneName = { list: "List", operation: "Change", memory: "Memory" };
  fill(pane, ...panes.map((name) => button(paneName[name], () => showPane(name), { "data-pane": name })));
  // On a narrow screen choosing a change means reading it.
  list.element.addEventListener("click", (event) => (event.target as Element).closest(".row") && showPane("operation"));

  const element = h(
    "div",
    { class: "screen" },
    header.element,
    notice,
    tabs,
    ...names.map((name) => sections[name].element),
    said,
  );
  show("changes");
  showPane(review.plan.operations.length > 0 ? "list" : "memory");

  const update = () => {
    fill(notice, ...host.notice(), ...refused(review.refusal));
    for (const view of [header, list, operation, memory, questions]) view.update();
    // A table of thousands of rows is only worth its time to somebody who sees it.
    if (section === "ledger") ledger.update();
    const mark = review.selected && review.mark(review.selected.id);
    said.textContent = review.selected
      ? `${review.selected.kind}: ${legible(review.title(review.selected))}. ${mark === "open" ? "To decide" : mark}`
      : "";
  };

  const act: Readonly<Record<string, () => void>> = {
    a: operation.approve,
    r: operation.reject,
    R: operation.rejectWithReason,
    m: operation.modify,
    e: operation.modify,
    u: operation.clear,
    o: operation.openContext,
    z: () => review.takeBack(),
    A: () => review.selected && review.approveRest(review.selected.kind),
    " ": () => operation.scroll(1),
    PageDown: () => operation.scroll(1),
    PageUp: () => operation.scroll(-1),
    j: () => review.step(1),
    k: () => review.step(-1),
    ArrowDown: () => review.step(1),
    ArrowUp: () => review.step(-1),
    "/": () => list.element.querySelector<HTMLElement>("#filter")?.focus(),
  };
  const keydown = (event: KeyboardEvent) => {
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return done(event, submit);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isWriting(event.target)) {
      if (event.key === "Escape") (event.target as HTMLElement).blur();
      return;
    }
    // On a button the space bar presses it.
    if (event.key === " " && (event.target as Element).closest("button, a, summary")) return;
    if (event.key === "?") return done(event, openHelp);
    const chosen = names[Number(event.key) - 1];
    if (chosen) return done(event, () => show(chosen));
    const does = section === "changes" ? act[event.key] : undefined;
    if (does) done(event, does);
  };
  return { element, update, keydown };
}

const done = (event: Event, does: () => void) => {
  event.preventDefault();
  does();
};

const isWriting = (target: EventTarget | null) =>
  target instanceof Element && target.matches("input, textarea, select");

const refused = (refusal: Review["refusal"] | Refusal) =>
  refusal
    ? [h("p", { class: "failure" }, visible(brief(refusal.message)), " (", h("code", {}, refusal.code), ")")]
    : [];

/** A dream without a proposal is a good morning. */
const nothing = (review: Review) => {
  const { entries, transcripts } = review.plan.ledger;
  return h(
    "main",
    { class: "pane operation empty" },
    h("h2", {}, "Nothing to change"),
    h(
      "p",
      {},
      `${count(transcripts.length, "transcript")} read, and all of ${count(entries.length, "entry", "entries")} stays as it is.`,
    ),
  );
};
