import { articles, log, table, ticket, updated } from './readings.mjs';

// The ordinary work around the planted things. A scene has a ticket, a few looks and an answer; every look is
// `(session, scene facts) => void`. None of these sessions fails a call, except by a mishap of its own.

const portal = (sql) => ({ host: 'db-portal-01.internal', user: 'support_ro', sql });
const day2 = (random) => String(random.whole(10, 28));

const query = (sql, columns, rows) => (s, f) => s.call('db_query', portal(sql(f)), table(columns, rows(s.random, f)), { say: s.random.pick(['', 'Looking at the data.', 'What does the database say?']) });
const logs = (service, telling, lines = 26) => (s, f) => s.call('log_search', { cluster: 'eu-north-1', service, query: `tenant=${f.customer.tenant}`, minutes: 90 }, log(s.random, { at: s.at, service, host: `svc-0${s.random.whole(1, 4)}`, lines: lines + s.random.whole(0, 8), telling }), { say: s.random.pick(['', 'Checking the logs.', 'Now the log of that service.']) });
const knowledge = (hits) => (s, f) => s.call('kb_search', { query: f.scene.subject.toLowerCase() }, articles(hits), { say: s.random.pick(['', 'Is there an article on this?', 'Searching the knowledge base.']) });
const shell = (command, result) => (s, f) => s.call('shell', { command: command(f) }, result(s.random, f), { say: s.random.pick(['', 'Trying it on the jump host.']) });

export const SCENES = {
  'access/sso': [
    {
      subject: 'Single sign-on stopped working', body: 'nobody can log in with the company account since this morning. With a password it works.',
      looks: [logs('gateway', [['WARN', 'assertion signature does not match certificate 3f:a1'], ['INFO', 'metadata last updated 2025-11-03']]), knowledge([[31, 'SSO after a certificate change', 'The customer exchanges the certificate at the identity provider and uploads the new metadata under Settings, Sign-on.']])],
      answer: 'Their identity provider uses a new certificate; the metadata in the portal is a year old. They upload the new file and it works.',
    },
    {
      subject: 'New colleague cannot log in', body: 'our new colleague gets "no access" after the login page. Her account exists, we checked.',
      looks: [query((f) => `select login, state, role from users where tenant = ${f.customer.tenant} order by created desc limit 5`, ['login', 'state', 'role'], (r) => [['a.new', 'active', ''], ['b.lund', 'active', 'sales'], ['c.ode', 'active', 'sales'], ['d.moss', 'disabled', 'stock']].map((row) => [...row.slice(0, 2), row[2] || '(none)']).slice(0, r.whole(3, 4)))],
      answer: 'The account has no role. Their administrator can give her one under Users, Roles.',
    },
    {
      subject: 'Locked out administrator', body: 'our administrator typed the wrong code too many times and is now locked out. Nobody else has the rights to unlock him.',
      looks: [query((f) => `select login, locked_at, failed_codes from users where tenant = ${f.customer.tenant} and role = 'admin'`, ['login', 'locked_at', 'failed_codes'], (r) => [['admin', `2026-11-0${r.whole(1, 8)} 06:${r.whole(10, 59)}`, r.whole(6, 9)]]), knowledge([[36, 'Unlocking an administrator', 'Call the number in the contract, compare the customer word, then unlock in the admin console.']])],
      answer: 'I called the number in the contract, the word matched, and the account is unlocked.',
    },
  ],
  'billing/invoice': [
    {
      subject: 'Invoice higher than last month', body: 'the invoice of October is almost double. We did not order anything new.',
      looks: [query((f) => `select month, orders, amount from billing where tenant = ${f.customer.tenant} order by month desc limit 4`, ['month', 'orders', 'amount'], (r) => ['2026-10', '2026-09', '2026-08', '2026-07'].map((m, i) => [m, i ? r.whole(800, 990) : r.whole(1700, 1950), `${i ? r.whole(400, 495) : r.whole(850, 960)}.00`]))],
      answer: 'They had twice as many orders in October, so the invoice is right. I sent the numbers by day.',
    },
    {
      subject: 'Wrong address on the invoice', body: 'we moved in September, the invoice still goes to the old street.',
      looks: [query((f) => `select street, city, valid_from from billing_addresses where tenant = ${f.customer.tenant}`, ['street', 'city', 'valid_from'], (r) => [[`Old Quay ${r.whole(2, 60)}`, 'Harbourton', '2021-02-01'], [`Mill Lane ${r.whole(2, 60)}`, 'Harbourton', '2026-12-01']])],
      answer: 'The new address is entered, but valid from December. I asked billing to move the date forward and to send a corrected invoice.',
    },
    {
      subject: 'Credit note for the outage', body: 'you were down for two hours on 21 October. According to the contract we get a credit note for that.',
      looks: [knowledge([[402, 'Credit after an outage', 'More than 60 minutes in a month: 5 % of the monthly fee, applied by billing on request.'], [403, 'Where outages are listed', 'The status page keeps the last 90 days.']]), (s) => s.call('http_get', { url: 'https://status.fjordlane.example/history/2026-10' }, JSON.stringify({ month: '2026-10', incidents: [{ day: '2026-10-21', minutes: 117, services: ['portal'] }, { day: '2026-10-27', minutes: 9, services: ['search'] }] }))],
      answer: 'The outage was 117 minutes, so they get five percent. Billing has the request.',
    },
  ],
  'import/csv': [
    {
      subject: 'Import rejects our file', body: 'the file is the same as every week, only this time the import says "unknown column".',
      looks: [shell((f) => `head -c 120 uploads/${f.customer.tenant}/products.csv | xxd | head -3`, () => '00000000: efbb bf73 6b75 3b6e 616d 653b 7072 6963  ...sku;name;pric\n00000010: 653b 7374 6f63 6b0d 0a31 3030 313b 4368  e;stock..1001;Ch\n00000020: 6169 723b 3439 2e39 303b 370d 0a31 3030  air;49.90;7..100'), logs('importer', [['WARN', 'unknown column "\\ufeffsku"'], ['INFO', 'job rejected, 0 rows']])],
      answer: 'The file starts with a byte order mark, which the importer takes for part of the first column. Saving it as plain UTF-8 helps.',
    },
    {
      subject: 'Prices missing after import', body: 'we imported 2,000 products, about a third has no price now.',
      looks: [query((f) => `select count(*) as all, count(price) as priced from products where tenant = ${f.customer.tenant}`, ['all', 'priced'], (r) => [[r.whole(1980, 2020), r.whole(1280, 1390)]]), shell((f) => `grep -c ',-,' uploads/${f.customer.tenant}/products.csv`, (r) => String(r.whole(610, 690)))],
      answer: 'Their system writes a dash where it has no price. I gave them the list of the rows in question.',
    },
    {
      subject: 'Duplicate customers after import', body: 'each customer is there twice since the import on Sunday.',
      looks: [logs('importer', [['INFO', 'match key: none'], ['INFO', 'created 412 contacts, updated 0']]), knowledge([[58, 'Match keys', 'Choose a match key before the import, otherwise every row becomes a new record.']])],
      answer: 'The import ran without a match key. I removed the 412 new records and they import again with the customer number as key.',
    },
  ],
  'integration/api': [
    {
      subject: '429 from the API', body: 'our shop gets the answer 429 from your API several times an hour.',
      looks: [logs('gateway', [['WARN', (r) => `rate limit tenant bucket=api used=${r.whole(301, 340)}/300`], ['INFO', 'client agent=shop-sync/1.8']]), (s) => s.call('http_get', { url: 'https://metrics.internal/api/v2/limits' }, JSON.stringify({ plan: 'standard', per_minute: 300, burst: 40 }))],
      answer: 'Their shop asks for every order one by one. With the list call they stay far below the limit.',
    },
    {
      subject: 'Stock numbers differ', body: 'the stock in our shop and in the portal differ by a few pieces every day.',
      looks: [query((f) => `select sku, portal_stock, sent_stock, sent_at from stock_sync where tenant = ${f.customer.tenant} and portal_stock <> sent_stock limit 6`, ['sku', 'portal_stock', 'sent_stock', 'sent_at'], (r) => [0, 1, 2, 3].map(() => [r.whole(1000, 9999), r.whole(3, 60), r.whole(3, 60), `2026-11-0${r.whole(1, 8)} 04:${day2(r)}`]))],
      answer: 'The shop reads the stock once a night, sales of the day are not in it. I explained the stock event to their developer.',
    },
    {
      subject: 'Webhook signature invalid', body: 'since we changed the secret all webhooks fail the signature check on our side.',
      looks: [logs('webhook-relay', [['INFO', 'signing with key 2 of 2'], ['WARN', 'target answered 401']]), knowledge([[77, 'Changing the signing secret', 'During the change both keys are valid for 24 hours; the header names the key that was used.']])],
      answer: 'They check against the first key, we sign with the second. Their developer reads the key number from the header now.',
    },
  ],
  'tls/certificate': [
    {
      subject: 'Browser warns about the certificate', body: 'on our own address the browser says that the certificate is not valid.',
      looks: [shell((f) => `certctl show --host ${f.customer.tenant}.fjordlane.example`, (r) => `subject: CN=orders.customer.example\nnot after: 2026-11-0${r.whole(1, 8)}T06:00:00Z\nrenewal: waiting for DNS`), shell(() => 'certctl renew --dry-run', () => 'challenge record missing: _acme-challenge')],
      answer: 'The automatic renewal waits for a DNS record which they removed when they changed their provider. They set it again and the renewal went through.',
    },
  ],
  'performance/slow': [
    {
      subject: 'Reports take forever', body: 'the sales report of the quarter needs ten minutes, it was one minute in summer.',
      looks: [query((f) => `select relname, seq_scan, n_live_tup from stat_tables where tenant = ${f.customer.tenant} order by seq_scan desc limit 4`, ['relname', 'seq_scan', 'n_live_tup'], (r) => ['order_lines', 'orders', 'stock_moves', 'contacts'].map((n) => [n, r.whole(10, 9000), r.whole(9000, 4000000)])), logs('portal', [['WARN', 'slow report 412s rows=3900112'], ['INFO', 'report cache off for this tenant']])],
      answer: 'The report cache was switched off for this tenant. It is on again, the report takes 40 seconds.',
    },
    {
      subject: 'Everything slow in the Bergen office', body: 'in Bergen the portal is slow, in Oslo it is fast. Same users, same browser.',
      looks: [shell((f) => `pingstat --tenant ${f.customer.tenant} --by site`, (r) => `site    median  p95    loss\nOslo    ${r.whole(18, 26)}ms    ${r.whole(40, 60)}ms   0.0 %\nBergen  ${r.whole(180, 260)}ms   ${r.whole(900, 1400)}ms ${r.whole(4, 9)}.${r.whole(0, 9)} %`), (s) => s.call('http_get', { url: 'https://metrics.internal/api/v2/edge/bergen' }, JSON.stringify({ edge: 'bergen', state: 'up', load: 0.21 }))],
      answer: 'The line of the Bergen office loses packets, our side is fine. They talk to their provider.',
    },
  ],
};

const OPENERS = [
  (t, c, sub) => `TCK-${t} from ${c.name}: ${sub}. Could you have a look?`,
  (t, c) => `Please take TCK-${t}, ${c.name}.`,
  (t, c, sub) => `${c.name} writes "${sub}", it is TCK-${t}.`,
  (t, c) => `Can you help ${c.name} with TCK-${t}? I am at the end of my wisdom.`,
  (t, c, sub) => `I have one for Tier 2: TCK-${t}, ${sub.toLowerCase()}.`,
  (t, c, sub) => `Morning. ${sub} at ${c.name}, number is TCK-${t}.`,
  (t, c) => `TCK-${t} waits since yesterday, ${c.name} asked twice. Your turn.`,
  (t, c) => `Could somebody with log access check TCK-${t} (${c.name})?`,
];

// Failures that happen once in the week and mean nothing. Drawn without replacement.
const MISHAPS = [
  ['My notes on timeouts may help.', 'shell', { command: 'greb -i timeout notes.txt' }, 'bash: greb: command not found\nexit code 127', { command: 'grep -i timeout notes.txt' }, 'note 4: timeout of the carrier was raised in May'],
  ['How long do we keep attachments?', 'kb_search', { query: '' }, 'query must not be empty', { query: 'retention of attachments' }, 'KB-61 Retention of attachments\n  Attachments are kept for two years, then moved to cold storage.'],
  ['How many carriers are set up at all?', 'db_query', portal('selct count(*) from carriers'), 'ERROR: syntax error at or near "selct"', portal('select count(*) from carriers'), 'count\n-----\n14\n(1 row)'],
  ['Are all nodes up?', 'http_get', { url: 'https://metrics.internal/api/v2/node' }, '404 Not Found: no route for /api/v2/node', { url: 'https://metrics.internal/api/v2/nodes' }, '{"nodes": 12, "up": 12}'],
  ['Is there a note about the uploads?', 'shell', { command: 'cat uploads/readme.txt' }, 'cat: uploads/readme.txt: Permission denied\nexit code 1', { command: 'sudo -u support cat uploads/readme.txt' }, 'Uploads are kept for 30 days.'],
  ['Any server errors at the same time?', 'log_search', { cluster: 'eu-north-1', service: 'prtal', query: 'status=500', minutes: 30 }, 'no such service: prtal', { cluster: 'eu-north-1', service: 'portal', query: 'status=500', minutes: 30 }, 'no lines in the last 30 minutes'],
  ['I ask engineering whether this is known.', 'channel_post', { channel: '#tier-3', text: 'Is anybody working on this already?' }, 'channel_not_found', { channel: '#engineering', text: 'Is anybody working on this already?' }, '{"ok": true}'],
  ['How large is the table by now?', 'db_query', portal('select count(*) from order_linez'), 'ERROR: relation "order_linez" does not exist', portal('select count(*) from order_lines'), 'count\n---------\n3911840\n(1 row)'],
  ['The customer attached a report.', 'shell', { command: 'jq .items report.json' }, 'parse error: Unfinished JSON term at line 88, column 3\nexit code 4', { command: 'tail -c 40 report.json' }, '"total": 118, "items": [\n  {"sku": 10'],
  ['Maybe the carrier documents it.', 'http_get', { url: 'https://docs.carrier-van.example/labels' }, '403 Forbidden', null, null],
  ['They attached pictures as well.', 'shell', { command: 'unzip -l uploads/pictures.zip' }, 'End-of-central-directory signature not found.\nexit code 9', null, null],
];

export const MISHAP_COUNT = MISHAPS.length;

/** One failure of its own kind, planted at the middle of a session. */
export function mishap(index, record) {
  const [say, tool, wrong, error, right, result] = MISHAPS[index];
  return (s) => {
    const { answered } = s.call(tool, wrong, error, { say, error: true });
    record({ session: s.id, message: answered, quote: error.split('\n')[0] });
    if (right) s.call(tool, right, result);
  };
}

/** An ordinary ticket of the task it belongs to. */
export function everyday(s, { number, customer, day, scene: index, success, known }) {
  const { random } = s;
  const scene = SCENES[s.task][index];
  const facts = { customer, scene };
  s.user(random.pick(OPENERS)(number, customer, scene.subject));
  s.call('ticket_get', { id: `TCK-${number}` }, ticket(random, { number, customer, day, subject: scene.subject, body: scene.body, priority: random.pick(['low', 'normal', 'normal', 'high']), tags: [s.task.split('/')[0]] }), { say: random.pick(['', 'Reading the ticket.', 'I will have a look.', 'On it.']) });
  s.reach('start');
  for (const look of random.shuffle(scene.looks)) look(s, facts);
  s.reach('middle');
  s.call('ticket_update', { id: `TCK-${number}`, status: 'pending', note: scene.answer }, updated(number, 'pending', scene.answer));
  s.agent(random.pick([scene.answer, `${scene.answer} The customer has the answer in TCK-${number}.`, `Found it. ${scene.answer}`]));
  s.reach('end');
  if (success && random.chance(0.7)) s.user(random.pick(['Thanks!', 'Great, thank you.', 'Solved, they say. Thanks.', 'Nice one.', `${customer.first} says thank you.`, 'Works for them now.', 'Good catch.', 'Cheers.']));
  if (!success) s.user(random.pick(['They say it is still the same.', 'Customer wrote again, not solved for them.', 'Hm, that did not help them.']));
  if (known) s.end(success, success ? 'resolved' : 'reopened');
}
