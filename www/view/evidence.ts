// Where a proposal comes from: quotes, who said them, and the way into the transcript.
import type { Evidence } from "lucidream/slim";
import { button, fill, h } from "../dom.ts";
import { legible, visible } from "../text/visible.ts";
import { count, short, speakerName, time, titleCase, trustMeaning } from "../text/words.ts";
import { contextView, type Library } from "./context.ts";

/** Quotes shown at first; a strong finding has dozens that say the same. */
const few = 4;

export function evidenceView(all: readonly Evidence[], library: Library): HTMLElement {
  const list = h("ol", { class: "evidence" }, ...all.slice(0, few).map((evidence) => quoteView(evidence, library)));
  const rest = all.slice(few);
  const more = button(`Show ${count(rest.length, "more quote")}`, () => {
    list.append(...rest.map((evidence) => quoteView(evidence, library)));
    more.remove();
  });
  return h(
    "section",
    { "aria-label": "Evidence" },
    h("h3", {}, "Evidence", h("span", { class: "count" }, String(all.length))),
    all.length === 0 && h("p", { class: "note" }, "None from transcripts: the entries themselves are the reason."),
    list,
    rest.length > 0 && more,
  );
}

export function quoteView(evidence: Evidence, library: Library): HTMLElement {
  const place = h("div", {});
  const open = button("Open in context", () => toggle(), { class: "quiet open-context", "aria-expanded": "false" });
  const toggle = () => {
    const opens = place.childElementCount === 0;
    fill(place, opens && contextView(evidence, library, toggle));
    open.setAttribute("aria-expanded", String(opens));
    open.textContent = opens ? "Close context" : "Open in context";
  };
  return h(
    "li",
    { class: `quote ${evidence.trust}` },
    evidence.quote === "" && evidence.end > evidence.start
      ? h("p", { class: "note" }, withheld)
      : h("blockquote", { dir: "auto" }, visible(evidence.quote), isCut(evidence) && "…"),
    speech(evidence, open),
    place,
  );
}

const withheld =
  "Not quoted: it comes from outside and is not plainly an error message. The transcript shows it; take it for hostile text.";

/** The quote is a prefix of the span; the span itself is whole in the context. */
const isCut = ({ quote, start, end }: Evidence) => new TextEncoder().encode(quote).length < end - start;

const speech = ({ speaker, name, trust, at, session, turn }: Evidence, open: HTMLElement) =>
  h(
    "p",
    { class: "facts" },
    h(
      "span",
      { class: "dots" },
      h(
        "span",
        { class: "speaker" },
        speakerName[speaker] ?? speaker,
        name !== undefined && " ",
        name !== undefined && visible(name),
      ),
      h("span", { class: `trust ${trust}`, title: trustMeaning[trust] }, titleCase(trust)),
      at !== undefined && h("span", {}, time(at)),
      h("span", { title: legible(session) }, "session ", visible(short(session)), `, turn ${turn}`),
    ),
    open,
  );
