// The conservation law, checked once more where the reader sees it.
import type { Ledger, Memory } from "lucidream/slim";

/** The first entry of the store without exactly one fate, or with a fate and not in the store; undefined when it balances. */
export function imbalance(memory: Memory, ledger: Ledger): string | undefined {
  const fates = new Map<string, number>();
  for (const { id } of ledger.entries) fates.set(id, (fates.get(id) ?? 0) + 1);
  for (const { id } of memory.entries) {
    const found = fates.get(id) ?? 0;
    if (found !== 1) return `entry ${id} has ${found} fates`;
    fates.delete(id);
  }
  const [foreign] = fates.keys();
  return foreign === undefined ? undefined : `entry ${foreign} has a fate and is not in the memory`;
}
