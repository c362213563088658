// What the dream will not decide by itself: quarantined text, and open questions.
import type { Quarantined, Question } from "lucidream/slim";
import { button, h, reconcile } from "../dom.ts";
import type { Review } from "../review/review.ts";
import { visible } from "../text/visible.ts";
import { titleCase } from "../text/words.ts";
import type { Library } from "./context.ts";
import { quoteView } from "./evidence.ts";

export const quarantineView = (review: Review, library: Library) =>
  h(
    "div",
    { class: "sheet" },
    h("h2", {}, "Quarantine", h("span", { class: "count" }, String(review.plan.quarantine.length))),
    h(
      "p",
      { class: "note" },
      "Text that reads like an instruction but comes from an untrusted source, and secrets. None of it becomes memory by its own say-so, and the plan does not repeat it: open it in its transcript to read it.",
    ),
    ...review.plan.quarantine.map((one) => quarantined(review, one, library)),
  );

function quarantined(review: Review, { kind, reason, entry, evidence }: Quarantined, library: Library): HTMLElement {
  const known = review.entry(entry);
  return h(
    "section",
    { class: "card", "aria-label": titleCase(kind) },
    h("p", { class: "reason", dir: "auto" }, h("strong", {}, titleCase(kind)), " ", visible(reason)),
    known && h("p", { class: "says quoted-entry", dir: "auto" }, visible(known.text)),
    entry !== undefined && h("p", { class: "facts" }, "Entry ", h("code", {}, visible(entry))),
    evidence && h("ol", { class: "evidence" }, quoteView(evidence, library)),
  );
}

/** The questions; each is built anew when it is answered otherwise, so that what is being written in another one stays. */
export function questionsView(review: Review) {
  const questions = review.plan.questions ?? [];
  const cards = h("div");
  const element = h(
    "div",
    { class: "sheet" },
    h("h2", {}, "Questions", h("span", { class: "count" }, String(questions.length))),
    h(
      "p",
      { class: "note" },
      "Entries that contradict each other, or what people say, where neither time, trust nor support decides. Say which one holds and the others give way to it; write what holds instead; or say that all stand, and it is not asked again. Without an answer the dream leaves them as they are.",
    ),
    cards,
  );
  const answer = ({ id, choices = [] }: Question) => [id, ...choices.map(({ op }) => op)].map((op) => review.decision(op));
  const update = () =>
    reconcile(cards, questions, {
      key: ({ id }) => id,
      print: (question) => JSON.stringify(answer(question)),
      build: (question) => asked(review, question),
    });
  update();
  return { element, update };
}

function asked(review: Review, { id, entries, reason, choices = [], said }: Question): HTMLElement {
  const pick = (label: string, op: string) => {
    const verdict = review.decision(op)?.decision;
    const chosen = verdict !== undefined && verdict !== "modify";
    return button(label, () => review.answer(id, chosen ? undefined : op), {
      class: "quiet",
      "aria-pressed": String(chosen),
      disabled: review.closed,
    });
  };
  const side = (entry: string) => {
    const choice = choices.find(({ keep }) => keep === entry);
    return h(
      "p",
      { class: "says quoted-entry", dir: "auto" },
      visible(review.entry(entry)?.text ?? ""),
      " ",
      h("code", {}, visible(entry)),
      " ",
      choice && pick("This one holds", choice.op),
    );
  };
  return h(
    "section",
    { class: "card", "aria-label": "Question" },
    h("p", { class: "reason", dir: "auto" }, visible(reason)),
    ...entries.map(side),
    pick(entries.length > 1 ? "All stand" : "It stands", id),
    ownWords(review, id, said ?? review.entry(entries[0])?.text ?? "", said !== undefined),
  );
}

/** What holds instead, in the reader's own words, begun with what people say or else with what the first entry says. */
function ownWords(review: Review, id: string, begun: string, open: boolean): HTMLElement {
  const said = review.decision(id)?.text;
  const text = h("textarea", { class: "writing", rows: "3", dir: "auto", "aria-label": "What holds instead" });
  text.value = said ?? begun;
  text.disabled = review.closed;
  const save = button("This holds instead", () => review.answerInWords(id, text.value), {
    class: "quiet",
    "aria-pressed": String(said !== undefined),
    disabled: review.closed,
  });
  return h("details", { open: open || said !== undefined }, h("summary", {}, "Write what holds instead"), text, save);
}
