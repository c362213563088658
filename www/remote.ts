// A review of a dream on the server: nothing is sent until it is submitted.
import type { Decision } from "lucidream/slim";
import { button, h, type Child } from "./dom.ts";
import type { Desk } from "./engine/desk.ts";
import { Refusal } from "./engine/refusal.ts";
import { carryDraft, carriedDraft, readDraft, saveDraft } from "./review/draft.ts";
import type { Review } from "./review/review.ts";
import { ServerRefusal, type Dream, type Server, type Submitted } from "./source/server.ts";
import { openReview, type Stage } from "./stage.ts";
import { legible, visible } from "./text/visible.ts";
import { count, time } from "./text/words.ts";
import { act, doneScreen, sumsLine } from "./view/done.ts";
import { failureNote, plainScreen } from "./view/start.ts";

/** Milliseconds between two looks at a dream that is not ready. */
const patience = 2_000;

/** Shows a dream in whatever state it is. */
export async function openRemote(stage: Stage, desk: Desk, server: Server, id: string): Promise<void> {
  const dream = await server.dream(id);
  switch (dream.state) {
    case "pending":
    case "running":
      return showRunning(stage, desk, server, dream);
    case "failed":
    case "canceled":
      return showEnded(stage, server, dream);
    case "review":
    case "completed":
      return reviewRemote(stage, desk, server, dream);
  }
}

async function showRunning(stage: Stage, desk: Desk, server: Server, dream: Dream): Promise<void> {
  const { digested, total } = dream.transcripts;
  stage.show(
    plainScreen(
      h(
        "section",
        { class: "card" },
        h("h2", {}, visible(dream.agent), " is dreaming"),
        h(
          "p",
          { class: "note", role: "status" },
          dream.state === "pending" ? "It begins in a moment." : `${digested} of ${count(total, "transcript")} read.`,
        ),
        h("progress", { max: String(Math.max(total, 1)), value: String(digested), "aria-label": "Transcripts read" }),
      ),
    ),
  );
  await new Promise((resolve) => setTimeout(resolve, patience));
  return openRemote(stage, desk, server, dream.id);
}

function showEnded(stage: Stage, server: Server, dream: Dream): void {
  stage.show(
    plainScreen(
      h(
        "section",
        { class: "card" },
        h("h2", {}, "The dream of ", visible(dream.agent), dream.state === "failed" ? " failed" : " was canceled"),
        dream.error ? failureNote(new Refusal(dream.error.code, dream.error.message)) : undefined,
        h("p", { class: "note" }, "It changed nothing."),
        again(server, dream.agent),
      ),
    ),
  );
}

/** Starts a new dream of the agent and goes there, decisions in the bag. */
const again = (server: Server, agent: string, decisions: () => readonly Decision[] = () => []) =>
  act("Dream again", async () => {
    const next = await server.dreamAgain(agent);
    carryDraft(agent, decisions());
    location.search = `?dream=${encodeURIComponent(next)}`;
  });

async function reviewRemote(stage: Stage, desk: Desk, server: Server, dream: Dream): Promise<void> {
  const [plan, memory] = await Promise.all([server.plan(dream.id), server.memory(dream.agent, dream.memory_version)]);
  const carried = readDraft(plan.plan_hash).length === 0 ? carriedDraft(dream.agent) : [];
  const past = dream.state === "completed";
  const options = past
    ? { closed: true, decisions: decisionsOf(dream.result) }
    : carried.length > 0
      ? { decisions: carried }
      : {};
  const { review } = await openReview(desk, { plan, memory }, options);
  const brought = past ? 0 : carried.filter(({ op }) => review.operation(op)).length;
  let { stale } = dream;
  // One submission, however often it is tried: a lost answer must not apply the plan twice.
  let attempt: { readonly key: string; readonly body: string } | undefined;

  const submit = async () => {
    const decisions = review.decisions();
    const body = JSON.stringify(decisions);
    if (attempt?.body !== body) attempt = { key: crypto.randomUUID(), body };
    try {
      const submitted = await server.decide(dream.id, plan.plan_hash, decisions, attempt.key);
      saveDraft(plan.plan_hash, []);
      showDone(stage, server, dream, submitted);
    } catch (error) {
      if (error instanceof ServerRefusal && error.code === "stale_plan") {
        stale = true;
        review.changed();
      }
      throw error;
    }
  };

  stage.review(
    review,
    {
      home: location.pathname,
      library: {
        excerpt: async (transcript, session, from, to) => {
          if (!(await desk.ask("has", transcript))) await fetchTranscript(server, desk, transcript);
          return desk.ask("excerpt", transcript, session, from, to);
        },
        keep: (file) => desk.ask("keep", file),
      },
      notice: () => [
        past && decidedNotice(server, dream),
        stale && !past && staleNotice(server, dream, review),
        brought > 0 &&
          h(
            "p",
            { class: "note" },
            `${count(brought, "decision")} of the dream before came along: they are about the same changes.`,
          ),
      ],
      submit: {
        label: "Submit",
        meaning: `Sends the decisions to the server, which applies them to the memory of ${legible(dream.agent)} at once. You can undo it.`,
        remedy: (refusal) => remedy(refusal, server, dream, review),
        submit,
      },
    },
    desk,
  );
}

/** What is known of the decisions on a dream that is over. */
function decisionsOf(result: Submitted | null): Decision[] {
  if (!result) return [];
  return [
    ...result.applied.map((op) => ({ op, decision: "approve" as const })),
    ...result.rejected.map((op) => ({ op, decision: "reject" as const })),
  ];
}

async function fetchTranscript(server: Server, desk: Desk, transcript: string): Promise<void> {
  const kept = await desk.ask("keep", await server.transcript(transcript));
  if (kept !== transcript)
    throw new Refusal(
      "transcript_changed",
      "the server's bytes are not those that the evidence names: the SHA-256 differs",
    );
}

const staleNotice = (server: Server, dream: Dream, review: Review) =>
  h(
    "div",
    { class: "warning stale" },
    h(
      "p",
      {},
      h("strong", {}, "The memory has changed since this dream. "),
      `It was made for version ${dream.memory_version}, so it cannot be applied any more. A new dream starts from the memory as it is now; your decisions come along where it proposes the same.`,
    ),
    again(server, dream.agent, () => review.decisions()),
  );

function decidedNotice(server: Server, dream: Dream): HTMLElement {
  const undone = dream.undone_at !== null;
  return h(
    "div",
    { class: "decided-dream" },
    h(
      "p",
      {},
      `Decided${dream.decided_at === null ? "" : ` on ${time(dream.decided_at)}`}${undone ? `, undone on ${time(dream.undone_at)}` : ""}. `,
    ),
    dream.result !== null && sumsLine(lengths(dream.result)),
    !undone && dream.result !== null && dream.result.applied.length > 0 && undo(server, dream),
  );
}

const lengths = ({ applied, rejected, undecided }: Submitted) => ({
  applied: applied.length,
  rejected: rejected.length,
  undecided: undecided.length,
});

function remedy(refusal: Refusal, server: Server, dream: Dream, review: Review): Child[] {
  switch (refusal.code) {
    case "stale_plan":
      return [staleNotice(server, dream, review)];
    case "dream_closed":
      return [
        h(
          "p",
          {},
          "Somebody has decided on this dream already. ",
          button("See what was decided", () => location.reload(), { class: "link" }),
        ),
      ];
    case "forbidden":
      return [h("p", {}, "The key may read, but not decide: it needs the scope review.")];
    default:
      return [];
  }
}

function showDone(stage: Stage, server: Server, dream: Dream, submitted: Submitted): void {
  const { screen, focus } = doneScreen(
    submitted.applied.length > 0 ? `Memory version ${submitted.memory_version} is live` : "Decided, nothing changed",
    sumsLine(lengths(submitted)),
    h(
      "p",
      { class: "note" },
      visible(dream.agent),
      submitted.applied.length > 0 ? " reads it from its next session on." : " keeps the memory it has.",
    ),
    h(
      "p",
      { class: "buttons" },
      h("a", { class: "button primary", href: location.pathname }, "Waiting dreams"),
      submitted.applied.length > 0 && undo(server, dream),
    ),
  );
  stage.show(screen);
  focus();
}

/** Brings the memory before back and says so in place. */
function undo(server: Server, dream: Dream): HTMLElement {
  const place = h("span", {});
  place.append(
    act("Undo", async () => {
      const { memory_version: version } = await server.undo(dream.id);
      place.replaceChildren(
        h(
          "span",
          { class: "undone", role: "status" },
          `Undone: the memory is what it was before, now as version ${version}.`,
        ),
      );
    }),
  );
  return place;
}
