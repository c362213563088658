// A dream over the sample agent's week finds what its truth says, and nothing from the traps.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEFAULT_SEED, files } from "../../examples/generate.mjs";
import { dreamOfWeek } from "./dream-of-week.mjs";
import { expectations } from "./expectations.mjs";

/** Five weeks in every run; `LUCIDREAM_SEEDS=200` looks at as many. */
const count = Number(process.env.LUCIDREAM_SEEDS ?? 4);
const seeds = [DEFAULT_SEED, ...Array.from({ length: count }, (_, seed) => seed)];

for (const seed of seeds) {
  describe(`the dream of seed ${seed}`, () => {
    const story = dreamOfWeek(files(seed));
    for (const [name, violations] of Object.entries(expectations))
      test(name, () => assert.deepEqual(violations(story), []));
  });
}
