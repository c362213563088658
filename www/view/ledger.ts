// The books: what becomes of every entry and every transcript.
import type { EntryFate, TranscriptFate } from "lucidream/slim";
import { button, fill, h } from "../dom.ts";
import type { Review } from "../review/review.ts";
import { visible } from "../text/visible.ts";
import { count, fates, short } from "../text/words.ts";
import type { View } from "./view.ts";

export function ledgerView(review: Review, goTo: (op: string) => void): View {
  const entries = h("section", { "aria-label": "Entries" });
  const element = h("div", { class: "sheet" }, entries, transcripts(review.plan.ledger.transcripts));

  const update = () => {
    const decided = new Map((review.preview?.ledger.entries ?? []).map((fate) => [fate.id, fate]));
    fill(
      entries,
      h("h2", {}, "Entries", h("span", { class: "count" }, String(review.plan.ledger.entries.length))),
      sums(review.plan.ledger.entries, review.preview?.ledger.entries),
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h("tr", {}, ...["Entry", "Text", "Proposed", "As decided"].map((name) => h("th", { scope: "col" }, name))),
        ),
        h("tbody", {}, ...review.plan.ledger.entries.map((fate) => row(fate, decided.get(fate.id)))),
      ),
    );
  };
  const row = ({ id, fate, op }: EntryFate, decided: EntryFate | undefined) =>
    h(
      "tr",
      {},
      h("td", {}, h("code", {}, visible(id))),
      h("td", { class: "says", dir: "auto" }, visible(review.entry(id)?.text ?? "")),
      h("td", {}, op === undefined ? fate : button(fate, () => goTo(op), { class: "link", title: "Go to the change" })),
      h("td", { class: decided && decided.fate !== "kept" ? "differs" : "" }, decided?.fate ?? ""),
    );
  return { element, update };
}

/** How many entries have each fate, as proposed and as decided. */
function sums(proposed: readonly EntryFate[], decided: readonly EntryFate[] = []): HTMLElement {
  const line = (name: string, all: readonly EntryFate[]) => {
    const found = fates
      .map((fate) => ({ fate, size: all.filter((one) => one.fate === fate).length }))
      .filter(({ size }) => size > 0);
    return h(
      "p",
      { class: "facts" },
      `${name}: `,
      h("span", { class: "dots" }, ...found.map(({ fate, size }) => h("span", {}, `${size} ${fate}`))),
    );
  };
  return h("div", {}, line("Proposed", proposed), line("As decided", decided));
}

function transcripts(all: readonly TranscriptFate[]): HTMLElement {
  return h(
    "section",
    { "aria-label": "Transcripts" },
    h("h2", {}, "Transcripts", h("span", { class: "count" }, String(all.length))),
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h("tr", {}, ...["Transcript", "Fate", "Sessions", "Why"].map((name) => h("th", { scope: "col" }, name))),
      ),
      h("tbody", {}, ...all.map(transcript)),
    ),
  );
}

const transcript = ({ id, fate, sessions, why, left_out: out = [] }: TranscriptFate) =>
  h(
    "tr",
    {},
    h("td", {}, h("code", { title: id }, visible(short(id)))),
    h("td", { class: fate === "failed" ? "warning" : "" }, fate),
    h("td", {}, String(sessions)),
    h("td", { dir: "auto" }, visible(why ?? ""), out.length > 0 && leftOut(out)),
  );

const leftOut = (out: NonNullable<TranscriptFate["left_out"]>) =>
  h(
    "details",
    {},
    h("summary", {}, `${count(out.length, "session")} left out`),
    ...out.map(({ session, why }) => h("p", { class: "facts" }, h("code", {}, visible(session)), " ", visible(why))),
  );
