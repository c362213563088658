// What an operation does to the texts: before with the words that go, after with the words that come.
import type { Entry, Operation } from "lucidream/slim";
import { fragment, h } from "../dom.ts";
import type { Review } from "../review/review.ts";
import { diff, type Piece } from "../text/diff.ts";
import { visible } from "../text/visible.ts";
import { day, speakerName } from "../text/words.ts";

/** Below this share of common letters a word-by-word comparison only makes noise. */
const alike = 0.35;

export function changeView(review: Review, operation: Operation, after: Node | undefined): HTMLElement {
  const then = review.textAfter(operation);
  const gone = operation.entries.map((id) => review.entry(id) ?? id);
  const gives = operation.kind === "retire" ? undefined : then;
  return h(
    "section",
    { class: "change", "aria-label": "Change" },
    gone.length > 0 && h("h3", {}, "Before"),
    ...gone.map((entry) => before(entry, gives)),
    operation.kind === "retire" &&
      h("p", { class: "note" }, "Leaves the active set. The entry stays in the store and can be brought back."),
    operation.kind !== "retire" && h("h3", {}, gone.length > 0 ? "After" : "New entry"),
    operation.kind !== "retire" && (after ?? afterText(review, operation, gone, then)),
    operation.kind !== "retire" && afterFacts(review, operation),
  );
}

function before(entry: Entry | string, after: string | undefined): HTMLElement {
  if (typeof entry === "string")
    return h("p", { class: "note" }, "Entry ", h("code", {}, visible(entry)), " is not in this memory.");
  return h(
    "div",
    { class: "text before" },
    h("p", { class: "says", dir: "auto" }, removed(entry.text, after)),
    entryFacts(entry),
  );
}

/** A text with what goes marked; all of it where nothing alike takes its place. */
function removed(text: string, after: string | undefined): Node {
  const pieces = after === undefined ? undefined : comparable(text, after);
  if (!pieces) return h("del", {}, visible(text));
  return fragment(...pieces.filter(({ kind }) => kind !== "new").map(marked));
}

function afterText(
  review: Review,
  operation: Operation,
  gone: readonly (Entry | string)[],
  then: string | undefined,
): HTMLElement {
  const text = then ?? "";
  const befores = gone.flatMap((entry) => (typeof entry === "string" ? [] : entry.text));
  const shown = added(operation, befores, text);
  const edited = review.decision(operation.id)?.text !== undefined;
  return h(
    "div",
    { class: edited ? "text after edited" : "text after" },
    h("p", { class: "says", dir: "auto" }, shown),
    // A rewrite always changes the text: where nothing differs any more, what differed is masked.
    operation.kind === "rewrite" &&
      befores.includes(text) &&
      h("p", { class: "facts" }, "The same words: they differ in a secret, which is not shown."),
    edited && proposed(operation),
  );
}

/** A text with what comes marked, compared to the text that goes and has most in common. */
function added({ result }: Operation, befores: readonly string[], text: string): Node {
  const nearest = closest(befores, text);
  if (nearest) return fragment(...nearest.filter(({ kind }) => kind !== "gone").map(marked));
  return result && befores.length > 0 ? h("ins", {}, visible(text)) : visible(text);
}

/** Under a reviewer's own text: what the dream had proposed. */
function proposed(operation: Operation): HTMLElement | undefined {
  return (
    operation.result &&
    h("p", { class: "facts" }, "Your text. Proposed was: ", h("q", { dir: "auto" }, visible(operation.result.text)))
  );
}

const letters = (pieces: readonly Piece[], kind: Piece["kind"]) =>
  pieces.filter((piece) => piece.kind === kind).reduce((sum, { text }) => sum + text.length, 0);

function comparable(before: string, after: string): Piece[] | undefined {
  const pieces = diff(before, after);
  return letters(pieces, "same") >= alike * Math.min(before.length, after.length) ? pieces : undefined;
}

/** The comparison with the text that has most in common. */
function closest(befores: readonly string[], after: string): Piece[] | undefined {
  const all = befores.flatMap((before) => {
    const pieces = comparable(before, after);
    return pieces ? [pieces] : [];
  });
  return all.sort((a, b) => letters(b, "same") - letters(a, "same"))[0];
}

export function marked({ kind, text }: Piece): Node {
  if (kind === "same") return visible(text);
  return h(kind === "gone" ? "del" : "ins", {}, visible(text));
}

const fact = (...children: (Node | string)[]) => h("span", {}, ...children);

function entryFacts(entry: Entry): HTMLElement {
  const source =
    entry.source === "unknown"
      ? "source unknown"
      : `from ${(speakerName as Record<string, string>)[entry.source]?.toLowerCase() ?? entry.source}`;
  return h(
    "p",
    { class: "facts dots" },
    fact(h("code", {}, visible(entry.id))),
    fact(entry.kind),
    fact(source),
    fact("scope ", visible(entry.scope)),
    entry.created_at && fact(`since ${day(entry.created_at)}`),
    entry.pinned === true && fact("pinned"),
  );
}

function afterFacts(review: Review, operation: Operation): HTMLElement | undefined {
  const stays = review.entry(operation.by);
  const { result } = operation;
  if (!result) return stays && entryFacts(stays);
  return h(
    "p",
    { class: "facts dots" },
    operation.by && fact(h("code", {}, visible(operation.by)), " stays"),
    fact(result.kind),
    fact("scope ", visible(result.scope)),
    result.when && fact("when: ", visible(result.when)),
  );
}
