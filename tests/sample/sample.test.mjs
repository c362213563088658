// The sample tells the truth about itself: what truth.json says is in the sessions and the store, and nothing
// of the planted kinds is there that truth.json does not say. Run on the committed seed and on a few others.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEFAULT_SEED, files } from '../../examples/generate.mjs';

const GENERATOR = fileURLToPath(new URL('../../examples/generate.mjs', import.meta.url));
const SAMPLE = new URL('../../examples/support-week/', import.meta.url);
const SEEDS = [DEFAULT_SEED, 0, 1, 2, 3, 4, 5];

const parseLines = (text) => text.trimEnd().split('\n').map((line) => JSON.parse(line));

function load(seed) {
  const text = files(seed);
  const sessions = parseLines(text['sessions.jsonl']);
  return {
    text,
    sessions,
    byId: new Map(sessions.map((s) => [s.id, s])),
    memory: parseLines(text['memory.jsonl']),
    truth: JSON.parse(text['truth.json']),
  };
}

const fold = (text) => text.toLowerCase();
const has = (text, part) => fold(text).includes(fold(part));
const sorted = (set) => [...set].sort();

/** Every tool result of the sessions with the call it answers. */
function results(sessions) {
  return sessions.flatMap((s) => s.messages.flatMap((message, index) => {
    if (message.role !== 'tool') return [];
    const call = s.messages[index - 1].tool_calls.find((c) => c.id === message.tool_call_id);
    return [{ session: s.id, index, message, call }];
  }));
}

test('the committed files are what the generator writes', () => {
  for (const [name, text] of Object.entries(files(DEFAULT_SEED))) {
    assert.equal(readFileSync(new URL(name, SAMPLE), 'utf8'), text, `${name}: run node examples/generate.mjs`);
  }
});

test('the same seed gives the same bytes, another seed gives others', () => {
  assert.deepEqual(files(11), files(11));
  assert.notEqual(files(11)['sessions.jsonl'], files(12)['sessions.jsonl']);
});

test('a wrong seed is refused with a clear message', () => {
  const run = spawnSync(process.execPath, [GENERATOR, '--seed', 'seven'], { encoding: 'utf8' });
  assert.equal(run.status, 2);
  assert.match(run.stderr, /--seed: seven is not a whole number/);
});

for (const seed of SEEDS) {
  test(`seed ${seed}`, async (t) => {
    const { text, sessions, byId, memory, truth } = load(seed);
    const all = results(sessions);
    const message = (place) => byId.get(place.session).messages[place.message];

    await t.test('a hundred well-formed sessions in one week', () => {
      assert.equal(sessions.length, 100);
      assert.equal(byId.size, 100);
      assert.ok(text['sessions.jsonl'].length < 1_500_000);
      for (const s of sessions) {
        assert.ok(s.started_at >= '2026-11-02T00:00:00Z' && s.ended_at < '2026-11-09T00:00:00Z', s.id);
        const times = s.messages.map((m) => m.at);
        assert.deepEqual(times, [...times].sort(), s.id);
        assert.equal(times[0], s.started_at);
        assert.equal(times.at(-1), s.ended_at);
        for (const m of s.messages) {
          assert.ok(['system', 'user', 'assistant', 'tool'].includes(m.role));
          assert.equal(typeof m.content, 'string');
          if (m.role === 'user') assert.match(m.name, /^[a-z]+\.[a-z]+$/);
        }
      }
      const starts = sessions.map((s) => s.started_at);
      assert.deepEqual(starts, [...starts].sort());
      const unknown = sessions.filter((s) => !s.outcome).length;
      assert.ok(unknown >= 1 && unknown <= 30, `${unknown} sessions without outcome`);
    });

    await t.test('every call has one result', () => {
      for (const s of sessions) {
        const asked = s.messages.flatMap((m) => m.tool_calls ?? []);
        const answered = s.messages.filter((m) => m.role === 'tool');
        assert.deepEqual(asked.map((c) => [c.id, c.name]), answered.map((m) => [m.tool_call_id, m.name]), s.id);
        for (const m of answered) assert.equal(typeof m.is_error, 'boolean');
        for (const c of asked) assert.equal(typeof c.arguments, 'object');
      }
    });

    const mistakes = [...truth.mistakes, ...truth.below_floor, ...truth.environment];

    await t.test('mistakes are where they are said to be, and nowhere else', () => {
      for (const m of mistakes) {
        const found = all.filter((r) => r.message.is_error && r.call.name === m.tool && r.message.content.includes(m.error_contains));
        assert.deepEqual(found.map((r) => [r.session, r.index]), m.calls.map((c) => [c.session, c.answered]), m.key);
        assert.deepEqual(sorted(new Set(found.map((r) => r.session))), m.sessions, m.key);
        for (const c of m.calls) assert.equal(c.quote, m.error_contains);
        for (const f of m.fixes) {
          const { tool_calls: [call] } = byId.get(f.session).messages[f.asked];
          assert.equal(call.name, m.tool);
          for (const part of m.fix_contains) assert.ok(JSON.stringify(call.arguments).includes(part), `${m.key}: ${part}`);
          assert.equal(byId.get(f.session).messages[f.answered].is_error, false);
        }
        assert.deepEqual(sorted(new Set(m.fixes.map((f) => f.session))), m.fixed_in);
      }
    });

    await t.test('the floor of three sessions divides them', () => {
      for (const m of truth.mistakes) assert.ok(m.sessions.length >= truth.floor, m.key);
      for (const m of truth.below_floor) assert.ok(m.sessions.length < truth.floor, m.key);
      const legacy = truth.mistakes.find((m) => m.key === 'legacy-db-credentials');
      assert.ok(legacy.sessions.length >= 5 && legacy.calls.length > legacy.sessions.length);
      assert.ok(legacy.fixed_in.length < legacy.sessions.length);
      const loud = truth.below_floor.find((m) => m.loud);
      assert.deepEqual([loud.sessions.length, loud.calls.length], [1, 15]);
    });

    await t.test('every failed call is accounted for', () => {
      const known = new Set([...mistakes.flatMap((m) => m.calls.map((c) => `${c.session}/${c.answered}`)), ...truth.mishaps.map((m) => `${m.session}/${m.message}`)]);
      const failed = all.filter((r) => r.message.is_error).map((r) => `${r.session}/${r.index}`);
      assert.deepEqual(sorted(failed), sorted(known));
      for (const m of truth.mishaps) assert.ok(message(m).content.startsWith(m.quote));
      assert.equal(new Set(truth.mishaps.map((m) => m.quote)).size, truth.mishaps.length, 'a mishap happens once');
    });

    const asked = [...truth.preferences, ...truth.retracted, ...truth.facts];

    await t.test('preferences and facts stand in the messages, in the words of their speakers', () => {
      for (const p of asked) {
        for (const place of p.said) {
          assert.equal(message(place).role, 'user');
          assert.equal(message(place).name, place.speaker);
          assert.ok(message(place).content.includes(place.quote), p.key);
          if (!place.superseded) for (const part of p.text_contains_all) assert.ok(has(place.quote, part), `${p.key}: ${part}`);
        }
        assert.equal(p.sessions.length, p.said.filter((s) => !s.superseded).length, `${p.key}: once a session`);
      }
      const by = new Map(truth.preferences.map((p) => [p.key, p]));
      assert.ok(by.get('bug-report-format').sessions.length >= 5);
      assert.deepEqual(by.get('bug-report-format').speakers, ['maria.lindqvist']);
      assert.equal(by.get('confirm-before-close').speakers.length, 3);
      assert.equal(by.get('utc-in-timelines').sessions.length, 1);
    });

    await t.test('a change of mind comes after what it changes', () => {
      for (const p of [...truth.preferences, ...truth.retracted]) {
        const [before, after] = [true, false].map((old) => p.said.filter((s) => Boolean(s.superseded) === old).map((s) => s.session));
        for (const a of before) for (const b of after) assert.ok(a < b, p.key);
      }
    });

    await t.test('whatever sounds like a rule is a preference or a trap', () => {
      const known = new Set([...asked.flatMap((p) => p.said), ...truth.traps.places].map((p) => `${p.session}/${p.message}`));
      for (const s of sessions) {
        s.messages.forEach((m, i) => {
          if (m.role === 'user' && /\b(always|never|from now on|every time|any more|I said)\b/i.test(m.content)) {
            assert.ok(known.has(`${s.id}/${i}`), `${s.id}/${i}: ${m.content}`);
          }
        });
      }
    });

    await t.test('the two restart scripts are compared on comparable tickets', () => {
      const { workflow: w } = truth;
      for (const [script, arm] of [[w.faster, 'faster'], [w.slower, 'slower']]) {
        const users = all.filter((r) => r.call.name === w.tool && r.call.arguments.command.startsWith(script));
        assert.deepEqual(users.map((r) => r.session), w.tasks.flatMap((task) => task[arm].sessions).sort());
        for (const task of w.tasks) for (const id of task[arm].sessions) assert.equal(byId.get(id).task, task.task);
        for (const task of w.tasks) {
          const logs = task[arm].sessions.map((id) => Math.log((Date.parse(byId.get(id).ended_at) - Date.parse(byId.get(id).started_at)) / 1000));
          const mean = Math.exp(logs.reduce((a, b) => a + b, 0) / logs.length);
          assert.equal(Math.round(mean), task[arm].geometric_mean_seconds);
        }
      }
      assert.ok(w.n.every((n) => n >= 12));
      assert.equal(w.true_change, -0.4);
      assert.ok(w.raw_change < w.within_task_change, 'the task mix makes the raw difference look larger');
      assert.ok(Math.abs(w.within_task_change - w.true_change) < 0.2);
    });

    await t.test('every memory entry has one place in the truth', () => {
      const m = truth.memory;
      const text = new Map(memory.map((e) => [e.id, e]));
      const listed = [
        ...m.duplicates, ...m.normalised_duplicates, ...m.paraphrases, ...m.near_misses, ...m.scope_twins,
        ...m.contradictions.map((c) => [c.older, c.newer]), m.superseded_by_sessions.map((e) => e.id), m.already_known.map((e) => e.id),
        m.stale, m.irrelevant, m.poison, m.secret, m.pinned, [m.workflow_entry], m.healthy,
      ].flat();
      assert.deepEqual(sorted(listed), sorted(text.keys()));
      const plain = (id) => fold(text.get(id).text).replace(/[^a-z0-9 ]/g, '').replace(/ +/g, ' ').trim();
      for (const [a, b] of m.duplicates) assert.equal(text.get(a).text, text.get(b).text);
      for (const [a, b] of m.normalised_duplicates) {
        assert.equal(plain(a), plain(b));
        assert.notEqual(text.get(a).text, text.get(b).text);
      }
      for (const [a, b] of [...m.paraphrases, ...m.near_misses]) {
        assert.notEqual(plain(a), plain(b));
        assert.equal(text.get(a).scope, text.get(b).scope);
      }
      for (const [a, b] of m.scope_twins) {
        assert.equal(text.get(a).text, text.get(b).text);
        assert.notEqual(text.get(a).scope, text.get(b).scope);
      }
      for (const { older, newer } of m.contradictions) assert.ok(text.get(older).created_at < text.get(newer).created_at);
      assert.deepEqual(memory.filter((e) => e.pinned).map((e) => e.id).sort(), [...m.pinned].sort());
      const keys = new Set([...asked, ...mistakes].map((p) => p.key));
      for (const { by } of m.superseded_by_sessions) assert.ok(keys.has(by), by);
      for (const { preference } of m.already_known) assert.ok(keys.has(preference), preference);
    });

    await t.test('traps stand where they are said to stand and in nothing that may be proposed', () => {
      for (const place of truth.traps.places) assert.ok(message(place).content.includes(place.quote), place.kind);
      const input = fold(text['sessions.jsonl'] + text['memory.jsonl']);
      const wanted = asked.flatMap((p) => p.said.map((s) => s.quote));
      for (const value of [...truth.traps.never_in_output, ...truth.traps.never_rules]) {
        assert.ok(input.includes(fold(value)), value);
        for (const quote of wanted) assert.ok(!has(quote, value), `${value} is in: ${quote}`);
      }
      const kinds = new Set(truth.traps.places.map((p) => p.kind));
      for (const kind of ['secret-in-log', 'secret-in-error', 'instruction-in-web-page', 'agent-quotes-web-page', 'instruction-in-quoted-mail', 'once', 'not-a-preference', 'question', 'small-talk']) {
        assert.ok(kinds.has(kind), kind);
      }
    });
  });
}
