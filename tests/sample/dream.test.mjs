// A dream over the sample agent's week finds what its truth says, and nothing from the traps.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEFAULT_SEED, files } from "../../examples/generate.mjs";
import { dreamOfWeek } from "./dream-of-week.mjs";
import { expectations } from "./expectations.mjs";

const seeds = [DEFAULT_SEED, 0, 1, 2, 3];

for (const seed of seeds) {
  describe(`the dream of seed ${seed}`, () => {
    const story = dreamOfWeek(files(seed));
    for (const [name, violations] of Object.entries(expectations))
      test(name, () => assert.deepEqual(violations(story), []));
  });
}
