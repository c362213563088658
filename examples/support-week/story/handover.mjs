import { PEOPLE } from './cast.mjs';
import { clock, date } from './calendar.mjs';
import { table } from './readings.mjs';

// The end of a shift and the write-up of an incident.

/** Writes a handover session: the open tickets and the summary, posted to a channel. */
export function handover(s, { tickets, channel, day, known }) {
  const { random } = s;
  s.user(random.pick(['Shift is over in half an hour, please prepare the handover.', 'Handover time. What is left on the table?', 'Can you sum up the day for the next shift?', 'Late shift takes over at five, please write the summary.']), PEOPLE.priya);
  const rows = tickets.map(([number, customer]) => [`TCK-${number}`, customer.name, random.pick(['pending', 'pending', 'open']), `${random.whole(1, 30)}h`]);
  s.call('ticket_list', { assignee: 'tier2-support', status: ['open', 'pending'] }, table(['ticket', 'customer', 'status', 'age'], rows));
  s.reach('start');
  const text = `Summary ${date(day)}: ${rows.length} tickets go over. ${rows.map((row) => `${row[0]} (${row[1]}, ${row[2]})`).join(', ')}. Oldest is ${rows[0][0]}.`;
  s.reach('middle');
  s.call('channel_post', { channel, text }, JSON.stringify({ ok: true, channel, length: text.length }));
  s.agent(`The summary with ${rows.length} tickets is in ${channel}.`);
  s.reach('end');
  if (random.chance(0.6)) s.user(random.pick(['Thanks, have a quiet evening.', 'Thank you, enjoy the silence.', 'Perfect.']), PEOPLE.priya);
  if (known) s.end(true, 'done');
}

const INCIDENTS = [
  ['search returned nothing for 14 minutes', 'search', ['alias removed by the rebuild', 'alarm from the synthetic check', 'alias set again by hand', 'results complete']],
  ['label printing delayed in eu-north-1', 'labels', ['carrier endpoint slow', 'queue above 1,000', 'second worker started', 'queue empty']],
  ['login errors after the gateway update', 'gateway', ['update rolled out', 'first customer calls', 'update rolled back', 'logins normal']],
];

/** Writes the timeline of an incident for the incident manager. */
export function incident(s, { number, index, known }) {
  const { random } = s;
  const [title, service, events] = INCIDENTS[index];
  s.user(random.pick([`For the review of INC-${number} (${title}) I need a timeline of what happened.`, `Please collect what we know about INC-${number}: ${title}.`]), PEOPLE.tom);
  s.call('log_search', { cluster: 'eu-north-1', service, query: 'level>=WARN', minutes: 180 }, Array.from({ length: 16 }, (_, i) => `${clock(s.start - (170 - i * 10) * 60000)} ${service} ${random.pick(['WARN', 'WARN', 'ERROR'])} ${random.pick(['probe failed', 'retry scheduled', 'depth above limit', 'probe ok', 'config changed', 'slow upstream'])} n=${random.whole(1, 60)}`).join('\n'));
  s.reach('start');
  s.call('channel_read', { channel: '#incidents', limit: 20 }, events.map((event, i) => `${PEOPLE.tom} ${clock(s.start - (160 - i * 35) * 60000)}: ${event}`).join('\n'));
  s.reach('middle');
  s.agent(`Timeline of INC-${number}, ${title}:\n${events.map((event, i) => `- ${clock(s.start - (160 - i * 35) * 60000 + 3600000).slice(0, 5)} ${event}`).join('\n')}`);
  s.reach('end');
  s.user(random.pick(['Good, that goes into the review.', 'Thanks, very clear.']), PEOPLE.tom);
  if (known) s.end(true, 'done');
}
