// What was planted where, written down while the sessions are written.

export class Book {
  constructor() {
    this.mistakes = new Map();
    this.preferences = new Map();
    this.places = [];
    this.secrets = new Set();
  }

  /** Opens a planted mistake; its calls and fixes are added as they happen. */
  mistake(key, facts) {
    if (!this.mistakes.has(key)) this.mistakes.set(key, { key, ...facts, calls: [], fixes: [] });
  }

  failed(key, session, { asked, answered }, quote) {
    this.mistakes.get(key).calls.push({ session: session.id, asked, answered, quote });
  }

  fixed(key, session, { asked, answered }) {
    this.mistakes.get(key).fixes.push({ session: session.id, asked, answered });
  }

  preference(key, facts) {
    if (!this.preferences.has(key)) this.preferences.set(key, { key, ...facts, said: [] });
  }

  said(key, session, message, speaker, quote, facts = {}) {
    this.preferences.get(key).said.push({ session: session.id, message, speaker, quote, ...facts });
  }

  /** A trap: text that must not become memory, where it stands, and why it is there. */
  trap(kind, session, message, quote) {
    this.places.push({ kind, session: session.id, message, quote });
  }

  secret(kind, value, session, message) {
    this.secrets.add(value);
    this.trap(kind, session, message, value);
  }
}

const sessionsOf = (list) => [...new Set(list.map((place) => place.session))].sort();

/** A mistake as truth.json gives it. */
export function mistakeTruth({ calls, fixes, ...facts }) {
  return { ...facts, sessions: sessionsOf(calls), fixed_in: sessionsOf(fixes), calls, fixes };
}

/** A preference or a fact as truth.json gives it. */
export function preferenceTruth({ said, ...facts }) {
  const current = said.filter((place) => !place.superseded);
  return {
    ...facts,
    speakers: [...new Set(current.map((place) => place.speaker))].sort(),
    sessions: sessionsOf(current),
    said,
  };
}
