import { AGENT, SYSTEM } from './cast.mjs';
import { iso } from './calendar.mjs';

// How much of a session's time a message takes, relative to the others.
const WEIGHT = { system: 0, user: 3, assistant: 2, tool: 2 };

/**
 * One session being written. Messages are appended in order; `finish` spreads the session's length over them,
 * so that the length is exactly the one drawn for it whatever was said.
 */
export class Session {
  constructor({ id, task, start, seconds, random, speaker, hooks = {}, book }) {
    Object.assign(this, { id, task, start, seconds, random, speaker, hooks, book });
    this.messages = [];
    this.weights = [];
    this.calls = 0;
    this.outcome = undefined;
    this.push({ role: 'system', content: SYSTEM });
  }

  push(message, weight = WEIGHT[message.role]) {
    this.messages.push(message);
    this.weights.push(weight);
    return this.messages.length - 1;
  }

  /** What a colleague writes; gives the index of the message. */
  user(content, name = this.speaker) {
    return this.push({ role: 'user', name, content });
  }

  /** What the agent writes without calling a tool. */
  agent(content) {
    return this.push({ role: 'assistant', content });
  }

  /** A tool call with its result; gives the indices of both messages. */
  call(tool, args, result, { say = '', error = false, weight } = {}) {
    this.calls += 1;
    const id = `call_${this.id.slice(-3)}_${String(this.calls).padStart(2, '0')}`;
    const asked = this.push({ role: 'assistant', content: say, tool_calls: [{ id, name: tool, arguments: args }] });
    const answered = this.push(
      { role: 'tool', name: tool, tool_call_id: id, content: result, is_error: error },
      weight ?? WEIGHT.tool,
    );
    return { asked, answered };
  }

  /** Runs what the schedule planted at this point of the session: `start`, `middle` or `end`. */
  reach(point) {
    for (const planted of this.hooks[point] ?? []) planted(this);
  }

  end(success, label, reward = success ? 1 : 0) {
    this.outcome = { success, reward, label };
  }

  /** The time at which the next message will roughly be said, for texts that name times. */
  get at() {
    return this.start + Math.round(this.seconds * 1000 * Math.min(0.9, this.messages.length / 24));
  }

  finish() {
    // The session starts when its first request is said, so that one takes no time.
    const pace = this.random.fork('pace');
    const spans = this.weights.map((weight, i) => (i > 1 ? weight * (0.3 + 1.4 * pace.unit()) : 0));
    const total = spans.reduce((a, b) => a + b, 0);
    let spent = 0;
    const messages = this.messages.map((message, i) => {
      spent = i === spans.length - 1 ? total : spent + spans[i];
      return { ...message, at: iso(this.start + Math.round((spent / total) * this.seconds) * 1000) };
    });
    return {
      id: this.id,
      agent: AGENT,
      task: this.task,
      started_at: iso(this.start),
      ended_at: iso(this.start + this.seconds * 1000),
      ...(this.outcome ? { outcome: this.outcome } : {}),
      messages,
    };
  }
}
