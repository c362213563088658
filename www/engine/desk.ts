// The engine as the page sees it: in a Web Worker, so that a dream of a hundred sessions does not freeze the page.
import type { Answered, Asked, CallName, Calls } from "./call.ts";
import { Refusal } from "./refusal.ts";

export type Progress = (done: number, total: number, what: string) => void;

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (refusal: Refusal) => void;
  readonly progress: Progress | undefined;
}

/** Functions of `Calls`, asked for one after the other and answered in that order. */
export class Desk {
  #worker: Worker | undefined;
  #next = 0;
  readonly #waiting = new Map<number, Waiting>();

  ask<Name extends CallName>(call: Name, ...args: Parameters<Calls[Name]>): Promise<ReturnType<Calls[Name]>> {
    return this.#send(call, args);
  }

  dream(input: Parameters<Calls["dream"]>[0], progress: Progress): Promise<ReturnType<Calls["dream"]>> {
    return this.#send("dream", [input], progress);
  }

  /** Ends what runs; whoever waits is refused with `canceled`. The next call starts anew, with nothing kept. */
  cancel(): void {
    this.#fail(new Refusal("canceled", "canceled by the reader"));
  }

  #send<Value>(call: CallName, args: readonly unknown[], progress?: Progress): Promise<Value> {
    const worker = (this.#worker ??= this.#start());
    const id = (this.#next += 1);
    const answer = new Promise<Value>((resolve, reject) => this.#waiting.set(id, { resolve, reject, progress }));
    worker.postMessage({ id, call, args } satisfies Asked);
    return answer;
  }

  #start(): Worker {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Answered>) => this.#receive(data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#fail(new Refusal("engine_unavailable", event.message || "the engine could not be loaded"));
    });
    return worker;
  }

  #receive(response: Answered): void {
    const waiting = this.#waiting.get(response.id);
    if (!waiting) return;
    if ("progress" in response) {
      const { done, total, what } = response.progress;
      waiting.progress?.(done, total, what);
      return;
    }
    this.#waiting.delete(response.id);
    if ("value" in response) waiting.resolve(response.value as never);
    else waiting.reject(new Refusal(response.refusal.code, response.refusal.message));
  }

  #fail(refusal: Refusal): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of all) reject(refusal);
  }
}
