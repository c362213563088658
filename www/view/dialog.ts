// Dialogs: one at a time, closed by Escape, focus back where it was.
import { button, h, type Child } from "../dom.ts";

export interface Dialog {
  readonly element: HTMLDialogElement;
  close(): void;
}

/** Shows a modal dialog; `content` gets the function that closes it. */
export function openDialog(title: string, content: (close: () => void) => readonly Child[], wide = false): Dialog {
  const close = () => element.close();
  const element = h(
    "dialog",
    { class: wide ? "wide" : "", "aria-label": title, onclose: () => element.remove() },
    h("header", {}, h("h2", {}, title), button("Close", close, { class: "quiet" })),
    ...content(close),
  );
  document.body.append(element);
  element.showModal();
  return { element, close };
}

const keys: readonly (readonly [string, string])[] = [
  ["a", "approve"],
  ["r", "reject"],
  ["Shift+R", "reject and say why"],
  ["m or e", "modify the text; Ctrl+Enter saves, Esc leaves"],
  ["u", "clear the decision"],
  ["z", "take the last decision back"],
  ["Shift+A", "approve the rest of this kind"],
  ["j, k or ↓, ↑", "next, previous change"],
  ["o", "open the first quote in its transcript"],
  ["Space, Page ↓, Page ↑", "read on, read back"],
  ["/", "filter"],
  ["1 to 4", "changes, quarantine, questions, ledger"],
  ["Ctrl+Enter", "submit, after one look at what is sent"],
  ["?", "this help"],
];

export const openHelp = () =>
  openDialog("Keyboard", () => [
    h("dl", { class: "keys" }, ...keys.flatMap(([key, does]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, does)])),
    h(
      "p",
      { class: "note" },
      "After a first decision the next open change is selected. Nothing is sent or written until you submit.",
    ),
  ]);
