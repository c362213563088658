import { clock, date, iso } from './calendar.mjs';

// What tools answer: tickets, logs, tables, metrics. Long enough to look like the real thing.

const OPENERS = ['Hello,', 'Hi,', 'Dear support,', 'Good morning,', 'Hi team,', 'Hello support team,'];
const CLOSERS = ['Kind regards', 'Best', 'Thanks in advance', 'Regards', 'Many thanks'];

/** A new ticket about a customer, with the mail it came in by. */
export function ticket(random, { number, customer, subject, body, priority = 'normal', day = 0, tags = [] }) {
  const mail = `${random.pick(OPENERS)}\n\n${body}\n\n${random.pick(CLOSERS)}\n${customer.contact}\n${customer.name}`;
  return JSON.stringify(
    {
      id: `TCK-${number}`,
      subject,
      status: 'open',
      priority,
      customer: customer.name,
      tenant: customer.tenant,
      requester: customer.contact,
      opened: `${date(day)}T${String(random.whole(5, 8)).padStart(2, '0')}:${String(random.whole(10, 59))}Z`,
      tags,
      body: mail,
    },
    null,
    1,
  );
}

export function updated(number, status, note) {
  return JSON.stringify({ id: `TCK-${number}`, status, saved: true, note_length: note.length });
}

const NOISE = [
  ['INFO', (r) => `request id=${r.hex(8)} GET /api/v2/orders?page=${r.whole(1, 60)} 200 ${r.whole(18, 240)}ms`],
  ['INFO', (r) => `request id=${r.hex(8)} POST /api/v2/orders 201 ${r.whole(40, 390)}ms`],
  ['INFO', (r) => `session opened user=${r.whole(20000, 99999)} locale=${r.pick(['en', 'de', 'nb', 'fr'])}`],
  ['DEBUG', (r) => `cache hit ratio=${(r.whole(610, 970) / 1000).toFixed(3)} entries=${r.whole(1200, 9800)}`],
  ['INFO', (r) => `label printed carrier=${r.pick(['post', 'van', 'air'])} ms=${r.whole(90, 700)}`],
  ['INFO', (r) => `job picked queue=default id=${r.hex(6)} waited=${r.whole(1, 40)}s`],
  ['WARN', (r) => `slow query ${r.whole(900, 4200)}ms table=${r.pick(['orders', 'stock', 'addresses'])}`],
  ['INFO', (r) => `webhook delivered target=${r.hex(4)} status=200 try=1`],
];

/** Ordinary lines of an application log with the telling lines among them. */
export function log(random, { at, service, host, lines = 24, telling = [] }) {
  const places = new Map(random.sample([...Array(lines).keys()], telling.length).sort((a, b) => a - b).map((p, i) => [p, telling[i]]));
  const pids = [random.whole(2000, 29000), random.whole(2000, 29000)];
  let moment = at - lines * 7000;
  const out = [];
  for (let i = 0; i < lines; i += 1) {
    moment += random.whole(1, 12) * 1000;
    const [level, text] = places.has(i) ? places.get(i) : random.pick(NOISE);
    out.push(`${iso(moment).slice(0, 10)} ${clock(moment)} ${host} ${service}[${pids[random.chance(0.8) ? 0 : 1]}] ${level} ${typeof text === 'function' ? text(random) : text}`);
  }
  return out.join('\n');
}

/** A table as a database client prints it. */
export function table(columns, rows) {
  const widths = columns.map((c, i) => Math.max(c.length, ...rows.map((row) => String(row[i]).length)));
  const line = (cells) => cells.map((c, i) => String(c).padEnd(widths[i])).join(' | ').trimEnd();
  const rule = widths.map((w) => '-'.repeat(w)).join('-+-');
  return [line(columns), rule, ...rows.map(line), `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`].join('\n');
}

export function metrics(random, host, { cpu, memory, queue }) {
  const near = (value, spread) => Math.max(0, value + random.whole(-spread, spread));
  return JSON.stringify({
    host,
    window: '15m',
    cpu_percent: near(cpu, 6),
    memory_percent: near(memory, 4),
    workers_busy: near(cpu > 60 ? 40 : 12, 3),
    queue_depth: near(queue, Math.ceil(queue / 8)),
    p95_ms: near(cpu > 60 ? 4200 : 310, 90),
  });
}

export function health(random, host, good = true) {
  return good
    ? JSON.stringify({ status: 200, body: { host, state: 'up', build: '2026.44.1', uptime_s: random.whole(20, 160), workers: 4 } })
    : JSON.stringify({ status: 200, body: { host, state: 'degraded', build: '2026.44.1', uptime_s: random.whole(20, 160), workers: random.whole(1, 2) } });
}

/** Articles of the internal knowledge base; each hit has a number, a title and a paragraph. */
export function articles(hits) {
  return hits.map(([number, title, text]) => `KB-${number} ${title}\n  ${text}`).join('\n\n');
}
