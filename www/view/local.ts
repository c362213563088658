// Without a server: files in, a review out, all on this machine.
import type { Chosen, Role } from "../engine/call.ts";
import { Refusal } from "../engine/refusal.ts";
import { button, fill, h, reconcile } from "../dom.ts";
import { legible, visible } from "../text/visible.ts";
import { count, number } from "../text/words.ts";
import { dropped, picked } from "./files.ts";
import { failureNote } from "./start.ts";

type Sorted = Chosen & { role: Role };

export interface LocalInput {
  readonly transcripts: readonly Chosen[];
  readonly memory: readonly Chosen[];
  readonly tombstones: readonly Chosen[];
  readonly plan: Chosen | undefined;
  /** Whether personal data is replaced in what sessions bring. */
  readonly personal: boolean;
}

export interface LocalOptions {
  sort(files: readonly Chosen[]): Promise<readonly Role[]>;
  /** Dreams or opens; `said` tells how far it is. Resolves when something else is shown. */
  run(input: LocalInput, said: (line: string, share?: number) => void): Promise<void>;
  cancel(): void;
}

const roleName: Readonly<Record<Role, string>> = {
  transcript: "Transcript",
  memory: "Memory",
  plan: "Plan",
  tombstones: "Rejections",
};

/** Files in, a review out, all on this machine. */
export function localView(options: LocalOptions): HTMLElement {
  const files = new Map<string, Sorted>();
  const list = h("ul", { class: "files" });
  const state = h("div", { role: "status" });
  const start = button("Dream", () => void run(), { class: "primary", disabled: true });
  const sums = h("p", { class: "facts" });
  const personal = h("input", { type: "checkbox" });
  const drop = h(
    "div",
    { class: "drop" },
    h("p", {}, "Drop transcripts here, and the memory if there is one."),
    h("p", { class: "buttons" }, chooser("Choose files", false), chooser("Choose a folder", true)),
    h("p", { class: "note" }, "Or a plan.json with the memory it was made for."),
  );

  function chooser(label: string, folder: boolean): HTMLElement {
    const input = h("input", {
      type: "file",
      multiple: true,
      webkitdirectory: folder,
      class: "unseen",
      tabindex: "-1",
      "aria-label": label,
    });
    input.addEventListener("change", () => {
      void add(picked(input.files));
      input.value = "";
    });
    return h(
      "span",
      {},
      input,
      button(label, () => input.click()),
    );
  }
  const add = async (chosen: readonly Chosen[]) => {
    try {
      const roles = await options.sort(chosen);
      chosen.forEach((one, index) => files.set(one.path, { ...one, role: roles[index] ?? "transcript" }));
      fill(state);
    } catch (error) {
      fill(state, failureNote(Refusal.of(error)));
    }
    show();
  };
  const of = (role: Role) =>
    [...files.values()].filter((file) => file.role === role).sort((a, b) => (a.path < b.path ? -1 : 1));
  const show = () => {
    const plan = of("plan").length > 0;
    start.textContent = plan ? "Open the plan" : "Dream";
    start.disabled = plan ? of("memory").length === 0 : of("transcript").length === 0;
    const memory =
      of("memory").length > 0
        ? count(of("memory").length, "memory file")
        : plan
          ? "the memory that the plan was made for is missing"
          : "no memory: the dream starts from an empty store";
    sums.textContent =
      files.size === 0 ? "" : `${plan ? "1 plan, " : ""}${count(of("transcript").length, "transcript")}, ${memory}`;
    const sorted = (["plan", "memory", "tombstones", "transcript"] as const).flatMap(of);
    reconcile(list, sorted, { key: ({ path }) => path, print: ({ role }) => role, build: fileRow });
  };
  const assign = (file: Sorted, role: Role) => {
    file.role = role;
    show();
  };
  const remove = ({ path }: Sorted) => {
    files.delete(path);
    show();
  };
  const fileRow = (file: Sorted) => {
    const role = h(
      "select",
      { "aria-label": `What ${legible(file.path)} is`, onchange: () => assign(file, role.value as Role) },
      ...Object.entries(roleName).map(([value, name]) => h("option", { value, selected: value === file.role }, name)),
    );
    return h(
      "li",
      {},
      h("span", { class: "path", dir: "auto" }, visible(file.path)),
      h("span", { class: "facts" }, size(file.file.size)),
      role,
      button("×", () => remove(file), { class: "quiet", "aria-label": `Remove ${legible(file.path)}` }),
    );
  };
  const run = async () => {
    start.disabled = true;
    const line = h("p", { class: "note" });
    const bar = h("progress", { max: "1", "aria-label": "Progress" });
    fill(state, h("div", { class: "working" }, bar, line, button("Cancel", options.cancel)));
    try {
      const input = {
        transcripts: of("transcript"),
        memory: of("memory"),
        tombstones: of("tombstones"),
        plan: of("plan")[0],
        personal: personal.checked,
      };
      await options.run(input, (said, share) => {
        line.replaceChildren(visible(said));
        if (share === undefined) bar.removeAttribute("value");
        else bar.value = share;
      });
    } catch (error) {
      const refusal = Refusal.of(error);
      fill(state, refusal.code !== "canceled" && failureNote(refusal));
    }
    show();
  };

  const element = h(
    "section",
    { class: "card local" },
    h("h2", {}, "Dream in this browser"),
    h(
      "p",
      { class: "note" },
      "Reads the files on this machine, with the same engine as the server. Nothing leaves the machine.",
    ),
    drop,
    sums,
    list,
    h(
      "label",
      { class: "note" },
      personal,
      " Replace personal data in the transcripts: mail addresses, phone, card and account numbers",
    ),
    h("p", { class: "buttons" }, start),
    state,
  );
  element.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  element.addEventListener("dragleave", () => drop.classList.remove("over"));
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (event.dataTransfer) void dropped(event.dataTransfer).then(add);
  });
  return element;
}

const size = (bytes: number) =>
  bytes < 10_000
    ? `${number(bytes)} B`
    : bytes < 1_000_000
      ? `${Math.round(bytes / 1000)} kB`
      : `${(bytes / 1_000_000).toFixed(1)} MB`;
