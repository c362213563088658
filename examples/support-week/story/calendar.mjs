// The week is fixed: Monday 2 to Sunday 8 November 2026, all times UTC. Nothing here reads a clock.

const MONDAY = Date.UTC(2026, 10, 2);
const DAY = 86_400_000;

export const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** How many of the hundred sessions fall on each day. */
export const LOAD = [18, 17, 17, 17, 15, 8, 8];

/** When the dream of the truth file happens: the night after the week. */
export const NOW = '2026-11-09T03:00:00Z';

/** Milliseconds since the epoch of a second of a day of the week. */
export function moment(day, second) {
  return MONDAY + day * DAY + second * 1000;
}

export function iso(milliseconds) {
  return new Date(milliseconds).toISOString().replace('.000Z', 'Z');
}

export function date(day) {
  return iso(moment(day, 0)).slice(0, 10);
}

/** `09:41:07` of a moment, for log lines. */
export function clock(milliseconds) {
  return iso(milliseconds).slice(11, 19);
}
