// After submitting: what was done, and the way back.
import type { RenderFormat } from "lucidream/slim";
import { button, fill, h, type Child } from "../dom.ts";
import { Refusal } from "../engine/refusal.ts";
import { count } from "../text/words.ts";
import { failureNote, plainScreen } from "./start.ts";

/** What a submission did, in numbers. */
export interface Sums {
  readonly applied: number;
  readonly rejected: number;
  readonly undecided: number;
}

export const sumsLine = ({ applied, rejected, undecided }: Sums) =>
  h(
    "p",
    { class: "facts dots" },
    h("span", {}, `${count(applied, "change")} carried out`),
    h("span", {}, `${count(rejected, "rejection")} remembered`),
    h("span", {}, `${undecided} left undecided`),
  );

/** A button that asks for something slow once, and says when it was refused. */
export function act(
  label: string,
  does: () => Promise<void>,
  attributes: Readonly<Record<string, string>> = {},
): HTMLElement {
  const state = h("span", { role: "status" });
  const press = button(
    label,
    async () => {
      press.disabled = true;
      fill(state);
      try {
        await does();
      } catch (error) {
        fill(state, failureNote(Refusal.of(error)));
      }
      press.disabled = false;
    },
    attributes,
  );
  return h("span", { class: "act" }, press, state);
}

export const doneScreen = (title: string, ...content: readonly Child[]) => {
  const heading = h("h2", { tabindex: "-1" }, title);
  const screen = plainScreen(h("section", { class: "card done" }, heading, ...content));
  return { screen, focus: () => heading.focus() };
};

/** The formats of a store that can be taken away, the whole store first. */
export const formats: readonly (readonly [RenderFormat, string])[] = [
  ["json", "JSON: the whole store, also what left the active set"],
  ["jsonl", "JSON lines: the whole store"],
  ["markdown", "Markdown: what an agent reads"],
  ["claude_md", "CLAUDE.md section"],
  ["agents_md", "AGENTS.md section"],
  ["memory_dir", "A directory of memory files (zip)"],
  ["skills", "Agent Skills, one for each situation (zip)"],
];
