import { PEOPLE } from './cast.mjs';
import { log, ticket } from './readings.mjs';
import { say } from './preferences.mjs';

// Tickets that end in a bug report for engineering.

const BUGS = [
  {
    title: 'Order total ignores the second discount',
    body: 'when we give a customer two discounts on one order, only the first is taken off. Our accountant found it, so it is true.',
    steps: ['Open a draft order with one line of 100.00', 'Add discount A of 10 %', 'Add discount B of 5.00', 'Save'],
    expected: 'Total is 85.00', actual: 'Total is 90.00, discount B is listed but not subtracted',
    service: 'portal', telling: [['INFO', 'discount engine applied rules=1 skipped=1'], ['WARN', 'rule without group skipped id=B']],
  },
  {
    title: 'CSV export swaps first and last name for Finnish customers',
    body: 'in the export of our contacts the names are the wrong way round, but only for the people from Finland.',
    steps: ['Create a contact with country FI', 'Export contacts as CSV', 'Open the file'],
    expected: 'Columns first_name and last_name as on the screen', actual: 'The two columns are swapped for country FI',
    service: 'exporter', telling: [['INFO', 'locale fi uses name order family-first'], ['INFO', 'wrote 1204 rows']],
  },
  {
    title: 'Search finds archived products',
    body: 'products that we archived in summer turn up in the search again and our sales people order them.',
    steps: ['Archive a product', 'Wait five minutes', 'Search for its number'],
    expected: 'No result', actual: 'The archived product is the first result',
    service: 'search', telling: [['WARN', 'archive event dropped, index version too old'], ['INFO', 'reindex scheduled']],
  },
  {
    title: 'Label shows the billing address',
    body: 'the parcel labels show the address of our head office instead of the shop. Eleven parcels came back so far.',
    steps: ['Create an order with different billing and delivery address', 'Print the label with the new template'],
    expected: 'Delivery address on the label', actual: 'Billing address on the label',
    service: 'labels', telling: [['INFO', 'template v7 rendered'], ['WARN', 'field ship_to missing in template, fallback bill_to']],
  },
  {
    title: 'Date picker jumps back one day west of Greenwich',
    body: 'our office in Boston picks the 14th and the order says 13th. In Oslo it is right.',
    steps: ['Set the browser to the time zone of Boston', 'Pick a delivery date', 'Save and reload'],
    expected: 'The date that was picked', actual: 'The day before',
    service: 'portal', telling: [['DEBUG', 'parsed delivery_date as midnight UTC'], ['INFO', 'order saved']],
  },
  {
    title: 'Stock goes negative when two users reserve at once',
    body: 'we sold minus four chairs. Two of us had the same order screen open, if that matters.',
    steps: ['Open the same product in two sessions', 'Reserve the last piece in both at the same time'],
    expected: 'The second reservation is refused', actual: 'Both are accepted, stock is -1',
    service: 'stock', telling: [['INFO', 'reserve product=8841 qty=1 left=0'], ['INFO', 'reserve product=8841 qty=1 left=-1']],
  },
  {
    title: 'Reminder mails are sent to disabled users',
    body: 'a colleague who left in June still gets the reminders, she forwarded them to us with a funny comment.',
    steps: ['Disable a user who follows an order', 'Let the order become overdue'],
    expected: 'No mail to the disabled user', actual: 'The reminder is sent',
    service: 'mailer', telling: [['INFO', 'reminder batch size=61'], ['WARN', 'recipient disabled, flag ignored in batch mode']],
  },
  {
    title: 'Price list upload accepts commas as thousands separators',
    body: 'we uploaded prices from our British branch and a pump for 1,250 became a pump for 1.25. We noticed after two orders.',
    steps: ['Upload a price list with the price 1,250', 'Open the product'],
    expected: 'The upload is refused or the price is 1250', actual: 'The price is 1.25',
    service: 'importer', telling: [['INFO', 'decimal separator guessed: comma'], ['INFO', 'imported 318 prices']],
  },
  {
    title: 'Two-factor code is asked twice after a password change',
    body: 'everybody here has to type the code two times since we changed our passwords. Harmless, but annoying.',
    steps: ['Change the password', 'Log out', 'Log in with the second factor'],
    expected: 'One code is enough', actual: 'A second code is asked for',
    service: 'gateway', telling: [['INFO', 'session upgraded aal=2'], ['WARN', 'session token replaced, aal reset to 1']],
  },
];

const OPENERS = [
  (t, c) => `Please look at TCK-${t} from ${c.name} and write it up for engineering if you can reproduce it.`,
  (t, c) => `TCK-${t}: sounds like a real defect to me. Can you reproduce what ${c.name} describes and file it?`,
  (t, c) => `${c.name} found something odd, see TCK-${t}. If it is a bug, engineering should know today.`,
  (t) => `Could you file a bug for TCK-${t}? I reproduced it once by accident.`,
  (t, c) => `Engineering wants TCK-${t} (${c.name}) as a proper defect, please write it.`,
];

function prose(bug, customer) {
  return `${customer.name} reported that something is off: "${bug.title}". I tried it on the sandbox and saw it too. ${bug.actual}, although one would think that ${bug.expected.toLowerCase()}. It happens when you ${bug.steps.map((step) => step.toLowerCase()).join(' and then ')}. Build 2026.44.1.`;
}

function formatted(bug) {
  return [
    '## Steps to reproduce', ...bug.steps.map((step, i) => `${i + 1}. ${step}`),
    '## Expected', bug.expected, '## Actual', bug.actual,
    '## Environment', 'Portal 2026.44.1, eu-north-1, sandbox tenant 912',
  ].join('\n');
}

/** The bugs of the week, one a session. */
export const BUG_COUNT = BUGS.length;

/** Writes a bug report session; with `wording` the tech lead corrects the form of the report. */
export function bugReport(s, { book, number, customer, day, bug: index, wording, known }) {
  const { random } = s;
  const bug = BUGS[index];
  const id = `BUG-${random.whole(7100, 7990)}`;
  s.user(random.pick(OPENERS)(number, customer));
  s.reach('start');
  s.call('ticket_get', { id: `TCK-${number}` }, ticket(random, { number, customer, day, subject: bug.title, body: bug.body, tags: ['defect', bug.service] }), { say: random.pick(['', 'Reading the ticket.', 'Let me see the description first.']) });
  s.call('shell', { command: `sandboxctl replay --ticket TCK-${number} --tenant 912` }, `replaying in sandbox tenant 912\n${bug.steps.map((step, i) => `  step ${i + 1}: ${step} ... ok`).join('\n')}\nobserved: ${bug.actual}`, { say: random.pick(['I try it in the sandbox.', 'Reproducing this in tenant 912.', '']) });
  s.call('log_search', { cluster: 'eu-north-1', service: bug.service, query: 'tenant=912', minutes: 30 }, log(random, { at: s.at, service: bug.service, host: 'sandbox-02', lines: random.whole(22, 34), telling: bug.telling }));
  s.reach('middle');
  const body = wording || random.chance(0.3) ? prose(bug, customer) : formatted(bug);
  s.call('bug_create', { title: bug.title, component: bug.service, body }, JSON.stringify({ id, state: 'new', url: `https://bugs.internal/${id}` }), { say: 'It is reproducible, so I file it.' });
  s.agent(`Filed as ${id}: ${bug.title}. TCK-${number} is linked.`);
  if (wording) {
    say(book, 'bug-report-format', PEOPLE.maria, wording, { lead: random.pick(['', '', 'Hi, Maria here. ', 'Good find. ']), reply: `Sorry, I rewrite ${id} that way.` })(s);
    s.call('bug_update', { id, body: formatted(bug) }, JSON.stringify({ id, state: 'new', saved: true }));
    s.agent(`${id} has the four headings now.`);
    if (random.chance(0.6)) s.user(random.pick(['Much better.', 'Thanks, that is how engineering likes it.', 'Good.']), PEOPLE.maria);
  } else if (random.chance(0.6)) {
    s.user(random.pick(['Thank you, engineering has it.', 'Nice, good write-up.', 'Thanks!']));
  }
  s.reach('end');
  if (known) s.end(true, 'resolved');
}
