import { AGENT } from './cast.mjs';
import { NOW } from './calendar.mjs';
import { mistakeTruth, preferenceTruth } from './book.mjs';
import { BELOW_FLOOR, SLIPS } from './slips.mjs';
import { KEY as LEGACY } from './legacy-report.mjs';
import { FACTS, PREFERENCES, RETRACTED } from './preferences.mjs';
import { FAST, KINDS, SLOW, TRUE_RATIO } from './restart.mjs';
import { MEMORY_POISON, MEMORY_SECRETS, memoryTruth } from './memory.mjs';
import { TRAPS } from './traps.mjs';

const round = (x) => Math.round(x * 10000) / 10000;
const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;
const logMean = (sessions) => mean(sessions.map((s) => Math.log(s.seconds)));

function arm(sessions) {
  const rated = sessions.filter((s) => s.outcome);
  return {
    n: sessions.length,
    geometric_mean_seconds: Math.round(Math.exp(logMean(sessions))),
    rated: rated.length,
    successes: rated.filter((s) => s.outcome.success).length,
    sessions: sessions.map((s) => s.id),
  };
}

/** The comparison of the two restart scripts: what is true, what the week shows, what the raw figures pretend. */
function workflowTruth(sessions) {
  const of = (task, script) => sessions.filter((s) => s.script === script && (!task || s.task === task));
  const strata = Object.keys(KINDS).map((task) => ({ task, fast: of(task, FAST), slow: of(task, SLOW) }));
  const weight = ({ fast, slow }) => (fast.length * slow.length) / (fast.length + slow.length);
  const total = strata.reduce((sum, stratum) => sum + weight(stratum), 0);
  const within = strata.reduce((sum, stratum) => sum + weight(stratum) * (logMean(stratum.fast) - logMean(stratum.slow)), 0) / total;
  const rate = (list) => round(mean(list.filter((s) => s.outcome).map((s) => Number(s.outcome.success))));
  return {
    key: 'restart-script',
    tool: 'shell',
    faster: FAST,
    slower: SLOW,
    measure: 'duration',
    true_change: round(TRUE_RATIO - 1),
    within_task_change: round(Math.exp(within) - 1),
    raw_change: round(Math.exp(logMean(of(null, FAST)) - logMean(of(null, SLOW))) - 1),
    n: [of(null, FAST).length, of(null, SLOW).length],
    success: { true_difference: 0, raw_difference: round(rate(of(null, FAST)) - rate(of(null, SLOW))) },
    tasks: strata.map(({ task, fast, slow }) => ({ task, faster: arm(fast), slower: arm(slow) })),
  };
}

const pick = (map, keys) => keys.map((key) => map.get(key));

/** Everything that truth.json says. */
export function truth(seed, { sessions, book, mishaps }) {
  const mistakes = (keys) => pick(book.mistakes, keys).map(mistakeTruth);
  const said = (group) => pick(book.preferences, Object.keys(group)).map(preferenceTruth);
  return {
    about: 'What the generator planted. Session ids and message indices point into sessions.jsonl, entry ids into memory.jsonl.',
    seed,
    agent: AGENT,
    now: NOW,
    sessions: sessions.length,
    floor: 3,
    mistakes: mistakes([LEGACY, ...Object.keys(SLIPS)]),
    below_floor: mistakes(Object.keys(BELOW_FLOOR)),
    environment: mistakes(['ticket-outage']),
    mishaps: [...mishaps].sort((a, b) => (a.session < b.session ? -1 : a.session > b.session ? 1 : a.message - b.message)),
    preferences: said(PREFERENCES),
    retracted: said(RETRACTED),
    facts: said(FACTS),
    workflow: workflowTruth(sessions),
    memory: memoryTruth(),
    traps: {
      never_in_output: [...book.secrets, ...MEMORY_SECRETS],
      never_rules: [...new Set([...TRAPS.flatMap((trap) => trap.never ?? []), ...MEMORY_POISON])],
      places: book.places,
    },
  };
}
