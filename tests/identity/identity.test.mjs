// Same in, same out: one plan, byte for byte, wherever the engine runs and in whatever order it gets its inputs.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { orders } from "./dream.mjs";
import { recorded, sample } from "./inputs.mjs";
import { places } from "./places.mjs";

const inputs = { "the sample agent's week": sample(), "100 recorded sessions": recorded() };

/** SHA-256 of a plan without its hash: what `plan_hash` says it is, computed by somebody else. */
function hashOf(text) {
  const { plan_hash, ...rest } = JSON.parse(text);
  // The keys of a canonical text are sorted, so it stays canonical without one of them.
  const without = text.replace(`"plan_hash":${JSON.stringify(plan_hash)},`, "");
  assert.deepEqual(JSON.parse(without), rest);
  return `sha256:${createHash("sha256").update(without).digest("hex")}`;
}

describe("the same plan", () => {
  const plans = Object.fromEntries(Object.keys(inputs).map((name) => [name, new Map()]));

  for (const [place, prepare] of Object.entries(places)) {
    test(`in ${place}`, async (t) => {
      const dream = await prepare(t);
      for (const [name, input] of Object.entries(inputs)) {
        const skip = input === undefined && "they are not on this machine (LUCIDREAM_SHARED says where they are)";
        for (const order of orders) {
          await t.test(`of ${name}, ${order}`, { skip }, async () => {
            const text = await dream({ ...input, order });
            const plan = JSON.parse(text);
            assert.ok(plan.operations.length > 0, "nothing is proposed");
            assert.equal(plan.report.counts.sessions, 100);
            assert.equal(plan.plan_hash, hashOf(text));
            const [first] = plans[name].values();
            plans[name].set(`${place}, ${order}`, text);
            assert.ok(text === (first ?? text), `differs from ${[...plans[name].keys()][0]}`);
          });
        }
      }
    });
  }
});
