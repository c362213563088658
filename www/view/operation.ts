// Middle: the selected operation, and the reviewer's word on it.
import type { Operation, Verdict } from "lucidream/slim";
import { button, fill, h } from "../dom.ts";
import type { Review } from "../review/review.ts";
import { visible } from "../text/visible.ts";
import { count, day, kindMeaning, kindName } from "../text/words.ts";
import { changeView } from "./change.ts";
import type { Library } from "./context.ts";
import { evidenceView } from "./evidence.ts";
import type { View } from "./view.ts";

export interface OperationView extends View {
  approve(): void;
  reject(): void;
  rejectWithReason(): void;
  modify(): void;
  clear(): void;
  openContext(): void;
  /** Reads on (1) or back (-1). */
  scroll(pages: 1 | -1): void;
}

export function operationView(review: Review, library: Library): OperationView {
  const body = h("div", { class: "scroll", tabindex: "-1" });
  const actions = h("div", { class: "actions", role: "group", "aria-label": "Your decision" });
  const element = h("main", { class: "pane operation", "aria-label": "Selected change" }, body, actions);
  /** The field that the reviewer writes in: a text for `modify`, or the reason of a rejection. */
  let writing: { readonly op: string; readonly what: "text" | "reason" } | undefined;
  /** Texts that were begun and not saved, by operation. */
  const begun = new Map<string, string>();
  let shown: string | undefined;

  const decide = (decision: Verdict, extra: { text?: string; reason?: string } = {}) => {
    const operation = review.selected;
    if (operation) review.decide({ op: operation.id, decision, ...extra });
  };
  const stopWriting = () => {
    writing = undefined;
    render();
    body.focus();
  };
  const write = (what: "text" | "reason") => {
    const operation = review.selected;
    if (!operation || review.closed || (what === "text" && !operation.result)) return;
    writing = { op: operation.id, what };
    render();
    body.querySelector<HTMLElement>(".writing")?.focus();
  };
  const saveText = (operation: Operation, text: string) => {
    begun.delete(operation.id);
    writing = undefined;
    body.focus();
    if (text.trim() === operation.result?.text) decide("approve");
    else decide("modify", { text: text.trim() });
  };
  const saveReason = (reason: string) => {
    writing = undefined;
    body.focus();
    decide("reject", reason.trim() ? { reason: reason.trim() } : {});
  };

  const textField = (operation: Operation): HTMLElement => {
    const text = h("textarea", {
      class: "writing",
      rows: "5",
      dir: "auto",
      "aria-label": "The text to write instead",
      spellcheck: true,
    });
    text.value = begun.get(operation.id) ?? review.textAfter(operation) ?? "";
    const save = button("Save text", () => saveText(operation, text.value), { class: "primary" });
    text.addEventListener("input", () => {
      begun.set(operation.id, text.value);
      save.disabled = !text.value.trim();
    });
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && text.value.trim())
        saveText(operation, text.value);
      else if (event.key === "Escape") stopWriting();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return h(
      "div",
      { class: "field" },
      text,
      h(
        "p",
        { class: "buttons" },
        save,
        button("Cancel", stopWriting),
        h("span", { class: "hint" }, "Ctrl+Enter saves, Esc leaves"),
      ),
    );
  };

  const reasonField = (operation: Operation): HTMLElement => {
    const reason = h("input", {
      class: "writing",
      type: "text",
      "aria-label": "Why it is rejected (optional)",
      placeholder: "Why? It is kept with the rejection",
    });
    reason.value = review.decision(operation.id)?.reason ?? "";
    reason.addEventListener("keydown", (event) => {
      if (event.key === "Enter") saveReason(reason.value);
      else if (event.key === "Escape") stopWriting();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return h(
      "div",
      { class: "field reason-field" },
      reason,
      h(
        "p",
        { class: "buttons" },
        button("Reject", () => saveReason(reason.value), { class: "primary" }),
        button("Cancel", stopWriting),
        h("span", { class: "hint" }, "Enter rejects, Esc leaves"),
      ),
    );
  };

  const render = () => {
    const operation = review.selected;
    if (writing && writing.op !== operation?.id) writing = undefined;
    if (!operation) {
      fill(body, h("p", { class: "note" }, "Nothing is selected."));
      fill(actions);
      return;
    }
    const edits = writing?.what === "text" ? textField(operation) : undefined;
    fill(
      body,
      heading(operation),
      writing?.what === "reason" && reasonField(operation),
      decided(review, operation, () => write("reason")),
      changeView(review, operation, edits),
      h(
        "section",
        { "aria-label": "Reason" },
        h("h3", {}, "Why"),
        h("p", { class: "reason", dir: "auto" }, visible(operation.reason)),
        support(operation),
      ),
      needs(review, operation),
      evidenceView(operation.evidence, library),
      h("p", { class: "facts id" }, h("code", {}, operation.id)),
    );
    fill(actions, ...buttons(operation));
  };

  const view: OperationView = {
    element,
    update() {
      const moved = review.selected?.id !== shown;
      shown = review.selected?.id;
      // Whoever is writing keeps the field; the rest of the article would not have changed.
      if (writing && !moved) return;
      const place = moved ? 0 : body.scrollTop;
      render();
      body.scrollTop = place;
    },
    approve: () => decide("approve"),
    reject: () => decide("reject"),
    rejectWithReason: () => write("reason"),
    modify: () => write("text"),
    clear: () => review.selected && review.clear(review.selected.id),
    scroll: (pages) => body.scrollBy({ top: pages * 0.8 * body.clientHeight }),
    openContext: () => body.querySelector<HTMLElement>(".open-context")?.click(),
  };

  const buttons = (operation: Operation) => {
    const mark = review.mark(operation.id);
    const action = (label: string, key: string, does: () => void, is: boolean, disabled = false) =>
      h(
        "button",
        {
          type: "button",
          onclick: does,
          "aria-pressed": String(is),
          "aria-keyshortcuts": key,
          disabled: disabled || review.closed,
          "data-action": label.toLowerCase(),
        },
        label,
        h("kbd", { "aria-hidden": "true" }, key),
      );
    return [
      action("Approve", "a", view.approve, mark === "approve"),
      action("Modify", "m", view.modify, mark === "modify", !operation.result),
      action("Reject", "r", view.reject, mark === "reject"),
      action("Clear", "u", view.clear, false, mark === "open"),
    ];
  };
  return view;
}

const heading = (operation: Operation) =>
  h(
    "header",
    {},
    h("h2", {}, kindName[operation.kind] ?? operation.kind),
    h("p", { class: "note" }, kindMeaning[operation.kind] ?? ""),
    h(
      "p",
      { class: "badges" },
      h("span", { class: `risk ${operation.risk}` }, `${operation.risk} risk`),
      h("span", { title: "How sure the engine is, 0 to 100 %" }, `${Math.round(operation.confidence * 100)} % sure`),
      h(
        "span",
        {
          title: operation.needs_review
            ? "Auto mode would leave this one to a person"
            : "Auto mode would apply this one by itself",
        },
        operation.needs_review ? "needs a person" : "auto mode would apply it",
      ),
    ),
  );

/** What was decided, with the reason of a rejection. */
function decided(review: Review, { id }: Operation, why: () => void): HTMLElement | undefined {
  const decision = review.decision(id);
  if (decision?.decision !== "reject") return undefined;
  const said = decision.reason
    ? h("span", { dir: "auto" }, "Rejected: ", visible(decision.reason))
    : "Rejected. The same proposal will not come back from the same evidence.";
  return h(
    "p",
    { class: "decided" },
    said,
    !review.closed && " ",
    !review.closed &&
      button(decision.reason ? "Change the reason" : "Say why", why, {
        class: "quiet",
        "aria-keyshortcuts": "Shift+R",
      }),
  );
}

function support({ support: s, backtest }: Operation): HTMLElement {
  const seen = [s.first_seen, s.last_seen].filter((time) => time !== undefined).map(day);
  return h(
    "p",
    { class: "facts dots" },
    s.for + s.against > 0 &&
      h("span", {}, `${count(s.for, "occasion")} for${s.against > 0 ? `, ${s.against} against` : ""}`),
    s.sessions > 0 && h("span", {}, count(s.sessions, "session")),
    s.agents > 1 && h("span", {}, count(s.agents, "agent")),
    s.speakers > 0 && h("span", {}, count(s.speakers, "speaker")),
    seen.length > 0 && h("span", {}, [...new Set(seen)].join(" to ")),
    backtest &&
      h(
        "span",
        { title: "Mined on the earlier sessions, held against the later ones" },
        `came up in ${count(backtest.fired, "later session")}, would have helped in ${backtest.prevented}`,
      ),
  );
}

/** What it hangs on, and what the engine says about the decisions so far. */
function needs(review: Review, operation: Operation): HTMLElement | undefined {
  const warnings = review.preview?.warnings.filter(({ op }) => op === operation.id) ?? [];
  const others = operation.depends_on.flatMap((id) => review.operation(id) ?? []);
  if (warnings.length + others.length === 0) return undefined;
  return h(
    "section",
    { "aria-label": "Depends on" },
    ...warnings.map(({ message }) => h("p", { class: "warning", dir: "auto" }, visible(message))),
    others.length > 0 && h("p", { class: "facts" }, "Needs: "),
    ...others.map((other) => button(visible(review.title(other)), () => review.select(other.id), { class: "link" })),
  );
}
