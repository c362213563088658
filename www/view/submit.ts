// Before anything is sent: what would be sent.
import { button, fill, h, type Child } from "../dom.ts";
import { Refusal } from "../engine/refusal.ts";
import type { Review } from "../review/review.ts";
import { visible } from "../text/visible.ts";
import { brief, count, number } from "../text/words.ts";
import { openDialog } from "./dialog.ts";

export interface SubmitOptions {
  /** What happens on submitting, in one sentence. */
  readonly meaning: string;
  readonly label: string;
  /** Submits; resolves when it is done and shown elsewhere. */
  submit(): Promise<void>;
  /** What to offer instead of trying again when it was refused; nothing where trying again may help. */
  remedy(refusal: Refusal): readonly Child[];
}

export function openSubmit(review: Review, options: SubmitOptions): void {
  const state = h("div", { role: "status" });
  const send = button(options.label, () => void submit(), { class: "primary" });
  const { close } = openDialog("Submit", (close) => [
    lines(review),
    ...(review.preview?.warnings ?? []).map(({ message }) =>
      h("p", { class: "warning", dir: "auto" }, visible(message)),
    ),
    h("p", { class: "note" }, options.meaning),
    state,
    h("p", { class: "buttons" }, send, button("Not yet", close)),
  ]);
  async function submit(): Promise<void> {
    send.disabled = true;
    fill(state, h("p", { class: "note" }, "Submitting…"));
    try {
      await options.submit();
      close();
    } catch (error) {
      const refusal = Refusal.of(error);
      const remedy = options.remedy(refusal);
      send.disabled = false;
      send.hidden = remedy.length > 0;
      send.textContent = "Try again";
      fill(
        state,
        h("p", { class: "failure" }, visible(brief(refusal.message)), " (", h("code", {}, refusal.code), ")"),
        ...remedy,
      );
    }
  }
  send.focus();
}

function lines(review: Review): HTMLElement {
  const { approve, modify, reject, open } = review.counts();
  const { preview } = review;
  const line = (n: number, does: string) =>
    h("li", { class: n === 0 ? "none" : "" }, h("strong", {}, number(n)), ` ${does}`);
  return h(
    "ul",
    { class: "sums" },
    line(approve, "approved"),
    line(modify, "approved with your text"),
    line(reject, "rejected, and remembered as rejected"),
    (review.plan.questions ?? []).length > 0 && line(review.answered(), "questions answered"),
    line(open, "left undecided: nothing happens to them, they may come again"),
    preview &&
      h(
        "li",
        {},
        `${count(preview.diff.length, "entry changes", "entries change")}, tokens ${number(preview.tokens_before)} → ${number(preview.tokens_after)}`,
      ),
  );
}
