import { articles, log, table, ticket, updated } from './readings.mjs';

// Smaller mistakes that come back: a flag, a region, a path; two that stay below the floor; and an outage that
// is nobody's mistake.

export const SLIPS = {
  'export-flag': { tool: 'shell', error_contains: 'unknown flag: --customer', fix_contains: ['--tenant'], class: 'agent' },
  'wrong-cluster': { tool: 'log_search', error_contains: 'unknown cluster "eu-west-1"', fix_contains: ['eu-north-1'], class: 'agent' },
  'log-path': { tool: 'shell', error_contains: "cannot open '/var/log/portal/app.log'", fix_contains: ['/srv/portal/logs/app.log'], class: 'agent' },
};

export const BELOW_FLOOR = {
  'ticket-status': { tool: 'ticket_update', error_contains: 'invalid status "solved"', fix_contains: ['resolved'], class: 'agent' },
  'partner-timeout': { tool: 'http_get', error_contains: 'connect ETIMEDOUT 203.0.113.20:443', fix_contains: [], class: 'environment', loud: true },
};

export const OUTAGE = { tool: 'ticket_get', error_contains: '503 Service Unavailable: ticket system is restarting', fix_contains: [], class: 'environment' };

const PLAN = { ...SLIPS, ...BELOW_FLOOR, 'ticket-outage': OUTAGE };

function slip(s, book, key, tool, wrong, error, right, result, says = ['', '']) {
  book.failed(key, s, s.call(tool, wrong, error, { error: true, say: says[0] }), PLAN[key].error_contains);
  if (right) book.fixed(key, s, s.call(tool, right, result, { say: says[1] }));
}

/** An export for a customer; with `slips` the agent first uses a flag that does not exist. */
export function tenantExport(s, { book, number, customer, day, slips, known }) {
  const { random } = s;
  const what = random.pick(['orders', 'contacts', 'products', 'invoices', 'stock']);
  const file = `exports/${customer.tenant}-${what}.csv`;
  s.user(random.pick([
    `TCK-${number}: ${customer.name} wants all ${what} as a CSV file.`,
    `${customer.name} needs an export of their ${what}, see TCK-${number}. Too large for the web page.`,
    `Can you run an export for TCK-${number}? Everything under ${what}, tenant ${customer.tenant}.`,
    `Export time again: ${what} of ${customer.name}, the ticket is TCK-${number}.`,
  ]));
  s.call('ticket_get', { id: `TCK-${number}` }, ticket(random, { number, customer, day, subject: `Export of ${what}`, body: `the export of our ${what} stops at 10,000 rows in the browser. Could you send us the complete list?`, tags: ['export'] }));
  s.reach('start');
  const wrong = { command: `tenantctl export --customer ${customer.tenant} --what ${what} --out ${file}` };
  const right = { command: wrong.command.replace('--customer', '--tenant') };
  const done = `export ${what} tenant=${customer.tenant}\n  reading ... ${random.whole(10400, 88000)} rows\n  writing ${file} ... ${random.whole(2, 48)}.${random.whole(0, 9)} MB\ndone in ${random.whole(11, 95)}s`;
  const say = random.pick(['Starting the export.', 'Running it on the jump host.', '']);
  if (slips) {
    slip(s, book, 'export-flag', 'shell', wrong, `Error: unknown flag: --customer\nUsage:\n  tenantctl export --tenant ID --what KIND --out FILE\nexit code 2`, right, done, [say, random.pick(['The flag is called --tenant.', 'Correcting the flag.'])]);
  } else {
    s.call('shell', right, done, { say });
  }
  s.reach('middle');
  s.call('shell', { command: `head -4 ${file}` }, `id,created,name,state\n${[0, 1, 2].map(() => `${random.whole(10000, 99999)},2026-0${random.whole(1, 9)}-${random.whole(10, 28)},${random.hex(6)},${random.pick(['open', 'done', 'draft'])}`).join('\n')}`);
  const note = `The file ${file} is in the download area for 14 days.`;
  s.call('ticket_update', { id: `TCK-${number}`, status: 'pending', note }, updated(number, 'pending', note));
  s.agent(`The export is in the download area of ${customer.name}.`);
  s.reach('end');
  if (random.chance(0.6)) s.user(random.pick(['Thanks.', 'Good, I let them know.', `${customer.first} has it, thank you.`]));
  if (known) s.end(true, 'resolved');
}

const SCENES = [
  { service: 'webhook-relay', subject: 'No webhooks since yesterday', body: 'our warehouse system gets no events since yesterday evening. Nothing was changed on our side.', telling: [['WARN', 'target answered 410, delivery paused'], ['INFO', 'delivery paused until the target is confirmed']], cause: 'Their endpoint answered 410, so the relay paused it. They have to confirm the endpoint in the settings.' },
  { service: 'mailer', subject: 'Confirmations go missing', body: 'some of our buyers say that they get no order confirmation. Mostly people with an address at one provider.', telling: [['WARN', 'remote said 451 greylisted, retry in 600s'], ['WARN', 'remote said 550 sender policy']], cause: 'The provider refuses our mails because the sender policy of the customer does not list us.' },
  { service: 'gateway', subject: 'Random logouts', body: 'we get logged out in the middle of the work, several times a day.', telling: [['INFO', 'session refresh refused, clock skew 341s'], ['WARN', 'token used before issue time']], cause: 'The clock of their terminal server is almost six minutes off.' },
  { service: 'labels', subject: 'Empty labels', body: 'the printer prints empty labels since noon, the preview is empty too.', telling: [['WARN', 'template 12 has no body'], ['INFO', 'rendered 0 fields']], cause: 'Somebody saved label template 12 without a body; I restored the version before.' },
  { service: 'billing', subject: 'Invoice without tax', body: 'our invoice for October shows no tax. Is that on purpose?', telling: [['INFO', 'tax rule reverse-charge applied'], ['INFO', 'vat id accepted']], cause: 'They entered a foreign tax number, so the reverse charge rule was used.' },
  { service: 'search', subject: 'Search is empty', body: 'the product search gives no results at all, whatever we type.', telling: [['WARN', 'index alias points to nothing'], ['INFO', 'alias switched']], cause: 'The search alias was left empty by the last rebuild and has been set again.' },
  { service: 'exporter', subject: 'Nightly export did not come', body: 'the file that we get every morning was not there today, and nobody told us.', telling: [['WARN', 'target folder full, 0 bytes left'], ['INFO', 'export kept locally']], cause: 'Their folder on the file server is full. The export is kept here until they make room.' },
  { service: 'stock', subject: 'Stock of one shop is frozen', body: 'one of our shops shows the same stock since Friday although they sell a lot.', telling: [['WARN', 'shop 3 sends sequence 881 again'], ['INFO', 'duplicate event ignored']], cause: 'The till of that shop sends the same event number again and again, so the events are ignored as duplicates.' },
  { service: 'scheduler', subject: 'Reminders come twice', body: 'all reminders arrive two times, a few seconds apart.', telling: [['INFO', 'job reminder started by cron a'], ['INFO', 'job reminder started by cron b']], cause: 'Two schedules with the same content are active; their administrator removed the older one.' },
  { service: 'printing', subject: 'Delivery notes in the wrong language', body: 'our French branch gets the delivery notes in Danish since Monday, which is a little too much for them.', telling: [['INFO', 'locale from warehouse: da'], ['DEBUG', 'branch locale not set']], cause: 'The branch has no language of its own, so the one of the Danish warehouse is used.' },
];

/** How many causes there are to find, one a session. */
export const SCENE_COUNT = SCENES.length;

/** Reads logs to find a cause; `slips` is `wrong-cluster`, `log-path` or absent. */
export function investigation(s, { book, number, customer, day, slips, scene, known }) {
  const { random } = s;
  const look = SCENES[scene];
  s.user(random.pick([
    `TCK-${number}, ${customer.name}: "${look.subject}". Can you find out why?`,
    `Please check the logs for TCK-${number}. ${customer.name} says: ${look.subject.toLowerCase()}.`,
    `I need your eyes on TCK-${number} from ${customer.name}.`,
    `${look.subject} at ${customer.name}, see TCK-${number}. Tier 1 is stuck.`,
  ]));
  s.call('ticket_get', { id: `TCK-${number}` }, ticket(random, { number, customer, day, subject: look.subject, body: look.body, tags: [look.service] }), { say: random.pick(['', 'Reading the ticket.', 'First the ticket.']) });
  s.reach('start');
  const found = (host) => log(random, { at: s.at, service: look.service, host, lines: random.whole(28, 42), telling: look.telling });
  if (slips === 'log-path') {
    const command = (path) => ({ command: `ssh ${s.host} tail -n 200 ${path} | grep tenant=${customer.tenant}` });
    slip(s, book, 'log-path', 'shell', command('/var/log/portal/app.log'), "tail: cannot open '/var/log/portal/app.log' for reading: No such file or directory\nexit code 1", command('/srv/portal/logs/app.log'), found(s.host.split('.')[0]), ['Looking into the application log.', random.pick(['The log lives under /srv on these nodes.', 'Other path then.'])]);
  } else {
    const node = random.pick(['svc-01', 'svc-02', 'svc-03']);
    const search = (cluster) => ({ cluster, service: look.service, query: `tenant=${customer.tenant}`, minutes: random.pick([60, 120, 240]) });
    const right = search('eu-north-1');
    if (slips === 'wrong-cluster') {
      slip(s, book, 'wrong-cluster', 'log_search', { ...right, cluster: 'eu-west-1' }, '404 unknown cluster "eu-west-1", known clusters are eu-north-1 and us-east-2', right, found(node), ['Searching the logs of the customer.', random.pick(['There is no such cluster, it is eu-north-1.', 'Wrong cluster, next try.'])]);
    } else {
      s.call('log_search', right, found(node), { say: random.pick(['Searching the logs.', '']) });
    }
  }
  s.reach('middle');
  if (random.chance(0.5)) {
    s.call('kb_search', { query: look.subject }, articles([[random.whole(220, 290), look.subject, 'Check the log of the service for the tenant first. Most cases are settings on the side of the customer.'], [random.whole(291, 330), `Service ${look.service}`, 'Runs on the svc nodes. Logs are kept for 14 days.']]));
  }
  answer(s, { number, look, known });
}

function answer(s, { number, look, known }) {
  const { random } = s;
  const wrote = random.chance(0.85);
  s.call('ticket_update', { id: `TCK-${number}`, status: 'pending', note: look.cause }, updated(number, 'pending', look.cause));
  s.agent(`${look.cause} I wrote that to the customer.`);
  s.reach('end');
  if (wrote) s.user(random.pick(['Makes sense, thanks.', 'Ah, good. Thanks.', 'Right, that fits what they told me.', 'Thank you, I will call them.']));
  if (known) s.end(wrote, wrote ? 'resolved' : 'open');
}

/** The agent sets a status that does not exist; planted at the end of a session. */
export function wrongStatus(book, number) {
  return (s) => {
    const note = 'Customer informed.';
    const set = (status) => ({ id: `TCK-${number}`, status, note });
    slip(s, book, 'ticket-status', 'ticket_update', set('solved'), '400 Bad Request: invalid status "solved", use open, pending, resolved or closed', set('resolved'), updated(number, 'resolved', note), ['Setting the status.', '']);
  };
}

/** The ticket system restarts while the agent reads from it; the same call works a little later. */
export function outage(book, number) {
  return (s) => {
    const args = { id: `TCK-${number}` };
    slip(s, book, 'ticket-outage', 'ticket_get', args, OUTAGE.error_contains, args, JSON.stringify({ id: `TCK-${number}`, status: 'open', notes: 0 }), ['', 'Once more, the ticket system was restarting.']);
  };
}

/** One session that knocks fifteen times at a partner's closed door. */
export function partnerTimeout(s, { book, number, customer, day, known }) {
  const url = 'https://status.carrier-partner.example/api/health';
  s.user(`TCK-${number}: ${customer.name} gets no tracking numbers from the carrier. Is the carrier down?`);
  s.call('ticket_get', { id: `TCK-${number}` }, ticket(s.random, { number, customer, day, subject: 'No tracking numbers', body: 'since this morning the parcels get no tracking number. The carrier says everything is fine on their side.', tags: ['carrier'] }));
  s.reach('start');
  for (let i = 0; i < 15; i += 1) {
    slip(s, book, 'partner-timeout', 'http_get', { url }, `${BELOW_FLOOR['partner-timeout'].error_contains}`, null, null, [i === 0 ? 'Asking the status page of the carrier.' : s.random.pick(['', 'Again.', 'Still nothing, again.']), '']);
  }
  s.reach('middle');
  s.call('db_query', { host: 'db-portal-01.internal', user: 'support_ro', sql: `select carrier, count(*) from parcels where tenant = ${customer.tenant} and tracking_no is null group by 1` }, table(['carrier', 'count'], [['post', 212], ['van', 0]]));
  s.agent('The status page of the carrier does not answer. 212 parcels wait for a number; they will be sent again once the carrier is back.');
  s.reach('end');
  s.user('Ok, I tell the customer to wait.');
  if (known) s.end(false, 'waiting');
}
