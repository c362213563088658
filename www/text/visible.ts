// Characters that a reader cannot see, made visible: a quote must not say something else than it shows.
import { fragment, h } from "../dom.ts";

/**
 * Controls, bidirectional marks, zero-width and tag characters. The joiner inside of an emoji stays, it only glues; so do
 * line feed and tab, and a carriage return before a line feed.
 */
const hidden =
  /(?:[\0-\x08\v\f\x0E-\x1F\x7F-\x9F\xAD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B\u200C\u200E\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E0FFF}]|\r(?!\n)|(?<![\p{Extended_Pictographic}\uFE0F\u{1F3FB}-\u{1F3FF}])\u200D)+/gu;

const names: Readonly<Record<number, string>> = {
  0x00: "NUL",
  0x07: "BEL",
  0x08: "BS",
  0x0d: "CR",
  0x1b: "ESC",
  0x7f: "DEL",
  0xad: "SHY",
  0x061c: "ALM",
  0x200b: "ZWSP",
  0x200c: "ZWNJ",
  0x200d: "ZWJ",
  0x200e: "LRM",
  0x200f: "RLM",
  0x2028: "LSEP",
  0x2029: "PSEP",
  0x202a: "LRE",
  0x202b: "RLE",
  0x202c: "PDF",
  0x202d: "LRO",
  0x202e: "RLO",
  0x2060: "WJ",
  0x2066: "LRI",
  0x2067: "RLI",
  0x2068: "FSI",
  0x2069: "PDI",
  0xfeff: "BOM",
};

const code = (character: string) => {
  const point = character.codePointAt(0) ?? 0;
  return names[point] ?? `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
};

/** The first few of a run by name, the rest by number: a run can hide a whole page. */
const label = (run: string) => {
  const characters = [...run];
  const shown = characters.slice(0, 3).map(code).join(" ");
  return characters.length > 3 ? `${shown} +${characters.length - 3}` : shown;
};

/** The parts of a text: what can be seen, and labels for what cannot. */
export function* parts(text: string): Generator<{ seen: string } | { hidden: string }> {
  let from = 0;
  for (const match of text.matchAll(hidden)) {
    if (match.index > from) yield { seen: text.slice(from, match.index) };
    yield { hidden: label(match[0]) };
    from = match.index + match[0].length;
  }
  if (from < text.length) yield { seen: text.slice(from) };
}

/** Text from data as a plain string, for attributes and for being read aloud. */
export const legible = (text: string): string =>
  [...parts(text)].map((part) => ("seen" in part ? part.seen : `⟨${part.hidden}⟩`)).join("");

/** Text from data, for showing. */
export function visible(text: string): DocumentFragment {
  const nodes = [...parts(text)].map((part) =>
    "seen" in part
      ? part.seen
      : h("span", { class: "hidden-char", title: "Invisible characters in the text" }, part.hidden),
  );
  return fragment(...nodes);
}
