// Decisions that were not submitted yet survive a reload of the tab, and no longer than the tab.
import type { Decision } from "lucidream/slim";

const planSlot = (planHash: string) => `lucidream.draft.${planHash}`;
const agentSlot = (agent: string) => `lucidream.carried.${agent}`;

function keep(slot: string, decisions: readonly Decision[]): void {
  try {
    if (decisions.length > 0) sessionStorage.setItem(slot, JSON.stringify(decisions));
    else sessionStorage.removeItem(slot);
  } catch {
    // A full or forbidden store loses the comfort, not the review.
  }
}

function kept(slot: string): Decision[] {
  try {
    const decisions: unknown = JSON.parse(sessionStorage.getItem(slot) ?? "[]");
    return Array.isArray(decisions) ? decisions : [];
  } catch {
    return [];
  }
}

export const saveDraft = (planHash: string, decisions: readonly Decision[]): void =>
  keep(planSlot(planHash), decisions);

export const readDraft = (planHash: string): Decision[] => kept(planSlot(planHash));

/** Takes decisions from a stale plan to the next one of the same agent: ids of operations come from what they do. */
export const carryDraft = (agent: string, decisions: readonly Decision[]): void => keep(agentSlot(agent), decisions);

export const carriedDraft = (agent: string): Decision[] => kept(agentSlot(agent));
