// What is on screen, and the engine's answer to every decision.
import { fill } from "./dom.ts";
import type { Dreamed } from "./engine/call.ts";
import type { Desk } from "./engine/desk.ts";
import { Refusal } from "./engine/refusal.ts";
import { readDraft, saveDraft } from "./review/draft.ts";
import { Review, type ReviewOptions } from "./review/review.ts";
import { legible } from "./text/visible.ts";
import { reviewScreen, type Host } from "./view/screen.ts";

export class Stage {
  readonly #root: Element;
  #keydown: ((event: KeyboardEvent) => void) | undefined;

  constructor(root: Element) {
    this.#root = root;
    document.addEventListener("keydown", (event) => this.#keydown?.(event));
  }

  show(element: HTMLElement): void {
    document.title = "Lucidream";
    this.#keydown = undefined;
    for (const dialog of document.querySelectorAll("dialog")) dialog.close();
    fill(this.#root, element);
  }

  /** Shows a review and keeps its preview, its draft and the screen in step with its decisions. */
  review(review: Review, host: Host, desk: Desk): void {
    const screen = reviewScreen(review, host);
    this.show(screen.element);
    this.#keydown = screen.keydown;
    document.title = `${legible(review.plan.agent ?? "Dream")} · Lucidream`;
    const previewer = new Previewer(review, desk);
    review.onChange((decided) => {
      screen.update();
      if (!decided) return;
      saveDraft(review.plan.plan_hash, review.decisions());
      previewer.ask();
    });
    screen.update();
    previewer.ask();
  }
}

/** Asks the engine for a preview after every decision; while one is on its way, only the last wish counts. */
class Previewer {
  readonly #review: Review;
  readonly #desk: Desk;
  #busy = false;
  #again = false;

  constructor(review: Review, desk: Desk) {
    this.#review = review;
    this.#desk = desk;
  }

  async ask(): Promise<void> {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    do {
      this.#again = false;
      await this.#once();
    } while (this.#again);
    this.#busy = false;
  }

  async #once(): Promise<void> {
    try {
      this.#review.preview = await this.#desk.ask("preview", this.#review.decisions());
      this.#review.refusal = undefined;
    } catch (error) {
      this.#review.refusal = Refusal.of(error);
    }
    this.#review.changed();
  }
}

/** Lays a plan and its memory before the engine; decisions that were begun in this tab come back. */
export async function openReview(
  desk: Desk,
  dreamed: Dreamed,
  options: ReviewOptions = {},
): Promise<{ review: Review; stale: boolean }> {
  const { memory, stale } = await desk.ask("open", dreamed);
  const draft = readDraft(dreamed.plan.plan_hash);
  return { review: new Review(dreamed.plan, memory, { decisions: draft, ...options }), stale };
}
