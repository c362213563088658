// Top: which dream this is, what it amounts to, how far the review is.
import type { Report } from "lucidream/slim";
import { button, fill, h } from "../dom.ts";
import { imbalance } from "../review/balance.ts";
import type { Review } from "../review/review.ts";
import { visible } from "../text/visible.ts";
import { count, number, time } from "../text/words.ts";
import type { View } from "./view.ts";

export interface HeaderOptions {
  /** Where the word mark leads. */
  readonly home: string;
  readonly submit: string;
  onSubmit(): void;
  onHelp(): void;
}

export function headerView(review: Review, options: HeaderOptions): View {
  const { plan, memory } = review;
  const bar = h("progress", { max: String(Math.max(plan.operations.length, 1)), "aria-label": "Changes decided" });
  const far = h("span", { class: "far" });
  const tokens = h("span", {});
  const submit = button(options.submit, options.onSubmit, {
    class: "primary submit",
    "aria-keyshortcuts": "Control+Enter",
    title: "Ctrl+Enter",
  });
  const element = h(
    "header",
    { class: "top" },
    h(
      "div",
      { class: "title" },
      wordmark(options.home),
      h("h1", {}, plan.agent === undefined ? "Dream" : visible(plan.agent)),
      h("span", { class: "facts" }, time(plan.now)),
      h("span", { class: "grow" }),
      plan.operations.length > 0 && h("label", { class: "progress" }, far, bar),
      button("?", options.onHelp, { class: "quiet help", "aria-label": "Keyboard help", title: "Keyboard (?)" }),
      !review.closed && submit,
    ),
    h("p", { class: "summary", dir: "auto" }, visible(plan.report.summary)),
    h("p", { class: "facts dots" }, ...figures(plan.report), tokens, balance(review), plan.held && held()),
  );

  const update = () => {
    const { open } = review.counts();
    const total = plan.operations.length;
    bar.value = total - open;
    far.textContent = `${total - open} of ${total} decided`;
    const now = review.preview?.tokens_after ?? plan.report.tokens_before;
    fill(
      tokens,
      `tokens ${number(plan.report.tokens_before)} → `,
      h("strong", {}, number(now)),
      ` as decided, ${number(plan.report.tokens_after)} if all is approved`,
    );
  };

  function balance({ plan }: Review): HTMLElement {
    const problem = imbalance(memory, plan.ledger);
    const sizes = `${count(plan.ledger.entries.length, "entry", "entries")}, ${count(plan.ledger.transcripts.length, "transcript")}`;
    if (problem !== undefined) return h("span", { class: "warning" }, "Ledger does not balance: ", visible(problem));
    return h(
      "span",
      { class: "balanced", title: "Every entry and every transcript has exactly one fate" },
      `ledger balanced: ${sizes}`,
    );
  }
  return { element, update };
}

export const wordmark = (home: string) =>
  h("a", { class: "wordmark", href: home }, h("span", { class: "moon", "aria-hidden": "true" }), "Lucidream");

const held = () =>
  h(
    "span",
    {
      class: "held",
      title:
        "More entries would leave than the loss cap allows: auto mode will not apply this plan, only a person can.",
    },
    "held for a person",
  );

/** The counts that say what the dream has read. */
function figures({ counts }: Report): HTMLElement[] {
  const shown = [
    ["sessions", "session"],
    ["calls", "tool call"],
    ["failures", "failure"],
  ] as const;
  return shown.flatMap(([name, noun]) => (counts[name] === undefined ? [] : h("span", {}, count(counts[name], noun))));
}
