#!/usr/bin/env node
// Writes a week of a Tier 2 support engineer agent: its sessions, its memory, and what was planted in them.
//
//   node examples/generate.mjs [--seed N] [--out DIR]
//
// The same seed gives the same bytes. Without arguments it rewrites the committed sample.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { memory } from './support-week/story/memory.mjs';
import { truth } from './support-week/story/truth.mjs';
import { week } from './support-week/story/week.mjs';

/** The seed of the committed sample. */
export const DEFAULT_SEED = 19;

const lines = (values) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

/** The three files of a seed, by name. */
export function files(seed = DEFAULT_SEED) {
  const story = week(seed);
  const sessions = story.sessions.map(({ script, seconds, ...session }) => session);
  return {
    'sessions.jsonl': lines(sessions),
    'memory.jsonl': lines(memory()),
    'truth.json': `${JSON.stringify(truth(seed, story), null, 1)}\n`,
  };
}

function main() {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, out: { type: 'string' } } });
  const seed = values.seed === undefined ? DEFAULT_SEED : Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    console.error(`--seed: ${values.seed} is not a whole number of 0 or more`);
    process.exit(2);
  }
  const out = resolve(values.out ?? fileURLToPath(new URL('support-week', import.meta.url)));
  mkdirSync(out, { recursive: true });
  for (const [name, text] of Object.entries(files(seed))) writeFileSync(join(out, name), text);
  console.error(`wrote sessions.jsonl, memory.jsonl and truth.json of seed ${seed}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
