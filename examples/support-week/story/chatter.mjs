// What colleagues say in passing. Nothing of it is a wish, a rule or a fact that lasts.

const CHATTER = [
  ['Any news? They call me for the third time.', 'Almost there, I have an idea what it is.'],
  ['I attached a screenshot to the ticket, in case it helps.', 'Thanks, I have seen it.'],
  ['Is it the same thing as last week?', 'It looks similar, but the messages in the log are different.'],
  ['How bad is it?', 'Only this customer is affected as far as I can see.'],
  ['Take your time, they are at lunch.', 'Good, I will be done by then.'],
  ['Do you need anything from the customer?', 'Not right now, the logs say enough.'],
  ['Their manager joined the call, no pressure.', 'Understood. A few more minutes.'],
  ['Should I tell them that we are on it?', 'Yes please, and that I will write when I know more.'],
  ['I tried to log in as a test user and it looked fine to me.', 'The test tenant is on another node, so that fits.'],
  ['Sorry, wrong window. Ignore the last message.', 'No problem.'],
  ['By the way, nice find on the invoice thing yesterday.', 'Thank you. Back to this one now.'],
  ['Can you say when it will work again?', 'I would guess a quarter of an hour.'],
  ['Did the update go out last night?', 'Yes, build 2026.44.1. I do not think it is the cause.'],
  ['They use an old browser, could that be it?', 'I do not think so, the error comes from the server.'],
];

/** A short exchange in the middle of a session. */
export function chat(random) {
  const [asked, answered] = random.pick(CHATTER);
  return (s) => {
    s.user(asked);
    s.agent(answered);
  };
}
