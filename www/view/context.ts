// The turns around a quote, read by the engine from the raw transcript.
import type { Evidence, Turn } from "lucidream/slim";
import type { Excerpt } from "../engine/call.ts";
import { Refusal } from "../engine/refusal.ts";
import { button, fill, h, reveal } from "../dom.ts";
import { span } from "../text/span.ts";
import { visible } from "../text/visible.ts";
import { count, number, speakerName, time, titleCase, trustMeaning } from "../text/words.ts";

/** Where transcripts come from. */
export interface Library {
  /** Turns `from` to `to` of a session; refused with `transcript_missing` when the transcript is not to be had. */
  excerpt(transcript: string, session: string, from: number, to: number): Promise<Excerpt>;
  /** Takes a transcript from the reader's disk; gives its id. */
  keep(file: Blob): Promise<string>;
}

/** Turns shown on either side of the quoted one, and how many a click adds. */
const around = 2;
const step = 5;
/** Letters of a long text shown before and after what matters in it. */
const letters = 600;

export function contextView(evidence: Evidence, library: Library, close: () => void): HTMLElement {
  const element = h("div", { class: "context", role: "group", "aria-label": "Neighbouring turns of the transcript" });
  let from = Math.max(0, evidence.turn - around);
  let to = evidence.turn + around + 1;
  const show = async () => {
    try {
      const excerpt = await library.excerpt(evidence.transcript, evidence.session, from, to);
      fill(element, ...turns(excerpt));
      goTo();
    } catch (error) {
      const refusal = Refusal.of(error);
      fill(
        element,
        refusal.code === "transcript_missing"
          ? missing()
          : h("p", { class: "failure" }, `${refusal.message} (${refusal.code})`),
      );
    }
  };
  const turns = (excerpt: Excerpt) => [
    from > 0 && button(`${count(Math.min(step, from), "earlier turn")}`, () => widen(-step), { class: "quiet" }),
    ...excerpt.turns.map((turn) => turnView(turn, evidence)),
    to < excerpt.total &&
      button(`${count(Math.min(step, excerpt.total - to), "later turn")}`, () => widen(step), { class: "quiet" }),
    h(
      "p",
      { class: "facts" },
      `Turn ${evidence.turn} of ${number(excerpt.total)}. `,
      button("Close", close, { class: "quiet" }),
    ),
  ];
  /** Once, when it opens: the quoted turn may lie below the fold. */
  let goTo = () => {
    const quoted = element.querySelector(".quoted");
    const box = element.closest(".scroll, .sheet");
    if (quoted && box) reveal(quoted, box);
    goTo = () => {};
  };
  const widen = (by: number) => {
    if (by < 0) from = Math.max(0, from + by);
    else to += by;
    void show();
  };
  const missing = () => {
    const note = h("span", {});
    const input = h("input", { type: "file", "aria-label": "The transcript file" });
    input.addEventListener("change", async () => {
      const file = input.files?.[0];
      if (!file) return;
      if ((await library.keep(file)) === evidence.transcript) await show();
      else note.textContent = "That is another file: its SHA-256 is not the one that the evidence names.";
    });
    return h("p", { class: "note" }, "The transcript is not here. Choose its file to read on: ", input, note);
  };
  fill(element, h("p", { class: "note", role: "status" }, "Reading the transcript…"));
  void show();
  return element;
}

function turnView(turn: Turn, evidence: Evidence): HTMLElement {
  const quoted = turn.index === evidence.turn;
  const tool = turn.act.kind === "message" ? undefined : turn.act.tool;
  return h(
    "div",
    { class: quoted ? "turn quoted" : "turn" },
    h(
      "p",
      { class: "facts dots" },
      h(
        "span",
        { class: "speaker" },
        speakerName[turn.speaker] ?? turn.speaker,
        turn.name !== undefined && " ",
        turn.name !== undefined && visible(turn.name),
      ),
      tool !== undefined && h("span", {}, turn.act.kind === "call" ? "calls " : "result of ", visible(tool)),
      turn.act.kind === "result" && turn.act.failure !== undefined && h("span", { class: "failed" }, "failed"),
      h("span", { class: `trust ${turn.trust}`, title: trustMeaning[turn.trust] }, titleCase(turn.trust)),
      turn.at !== undefined && h("span", {}, time(turn.at)),
      h("span", {}, `turn ${turn.index}`),
    ),
    quoted ? quotedText(turn.text, evidence) : plainText(turn.text),
  );
}

function quotedText(text: string, { start, end }: Evidence): HTMLElement {
  const { before, inside, after } = span(text, start, end);
  return h(
    "p",
    { class: "says", dir: "auto" },
    ...clipped(before, "end"),
    h("mark", {}, visible(inside)),
    ...clipped(after, "start"),
  );
}

const plainText = (text: string) => h("p", { class: "says", dir: "auto" }, ...clipped(text, "start"));

/** A text of which only the start or the end matters at first. */
function clipped(text: string, keep: "start" | "end"): Node[] {
  if (text.length <= 2 * letters) return [visible(text)];
  const cut = keep === "start" ? soft(text, letters) : soft(text, text.length - letters);
  const [kept, left] = keep === "start" ? [text.slice(0, cut), text.slice(cut)] : [text.slice(cut), text.slice(0, cut)];
  const more = button(`… ${number(left.length)} more letters …`, () => more.replaceWith(visible(left)), {
    class: "quiet",
  });
  return keep === "start" ? [visible(kept), more] : [more, visible(kept)];
}

/** A place near `at` that does not split a character of two halves. */
const soft = (text: string, at: number) => (/[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at + 1 : at);
