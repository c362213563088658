// One dream in whatever JavaScript loads the package: this module runs in Node, in workerd and in Chromium.

/** Arrangements of a list. The engine must not care which one it gets. */
const arrangements = {
  given: (list) => list,
  backwards: (list) => list.toReversed(),
  shuffled(list) {
    const shuffled = [...list];
    // A linear congruential generator (Numerical Recipes): the same shuffle on every machine.
    for (let i = shuffled.length - 1, state = 7; i > 0; i--) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const j = state % (i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
    }
    return shuffled;
  },
};

export const orders = Object.keys(arrangements);

export const arrange = (list, order) => arrangements[order](list);

/**
 * The plan's canonical text. `transcripts` are texts of files, `memory` the lines of a store; files, entries and, once more,
 * the digests are arranged as `order` says.
 */
export function planOf(lucidream, { transcripts, memory, now, order }) {
  const bytes = new TextEncoder();
  const digests = arrange(transcripts, order).flatMap((text) => lucidream.digestTranscript(bytes.encode(text)).digests);
  const store = lucidream.parseMemory(arrange(memory, order).join("\n"), "jsonl");
  const plan = lucidream.dream({ memory: store, digests: arrange(digests, order), now });
  lucidream.verifyPlan(plan);
  return lucidream.canonical(plan);
}
