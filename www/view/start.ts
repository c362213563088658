// Screens around the review: the key, the queue, failures.
import type { Refusal } from "../engine/refusal.ts";
import type { Dream } from "../source/server.ts";
import { button, h } from "../dom.ts";
import { visible } from "../text/visible.ts";
import { brief, count, number, time } from "../text/words.ts";
import { wordmark } from "./header.ts";

/** A page that is not a review: word mark and content. */
export const plainScreen = (...content: readonly (Node | undefined)[]) =>
  h(
    "div",
    { class: "screen plain" },
    h("header", { class: "top" }, h("div", { class: "title" }, wordmark(location.pathname))),
    h("main", { class: "columns" }, ...content),
  );

export const failureNote = (refusal: Refusal) =>
  h("p", { class: "failure", role: "alert" }, visible(brief(refusal.message)), " (", h("code", {}, refusal.code), ")");

export const loading = (what: string) =>
  h("section", { class: "card" }, h("p", { class: "note", role: "status" }, what));

/** Asks for the key of a server. */
export function keyForm(use: (key: string) => void, why?: Refusal): HTMLElement {
  const key = h("input", { type: "password", id: "key", autocomplete: "off", spellcheck: "false", placeholder: "Key" });
  const submit = (event: Event) => {
    event.preventDefault();
    if (key.value.trim()) use(key.value.trim());
  };
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "Review on the server"),
    why && failureNote(why),
    h(
      "p",
      { class: "note" },
      h(
        "label",
        { for: "key" },
        "A key with the scope review shows the dreams that wait. It is kept until this tab is closed.",
      ),
    ),
    h("form", { class: "buttons", onsubmit: submit }, key, h("button", { class: "primary" }, "Connect")),
  );
}

/** The dreams that wait for a person. */
export const queueView = (dreams: readonly Dream[], leave: () => void) =>
  h(
    "section",
    { class: "card queue" },
    h("h2", {}, "Waiting dreams", h("span", { class: "count" }, String(dreams.length))),
    dreams.length === 0 &&
      h("p", { class: "note" }, "None. New ones come by themselves when an agent has been at work and rests."),
    h("ul", {}, ...dreams.map(queued)),
    h("p", {}, button("Forget the key", leave, { class: "quiet" })),
  );

const queued = (dream: Dream) =>
  h(
    "li",
    {},
    h(
      "a",
      { href: `?dream=${encodeURIComponent(dream.id)}` },
      h("strong", {}, visible(dream.agent)),
      h("span", { class: "says", dir: "auto" }, visible(dream.report?.summary ?? "")),
      h(
        "span",
        { class: "facts dots" },
        h("span", {}, time(dream.created_at)),
        h("span", {}, count(dream.operations ?? 0, "change")),
        dream.quarantine !== null && dream.quarantine > 0 && h("span", {}, `${number(dream.quarantine)} quarantined`),
        dream.held === true && h("span", { class: "held" }, "held"),
        dream.stale && h("span", { class: "warning" }, "stale"),
      ),
    ),
  );
