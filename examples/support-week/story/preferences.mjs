import { PEOPLE } from './cast.mjs';
import { updated } from './readings.mjs';

// What colleagues ask for, in their words. Every wording of a preference holds all of its `text_contains_all`.

export const PREFERENCES = {
  'bug-report-format': {
    text_contains_all: ['bug report', 'steps to reproduce', 'expected', 'actual'],
    explicit: true,
    wordings: [
      'From now on write every bug report in this order: steps to reproduce, expected result, actual result, environment.',
      'No, not like this. A bug report always starts with the steps to reproduce, then expected, then actual, then the environment.',
      'I said it before: in a bug report I want steps to reproduce, expected, actual and environment as four headings, never one block of prose.',
      'Please always use our format for bug reports: steps to reproduce first, expected result second, actual result third, environment last.',
      "That's the wrong format again. Bug reports always go: steps to reproduce, expected, actual, environment.",
      'As I keep saying, a bug report always needs the steps to reproduce, the expected and the actual result, and the environment, in that order.',
      'Always the same order in bug reports, please: steps to reproduce, expected, actual, environment. Engineering sends them back otherwise.',
    ],
  },
  'confirm-before-close': {
    text_contains_all: ['close', 'customer', 'confirm'],
    explicit: true,
    wordings: [
      [PEOPLE.jonas, 'Never close a ticket before the customer has confirmed that it works.'],
      [PEOPLE.priya, 'Please do not close tickets on your own, always wait until the customer has confirmed the fix.'],
      [PEOPLE.tom, 'No, leave it open. We never close a ticket without a confirmation from the customer.'],
      [PEOPLE.jonas, 'From now on a ticket is closed only after the customer has confirmed that the problem is gone.'],
    ],
  },
  'shift-summary-channel': {
    text_contains_all: ['shift summary', '#tier2-handover'],
    superseded_text_contains: '#support-daily',
    explicit: true,
    before: 'Always post the shift summary in #support-daily before you go idle.',
    wordings: [
      'Change of plan: from now on the shift summary goes to #tier2-handover, not to #support-daily any more.',
      'No, not #support-daily. The shift summary always goes to #tier2-handover now.',
    ],
  },
  'utc-in-timelines': {
    text_contains_all: ['UTC', 'incident timeline'],
    explicit: true,
    wordings: ['From now on use UTC for all times in an incident timeline, local times only confuse the other sites.'],
  },
  'short-replies': {
    text_contains_all: ['five sentences'],
    explicit: false,
    wordings: [
      'Please keep the reply to the customer under five sentences.',
      'Could you shorten that? Five sentences at most for a reply to a customer.',
      'Too long for a customer reply, five sentences are enough.',
    ],
  },
  'account-manager-in-copy': {
    text_contains_all: ['Halden Marine', 'account manager'],
    condition: 'Halden Marine',
    explicit: true,
    wordings: [
      'For Halden Marine, always put their account manager in copy, it is in the contract.',
      'Tickets of Halden Marine always go out with their account manager in copy, please keep that in mind.',
    ],
  },
};

export const FACTS = {
  'legacy-account': {
    text_contains_all: ['report_old', 'report_ro'],
    wordings: [
      'report_old was switched off on 30 October, the legacy database is read as report_ro now.',
      'The account report_old is gone since October, legacy reports run under report_ro.',
    ],
  },
  'nightly-import-time': {
    text_contains_all: ['nightly import', '02:30'],
    wordings: [
      'The nightly import starts at 02:30 UTC since the migration.',
      'By the way, the nightly import runs at 02:30 UTC now, no longer at 01:00.',
    ],
  },
  'kestrel-cluster': {
    text_contains_all: ['Kestrel Logistics', 'us-east-2'],
    wordings: ['Kestrel Logistics runs on the us-east-2 cluster since last week.'],
  },
};

/** What was asked for on Tuesday and taken back on Thursday: nothing of it holds after the week. */
export const RETRACTED = {
  'copy-on-invoices': {
    text_contains_all: ['invoice', 'copy'],
    asked: 'Please always put me in copy on tickets about invoices.',
    withdrawn: 'You can stop putting me in copy on tickets about invoices, I do not need that any more.',
  },
};

const LEAD_INS = ['', '', 'Thanks. ', 'One more thing. ', 'Small remark: '];
const AGREED = ['Understood.', 'Will do.', 'Noted, thank you.', 'Got it.', 'Clear, I will do it that way.', 'Alright.'];

/** Has somebody say a preference or a fact; `quote` is the telling part of the message. */
export function say(book, key, speaker, quote, { reply, lead, superseded } = {}) {
  return (s) => {
    const start = lead ?? (/^(No|That|I said|From)/.test(quote) ? '' : s.random.pick(LEAD_INS));
    const message = s.user(`${start}${quote}`, speaker);
    book.said(key, s, message, speaker, quote, superseded ? { superseded: true } : {});
    s.agent(reply ?? s.random.pick(AGREED));
  };
}

/** The agent closes a ticket too early and is told off. */
export function closedTooEarly(book, number, speaker, quote) {
  return (s) => {
    const note = 'Problem solved, closing.';
    s.call('ticket_update', { id: `TCK-${number}`, status: 'closed', note }, updated(number, 'closed', note), { say: 'That settles it, I am closing the ticket.' });
    say(book, 'confirm-before-close', speaker, quote, { lead: '', reply: 'Sorry. I set it back to pending and ask the customer first.' })(s);
    const back = 'Waiting for the customer to confirm.';
    s.call('ticket_update', { id: `TCK-${number}`, status: 'pending', note: back }, updated(number, 'pending', back));
  };
}

/** The agent's answer to a customer is too long for the support lead. */
export function tooLong(book, number, customer, quote) {
  return (s) => {
    s.agent(`Draft for TCK-${number}:\n\nDear ${customer.first},\n\nthank you very much for your message and for your patience. We have looked at your request in depth. As you may know, the Portal consists of several services which work together. One of these services was affected in your case. Our team then analysed the logs of this service. We found the part which was responsible. We would like to explain the technical background in the following. The service keeps a list of jobs. Each job has a state. A state may change. In your case it changed later than expected. We are sorry for the inconvenience and remain at your disposal.`);
    say(book, 'short-replies', PEOPLE.jonas, quote, { lead: '', reply: `Shorter:\n\nDear ${customer.first}, the delay came from one of our background services. It runs normally again since this morning. Nothing was lost. Please tell us if you still see it.` })(s);
  };
}
