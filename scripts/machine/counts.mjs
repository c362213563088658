// How many tests a run executed, read from what its runner printed.

const add = (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped });

export const none = { passed: 0, failed: 0, skipped: 0 };
export const sum = (all) => all.reduce(add, none);

/** Runners colour their lines when they think that a person looks. */
const plain = (text) => text.replace(/\x1b\[[0-9;]*m/g, "");

/** libtest and wasm-bindgen-test: one such line per test binary. */
export function libtestCounts(output) {
  const lines = plain(output).matchAll(/^test result: \S+ (\d+) passed; (\d+) failed; (\d+) ignored;/gm);
  return sum(
    [...lines].map(([, passed, failed, ignored]) => ({ passed: +passed, failed: +failed, skipped: +ignored })),
  );
}

/** node:test with the `spec` reporter: one block of totals per run. A canceled test did not pass. */
export function nodeTestCounts(output) {
  const total = (word) => Number(new RegExp(`^ℹ ${word} (\\d+)$`, "m").exec(plain(output))?.[1] ?? 0);
  return {
    passed: total("pass"),
    failed: total("fail") + total("cancelled"),
    skipped: total("skipped") + total("todo"),
  };
}
