import { AGENT, CUSTOMERS, DISPATCHERS, HOSTS, PEOPLE } from './cast.mjs';
import { DAYS, LOAD, moment } from './calendar.mjs';
import { Book } from './book.mjs';
import { Deck, Random } from './random.mjs';
import { Session } from './session.mjs';
import { FAST, KINDS, SLOW, restart, secondsOf } from './restart.mjs';
import { KEY as LEGACY, MISTAKE as LEGACY_MISTAKE, legacyReport } from './legacy-report.mjs';
import { BUG_COUNT, bugReport } from './bug-report.mjs';
import { BELOW_FLOOR, OUTAGE, SCENE_COUNT, SLIPS, investigation, outage, partnerTimeout, tenantExport, wrongStatus } from './slips.mjs';
import { FACTS, PREFERENCES, RETRACTED, closedTooEarly, say, tooLong } from './preferences.mjs';
import { MISHAP_COUNT, SCENES, everyday, mishap } from './everyday.mjs';
import { handover, incident } from './handover.mjs';
import { chat } from './chatter.mjs';
import { TRAPS } from './traps.mjs';

// The schedule of the week: which sessions there are, what is planted into which, when each one starts.

const [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY] = DAYS.keys();
const SIZE = LOAD.reduce((a, b) => a + b, 0);

/** One session to come. `write` fills it; `hooks` hold what is planted into it, by point. */
function draft(task, write, plan = {}, { day, from, customer, speaker, minutes = 18 } = {}) {
  return { task, write, plan, day, from, customer, speaker, minutes, hooks: { start: [], middle: [], end: [] } };
}

function openBook() {
  const book = new Book();
  book.mistake(LEGACY, LEGACY_MISTAKE);
  for (const [key, facts] of Object.entries({ ...SLIPS, ...BELOW_FLOOR, 'ticket-outage': OUTAGE })) book.mistake(key, facts);
  for (const [key, { wordings, before, asked, withdrawn, ...facts }] of Object.entries({ ...PREFERENCES, ...FACTS, ...RETRACTED })) book.preference(key, facts);
  return book;
}

function restarts(random) {
  return Object.entries(KINDS).flatMap(([task, kind]) =>
    [FAST, SLOW].flatMap((script) =>
      Array.from({ length: script === FAST ? kind.rolling : kind.full }, () =>
        ({ ...draft(task, restart, { script, success: random.chance(kind.success) }), seconds: secondsOf(random, task, script) }))));
}

function legacyReports(random) {
  const count = random.whole(5, 7);
  const days = random.shuffle([MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, MONDAY]);
  const learn = ['colleague', null, 'vault', 'article', 'colleague', 'vault', 'article'];
  const tries = [1, 3, 1, 2, 1, 1, 2];
  const facts = [FACTS['legacy-account'].wordings[0], null, null, null, FACTS['legacy-account'].wordings[1]];
  const failing = Array.from({ length: count }, (_, i) =>
    draft('report/legacy', legacyReport, { tries: tries[i], learn: learn[i], dsn: i === 1, quote: facts[i], success: learn[i] !== null }, { day: days[i], minutes: 22 }));
  const knowing = [FRIDAY, SATURDAY].map((day) => draft('report/legacy', legacyReport, { tries: 0, success: true }, { day, minutes: 11 }));
  return [...failing, ...knowing];
}

function bugReports(random) {
  const wordings = random.sample(PREFERENCES['bug-report-format'].wordings, random.whole(5, 7));
  const days = [MONDAY, TUESDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, FRIDAY];
  return random.shuffle([...Array(BUG_COUNT).keys()]).map((bug, i) =>
    draft('bug-report', bugReport, { bug, wording: wordings[i] }, { day: days[i], minutes: 26, speaker: random.pick([PEOPLE.elena, PEOPLE.hugo, PEOPLE.aiko, PEOPLE.jonas]) }));
}

function logWork(random) {
  const flags = random.whole(3, 5);
  const clusters = random.whole(3, 4);
  const scenes = new Deck(random, [...Array(SCENE_COUNT).keys()]);
  const kinds = [...Array(clusters).fill('wrong-cluster'), ...Array(3).fill('log-path'), ...Array(10 - clusters - 3).fill(undefined)];
  return [
    ...Array.from({ length: 7 }, (_, i) => draft('export/tenant', tenantExport, { slips: i < flags }, { day: i < flags ? i : undefined, minutes: 9 })),
    ...kinds.map((slips, i) => draft('log/investigation', investigation, { slips, scene: scenes.draw() }, { day: slips ? i % 6 : undefined, minutes: 16 })),
    draft('log/investigation', partnerTimeout, {}, { day: THURSDAY, minutes: 24 }),
  ];
}

function meetings(book) {
  const { before, wordings } = PREFERENCES['shift-summary-channel'];
  const channels = ['#support-daily', '#support-daily', '#tier2-handover', '#tier2-handover', '#support-daily'];
  const shifts = channels.map((channel, day) => draft('shift/handover', handover, { channel }, { day, from: 16, speaker: PEOPLE.priya, minutes: 7 }));
  const key = 'shift-summary-channel';
  shifts[MONDAY].hooks.start.push(say(book, key, PEOPLE.priya, before, { superseded: true, lead: '' }));
  shifts[WEDNESDAY].hooks.start.push(say(book, key, PEOPLE.priya, wordings[0], { lead: '' }));
  shifts[FRIDAY].hooks.end.push(say(book, key, PEOPLE.priya, wordings[1], { reply: 'Right, I post it there.' }), (s) =>
    s.call('channel_post', { channel: '#tier2-handover', text: 'The summary of today stands in the other channel by mistake, it follows here.' }, JSON.stringify({ ok: true, channel: '#tier2-handover' })));
  const incidents = [0, 1].map((index) => draft('incident/timeline', incident, { index }, { day: index ? FRIDAY : TUESDAY, speaker: PEOPLE.tom, minutes: 19 }));
  incidents[0].hooks.end.push(say(book, 'utc-in-timelines', PEOPLE.tom, PREFERENCES['utc-in-timelines'].wordings[0], { lead: '', reply: 'The timeline is in UTC now.' }));
  return [...shifts, ...incidents];
}

function ordinary(random, count) {
  const scenes = new Deck(random, Object.entries(SCENES).flatMap(([task, list]) => list.map((_, scene) => [task, scene])));
  return Array.from({ length: count }, () => {
    const [task, scene] = scenes.draw();
    return draft(task, everyday, { scene, success: random.chance(0.82) });
  });
}

/** Gives a draft that has room for one more planted thing and fits. */
function room(random, drafts, fits) {
  const free = drafts.filter((d) => fits(d) && d.hooks.start.length + d.hooks.middle.length + d.hooks.end.length === 0);
  const any = free.length ? free : drafts.filter((d) => fits(d) && d.hooks.start.length + d.hooks.middle.length + d.hooks.end.length < 2);
  return random.pick(any);
}

function plantAsks(random, drafts, book) {
  const scene = (task) => (d) => d.write === everyday && (!task || d.task === task);
  const customer = (name) => CUSTOMERS.find((c) => c.name === name);
  const copy = RETRACTED['copy-on-invoices'];
  for (const [day, quote, withdrawn] of [[TUESDAY, copy.asked, false], [THURSDAY, copy.withdrawn, true]]) {
    const d = room(random, drafts, (x) => scene('billing/invoice')(x) && x.day === undefined);
    Object.assign(d, { day, speaker: PEOPLE.hugo });
    d.hooks.end.push(say(book, 'copy-on-invoices', PEOPLE.hugo, quote, { lead: '', superseded: !withdrawn }));
  }
  FACTS['nightly-import-time'].wordings.forEach((quote, i) => room(random, drafts, scene('import/csv')).hooks.middle.push(say(book, 'nightly-import-time', [PEOPLE.sven, PEOPLE.tom][i], quote, { lead: '', reply: 'Thanks, good to know.' })));
  const kestrel = room(random, drafts, (d) => scene('integration/api')(d) && !d.customer);
  kestrel.customer = customer('Kestrel Logistics');
  kestrel.hooks.start.push(say(book, 'kestrel-cluster', PEOPLE.aiko, FACTS['kestrel-cluster'].wordings[0], { lead: '', reply: 'Then I look there.' }));
  for (const quote of PREFERENCES['account-manager-in-copy'].wordings) {
    const d = room(random, drafts, (x) => x.write === tenantExport && !x.customer);
    d.customer = customer('Halden Marine');
    d.hooks.end.push(say(book, 'account-manager-in-copy', PEOPLE.aiko, quote, { lead: '' }));
  }
  for (const quote of PREFERENCES['short-replies'].wordings) {
    room(random, drafts, (d) => d.write === investigation || scene()(d)).hooks.end.push((s) => tooLong(book, s.number, s.customer, quote)(s));
  }
  for (const [speaker, quote] of PREFERENCES['confirm-before-close'].wordings) {
    room(random, drafts, (d) => d.write === restart && d.plan.success).hooks.end.push((s) => closedTooEarly(book, s.number, speaker, quote)(s));
  }
}

function plantNoise(random, drafts, book, mishaps) {
  const talk = (d) => [everyday, investigation, tenantExport].includes(d.write);
  for (let i = 0; i < 3; i += 1) {
    const d = room(random, drafts, (x) => talk(x) && (x.day === undefined || x.day === WEDNESDAY) && x.from === undefined);
    Object.assign(d, { day: WEDNESDAY, from: 14 + i * 0.25 });
    d.hooks.start.push((s) => outage(book, s.number)(s));
  }
  for (let i = 0; i < 2; i += 1) room(random, drafts, talk).hooks.end.push((s) => wrongStatus(book, s.number)(s));
  for (const trap of TRAPS) {
    const d = room(random, drafts, (x) => (trap.task ? x.task === trap.task : talk(x) || (trap.at === 'end' && x.write === restart)));
    d.hooks[trap.at].push(trap.plant(book));
  }
  for (const index of random.sample([...Array(MISHAP_COUNT).keys()], random.whole(6, 9))) {
    room(random, drafts, (d) => talk(d) || d.write === bugReport).hooks.middle.push(mishap(index, (place) => mishaps.push(place)));
  }
}

/** Spreads the drafts over the days by the week's load and sorts them by start. */
function timed(random, drafts) {
  const left = [...LOAD];
  for (const d of drafts) if (d.day !== undefined) left[d.day] -= 1;
  const days = random.shuffle(left.flatMap((n, day) => Array(Math.max(0, n)).fill(day)));
  const placed = drafts.map((d) => {
    const day = d.day ?? days.pop() ?? FRIDAY;
    const second = d.from === undefined ? random.whole(7 * 3600, 15.8 * 3600) : Math.round(d.from * 3600) + random.whole(0, 600);
    const chatty = [restart, everyday, investigation].includes(d.write);
    return { ...d, day, second, chatty, seconds: d.seconds ?? Math.round(d.minutes * 60 * Math.exp(0.35 * random.normal())) };
  });
  return placed.sort((a, b) => a.day - b.day || a.second - b.second);
}

/** The whole week of a seed: the sessions, and the book of what was planted into them. */
export function week(seed) {
  const random = new Random(`support-week/${seed}`);
  const book = openBook();
  const mishaps = [];
  const fixed = [restarts(random.fork('restarts')), legacyReports(random.fork('legacy')), bugReports(random.fork('bugs')), logWork(random.fork('logs')), meetings(book)].flat();
  const drafts = [...fixed, ...ordinary(random.fork('ordinary'), SIZE - fixed.length)];
  plantAsks(random.fork('asks'), drafts, book);
  plantNoise(random.fork('noise'), drafts, book, mishaps);
  const plan = timed(random.fork('times'), drafts);
  const customers = new Deck(random.fork('customers'), CUSTOMERS);
  const served = [];
  const sessions = plan.map((d, i) => {
    const own = random.fork(`session ${i}`);
    const customer = d.customer ?? customers.draw();
    if (d.chatty && own.chance(0.35)) d.hooks.middle.push(chat(own));
    const number = 48011 + i * 3 + own.whole(0, 2);
    const s = new Session({ id: `week-${String(i + 1).padStart(3, '0')}`, task: d.task, start: moment(d.day, d.second), seconds: d.seconds, random: own, speaker: d.speaker ?? own.pick(DISPATCHERS), hooks: d.hooks });
    Object.assign(s, { number, customer, host: own.pick(HOSTS) });
    const tickets = served.slice(-own.whole(4, 8));
    d.write(s, { ...d.plan, book, number, customer, host: s.host, day: d.day, tickets, known: own.chance(0.9) });
    served.push([number, customer]);
    return { ...s.finish(), script: d.plan.script, seconds: d.seconds };
  });
  return { agent: AGENT, sessions, book, mishaps };
}
