import { clock } from './calendar.mjs';
import { articles, health, log, metrics, ticket, updated } from './readings.mjs';

/** The true effect: with the rolling script a session takes this share of the time it takes with the full one. */
export const TRUE_RATIO = 0.6;
const SPREAD = 0.24;

export const FAST = 'scripts/restart_rolling.sh';
export const SLOW = 'scripts/restart_full.sh';

/**
 * The three kinds of ticket that end in a restart. `minutes` is the typical length with the full script,
 * `success` the chance of success with either script; `rolling` and `full` say how often each was used. The
 * full script sits on the hard kind, so over all kinds together it looks worse than it is.
 */
export const KINDS = {
  'restart/worker-hang': { minutes: 17, success: 0.95, rolling: 10, full: 4 },
  'restart/queue-stall': { minutes: 26, success: 0.85, rolling: 7, full: 6 },
  'restart/memory-leak': { minutes: 52, success: 0.6, rolling: 4, full: 9 },
};

/** Seconds a restart session takes: log-normal around the kind's typical length. */
export function secondsOf(random, task, script) {
  const typical = KINDS[task].minutes * 60 * (script === FAST ? TRUE_RATIO : 1);
  return Math.round(typical * Math.exp(SPREAD * random.normal()));
}

const STORY = {
  'restart/worker-hang': {
    subjects: ['Orders stay in "processing"', 'Portal does not answer', 'Page hangs when saving an order', 'Order screen keeps spinning'],
    bodies: [
      'since about an hour nobody here can save an order. The button turns grey and that is it. We have trucks waiting at the gate.',
      'the portal loads, but as soon as we open an order it spins until the browser gives up. Three colleagues see the same.',
      'our night shift reported that saving takes minutes and then fails. It never worked this badly before the update last week.',
      'orders entered this morning are all shown as "processing". Please have a look, the warehouse cannot pick anything.',
    ],
    openers: [
      ({ t, c, h }) => `TCK-${t} please: ${c.name} says orders hang. Elena had a look and suspects a stuck worker on ${h}.`,
      ({ t, c }) => `Could you take TCK-${t}? ${c.name} cannot save orders since this morning.`,
      ({ t, c, h }) => `${c.name} is on the phone, the portal does not react for them. Ticket is TCK-${t}, they are on ${h}.`,
      ({ t, h }) => `New one for you, TCK-${t}. Smells like the worker hang we had in October, node ${h}.`,
      ({ t, c }) => `TCK-${t} just came in from ${c.name}, pages spin and nothing gets saved. Can you get it moving again?`,
    ],
    telling: [
      ['ERROR', 'worker 3 busy for 1804s on job order.save, no progress'],
      ['WARN', (r) => `thread pool saturated active=40/40 waiting=${r.whole(80, 220)}`],
      ['ERROR', 'request timed out after 30000ms route=/api/v2/orders/save'],
    ],
    load: { cpu: 71, memory: 58, queue: 140 },
    found: [
      'One worker has been stuck on an order save for half an hour and holds the lock; the pool behind it is full.',
      'The thread pool is exhausted because a single worker stopped making progress.',
      'Worker 3 hangs, everything else queues up behind it. The database itself is fine.',
    ],
  },
  'restart/queue-stall': {
    subjects: ['Labels are printed hours late', 'Import jobs do not start', 'Mails arrive with delay', 'Background jobs stuck'],
    bodies: [
      'labels come out of the printer an hour after we press the button. Yesterday it was instant.',
      'we uploaded three files, they are all "waiting" since 07:00 and nothing happens.',
      'order confirmations reach our buyers half a day late. I have always been a happy customer, but this is getting on my nerves.',
      'the job overview shows 400 waiting jobs and not one running. Restarting our browser did not help, obviously.',
    ],
    openers: [
      ({ t, c }) => `TCK-${t}: background jobs of ${c.name} are not moving. Can you look at the queue?`,
      ({ t, c, h }) => `Please pick up TCK-${t} (${c.name}), jobs are waiting and ${h} shows no activity.`,
      ({ t, c }) => `${c.name} complains about late labels, TCK-${t}. I could not find anything on the first look.`,
      ({ t, h }) => `Queue consumer on ${h} looks dead to me, customer ticket is TCK-${t}.`,
      ({ t, c }) => `Here is TCK-${t} from ${c.name}. Jobs pile up, the graph in the dashboard only goes up.`,
    ],
    telling: [
      ['WARN', (r) => `queue default depth=${r.whole(350, 900)} consumers=0`],
      ['ERROR', 'consumer lost its lease and did not come back'],
      ['WARN', 'heartbeat of consumer missing for 900s'],
    ],
    load: { cpu: 22, memory: 49, queue: 520 },
    found: [
      'The consumer lost its lease and never took it again, so jobs arrive and nobody works on them.',
      'There are no consumers on the queue although the process is running.',
      'The queue is healthy, its consumer is not: no heartbeat for fifteen minutes.',
    ],
  },
  'restart/memory-leak': {
    subjects: ['Portal gets slower every hour', 'Timeouts in the afternoon', 'Errors 502 now and then', 'Reports crash the page'],
    bodies: [
      'it starts fine at seven and by noon every click takes ten seconds. We see the same pattern for three days now.',
      'every few minutes we get a page "502 bad gateway". Reloading helps for a while.',
      'the monthly report ends in an error page, and afterwards everything is slow for our whole team.',
      'the portal became unusable again. Your colleague fixed it on Friday but it is back, this time worse.',
    ],
    openers: [
      ({ t, c, h }) => `TCK-${t} is a nasty one: ${c.name} gets slower by the hour, memory on ${h} is almost full.`,
      ({ t, c }) => `Can you look into TCK-${t}? ${c.name} reports 502s on and off since yesterday.`,
      ({ t, h }) => `Memory alarm on ${h} again, and the customer noticed it as well this time: TCK-${t}.`,
      ({ t, c }) => `I am handing you TCK-${t} from ${c.name}. Tier 1 has no idea, garbage collection maybe?`,
      ({ t, c, h }) => `${h} swaps. ${c.name} opened TCK-${t} about it, they are rather annoyed.`,
    ],
    telling: [
      ['WARN', (r) => `gc pause ${r.whole(1800, 6200)}ms heap=${r.whole(93, 98)}%`],
      ['ERROR', 'allocation failed in report.render, retrying with smaller page'],
      ['WARN', (r) => `heap after full gc ${r.whole(88, 95)}%`],
    ],
    load: { cpu: 83, memory: 95, queue: 60 },
    found: [
      'The heap stays above 90 % even after a full collection, the report renderer holds on to its pages.',
      'This is the leak in the report renderer; each large report leaves a few hundred megabytes behind.',
      'Memory is gone and the process spends its time collecting garbage.',
    ],
  },
};

const LOOK = ['I will read the ticket first.', '', 'Let me see what the customer wrote.', 'Starting with the ticket.', ''];
const LOGS = ['Now the service log of that node.', 'Let me look at the journal.', 'Checking what the application says.', ''];
const ACT = [
  'I am restarting the application on {h}.',
  '{f} I will restart {h}.',
  'A restart of {h} should clear this.',
  '{f} Restarting the node.',
];

function scriptOutput(random, script, host) {
  if (script === FAST) {
    const workers = [1, 2, 3, 4].map((n) => `[rolling] ${host}: worker ${n}/4 drained after ${random.whole(6, 48)}s, replaced`);
    return [`[rolling] ${host}: 4 workers, one at a time`, ...workers, `[rolling] ${host}: done, ${random.whole(0, 3)} requests retried, exit 0`].join('\n');
  }
  return [
    `[full] ${host}: stopping portal, waiting for ${random.whole(90, 260)} connections`,
    `[full] ${host}: stopped after ${random.whole(110, 420)}s`,
    `[full] ${host}: cold start, loading ${random.whole(1790, 1880)} tenant configurations`,
    `[full] ${host}: caches warm after ${random.whole(80, 310)}s`,
    `[full] ${host}: portal is up, pid ${random.whole(3000, 31000)}, exit 0`,
  ].join('\n');
}

/** Looks that some agents take and others do not; drawn by ticket kind, never by script. */
function extras(s, host, story) {
  const random = s.random;
  const looks = [
    () => s.call('shell', { command: `ssh ${host} uptime` }, ` ${clock(s.at)} up ${random.whole(3, 60)} days,  load average: ${random.whole(1, 9)}.${random.whole(10, 99)}, ${random.whole(1, 7)}.${random.whole(10, 99)}, ${random.whole(1, 5)}.${random.whole(10, 99)}`),
    () => s.call('shell', { command: `ssh ${host} df -h /srv` }, `Filesystem      Size  Used Avail Use% Mounted on\n/dev/vdb1       200G  ${random.whole(80, 150)}G   ${random.whole(40, 90)}G  ${random.whole(44, 77)}% /srv`),
    () => s.call('kb_search', { query: random.pick(story.subjects).toLowerCase() }, articles([
      [random.whole(100, 140), 'Portal node does not react', 'Read the journal and the metrics of the node. If one process is stuck, restart the node; if all nodes are slow, call the incident manager.'],
      [random.whole(141, 190), 'Reading the journal', 'Use journalctl with the unit name and --since. The lines with WARN and ERROR come from the application, the rest from the supervisor.'],
    ])),
    () => s.call('db_query', { host: 'db-portal-01.internal', user: 'support_ro', sql: "select state, count(*) from jobs where tenant is not null group by state order by 2 desc" }, `state   | count\n--------+------\nwaiting | ${random.whole(40, 900)}\nrunning | ${random.whole(0, 9)}\ndone    | ${random.whole(12000, 88000)}\n(3 rows)`),
  ];
  for (const look of random.sample(looks, random.whole(0, 2))) look();
}

/** Writes a restart session. `plan` is `{ script, success, outcome }`. */
export function restart(s, { number, customer, host, day, script, success, known }) {
  const { random } = s;
  const story = STORY[s.task];
  const found = random.pick(story.found);
  s.user(random.pick(story.openers)({ t: number, c: customer, h: host }));
  s.reach('start');
  s.call('ticket_get', { id: `TCK-${number}` }, ticket(random, { number, customer, day, subject: random.pick(story.subjects), body: random.pick(story.bodies), priority: random.pick(['normal', 'high', 'high', 'urgent']), tags: ['portal', s.task.split('/')[1]] }), { say: random.pick(LOOK) });
  s.call('shell', { command: `ssh ${host} journalctl -u portal --since "-20min" --no-pager` }, log(random, { at: s.at, service: 'portal', host: host.split('.')[0], lines: random.whole(26, 44), telling: story.telling }), { say: random.pick(LOGS) });
  s.call('http_get', { url: `https://metrics.internal/api/v2/nodes/${host}` }, metrics(random, host, story.load));
  extras(s, host, story);
  s.reach('middle');
  s.call('shell', { command: `${script} ${host}` }, scriptOutput(random, script, host), { say: random.pick(ACT).replace('{h}', host).replace('{f}', found), weight: 9 });
  s.call('http_get', { url: `https://${host}.fjordlane.example/healthz` }, health(random, host, success), { say: random.pick(['', 'Checking that it came back.', 'Is it healthy again?']) });
  finish(s, { number, customer, host, found, success, known });
}

const THANKS = ['Great, thank you.', 'Perfect, customer is happy.', 'Thanks, that was quick!', 'Confirmed from my side, orders go through.', 'Good. On to the next one.'];
const STILL = ['Hm, the customer still sees it.', 'Not fixed then, I will tell them.', 'Too bad. It is still slow here as well.', 'It is back already, they called again.'];

// Both ends make the same calls: what tells a success from a failure is the outcome and the words, so that no
// step but the script differs between good sessions and bad ones.
function finish(s, { number, customer, host, found, success, known }) {
  const { random } = s;
  const service = { at: s.at, service: 'portal', host: host.split('.')[0], lines: random.whole(8, 14) };
  if (random.chance(0.5)) {
    s.call('shell', { command: `ssh ${host} journalctl -u portal --since "-3min" --no-pager` }, log(random, { ...service, telling: success ? [] : STORY[s.task].telling.slice(0, 2) }));
  }
  const note = success ? `${found} Restarted ${host}, healthy again.` : `Restart of ${host} did not help for long. ${found} Engineering has to look at it.`;
  s.call('ticket_update', { id: `TCK-${number}`, status: 'pending', note }, updated(number, 'pending', note));
  s.agent(success
    ? random.pick([
      `${customer.name} can work again. ${found} I restarted ${host} and the health check is green.`,
      `Done: ${host} is healthy, TCK-${number} is updated. ${found}`,
      `${host} answers normally since the restart, the customer is asked to check.`,
    ])
    : random.pick([
      `The restart brought no lasting relief, the same messages are back. Engineering has to look at TCK-${number}.`,
      `${host} is degraded again after the restart. I noted that in TCK-${number}, this one is for engineering.`,
    ]));
  s.reach('end');
  if (!success || random.chance(0.7)) s.user(random.pick(success ? [...THANKS, `${customer.first} just confirmed it works again.`] : STILL));
  if (known) s.end(success, success ? 'resolved' : 'escalated');
}
