// A review on this machine: files in; the new memory and what undoes it out.
import type { Applied, File, RenderFormat } from "lucidream/slim";
import { h } from "./dom.ts";
import type { Dreamed } from "./engine/call.ts";
import type { Desk } from "./engine/desk.ts";
import { Refusal } from "./engine/refusal.ts";
import { download } from "./source/download.ts";
import { zip } from "./source/zip.ts";
import { openReview, type Stage } from "./stage.ts";
import { act, doneScreen, formats, sumsLine } from "./view/done.ts";
import type { LocalInput } from "./view/local.ts";

type Say = (line: string, share?: number) => void;

/** Dreams, or opens the plan among the files, and shows the review. */
export async function runLocal(stage: Stage, desk: Desk, input: LocalInput, say: Say): Promise<void> {
  say("Loading the engine…");
  await reviewLocal(stage, desk, input.plan ? await openPlan(desk, input) : await dream(desk, input, say));
}

const dream = (desk: Desk, { transcripts, memory, tombstones, personal }: LocalInput, say: Say): Promise<Dreamed> =>
  desk.dream({ transcripts, memory, tombstones, personal, now: new Date().toISOString() }, (done, total, what) =>
    done < total ? say(`Reading ${done + 1} of ${total}: ${what}`, done / total) : say("Dreaming…"),
  );

/** Transcripts beside a plan are not read again, only kept for the context of its quotes. */
async function openPlan(desk: Desk, { plan, memory, transcripts }: LocalInput): Promise<Dreamed> {
  if (!plan) throw new Refusal("invalid_argument", "there is no plan among the files");
  for (const { file } of transcripts) await desk.ask("keep", file);
  return desk.ask("read", { plan, memory });
}

async function reviewLocal(stage: Stage, desk: Desk, dreamed: Dreamed): Promise<void> {
  const { review, stale } = await openReview(desk, dreamed);
  const submit = async () => {
    const decisions = review.decisions();
    const applied = await desk.ask("apply", decisions, new Date().toISOString());
    await showDone(stage, desk, dreamed, applied, await desk.ask("canonical", decisions), review.counts().open);
  };
  stage.review(
    review,
    {
      home: location.pathname,
      library: {
        excerpt: (transcript, session, from, to) => desk.ask("excerpt", transcript, session, from, to),
        keep: (file) => desk.ask("keep", file),
      },
      notice: () => [
        stale &&
          h(
            "p",
            { class: "warning" },
            "This plan was made for another memory than the one you opened, so it cannot be applied. Open the memory it was made for, or dream again.",
          ),
      ],
      submit: {
        label: "Apply here",
        meaning:
          "The engine applies the decisions in this browser. You then save the new memory, and the file that undoes it.",
        remedy: () => [],
        submit,
      },
    },
    desk,
  );
}

async function showDone(
  stage: Stage,
  desk: Desk,
  { plan }: Dreamed,
  applied: Applied,
  decisions: string,
  undecided: number,
): Promise<void> {
  const { memory, inverse, tombstones } = applied;
  const own = await desk.ask("inPlace", memory);
  const papers = [
    { path: "inverse.json", content: await desk.ask("canonical", inverse), about: "brings the memory before back" },
    {
      path: "rejections.json",
      content: await desk.ask("canonical", tombstones),
      about: "for the next dream: what was rejected does not come back",
    },
    { path: "decisions.json", content: decisions, about: "your decisions" },
    { path: "plan.json", content: await desk.ask("canonical", plan), about: "the plan" },
  ];
  const saveAll = async () => {
    const { files } = await desk.ask("render", memory, { format: "json" });
    download(`memory-version-${memory.version}.zip`, zip([...files, ...(own ?? []).map(named), ...papers]));
  };
  const undo = async () => reviewLocal(stage, desk, { plan, memory: await desk.ask("undo", memory, inverse) });
  const format = h(
    "select",
    { "aria-label": "Format of the memory" },
    own && h("option", { value: "own" }, "Your Markdown, updated in place"),
    ...formats.map(([value, name]) => h("option", { value }, name)),
  );
  const saveMemory = async () =>
    save(
      own && format.value === "own"
        ? own.map(named)
        : (await desk.ask("render", memory, { format: format.value as RenderFormat })).files,
    );
  const { screen, focus } = doneScreen(
    `Memory version ${memory.version} is ready`,
    sumsLine({ applied: applied.applied.length, rejected: tombstones.filter(({ cause }) => cause === "rejected").length, undecided }),
    h("p", { class: "buttons" }, format, act("Save the memory", saveMemory, { class: "primary" })),
    h(
      "ul",
      { class: "papers" },
      ...papers.map(({ path, content, about }) =>
        h(
          "li",
          {},
          act(path, async () => download(path, json(content)), { class: "link" }),
          h("span", { class: "facts" }, about),
        ),
      ),
    ),
    h("p", { class: "buttons" }, act("Save everything as a zip", saveAll), act("Undo, back to the review", undo)),
    h("p", { class: "note" }, "Nothing is on your disk until you save it."),
  );
  stage.show(screen);
  focus();
}

const json = (text: string) => new Blob([text], { type: "application/json" });

/** A Markdown store of a single file has no path of its own. */
const named = ({ path, content }: File) => ({ path: path || "memory.md", content });

function save(files: readonly File[]): void {
  const [only] = files;
  if (files.length === 1 && only) download(only.path.split("/").at(-1) ?? only.path, new Blob([only.content]));
  else download("memory.zip", zip(files));
}
