// A small seeded generator of numbers. Every session forks its own stream by name, so that changing one
// session leaves the bytes of all the others as they were.

/** FNV-1a over UTF-16 code units: a 32-bit seed for a name. */
function hash(text) {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

export class Random {
  constructor(seed) {
    this.name = String(seed);
    this.state = hash(this.name);
  }

  /** An independent stream for a part of the story. */
  fork(name) {
    return new Random(`${this.name}/${name}`);
  }

  /** Uniform in [0, 1): mulberry32. */
  unit() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from low to high, both included. */
  whole(low, high) {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  chance(probability) {
    return this.unit() < probability;
  }

  pick(list) {
    return list[Math.floor(this.unit() * list.length)];
  }

  shuffle(list) {
    const out = [...list];
    for (let i = out.length - 1; i > 0; i -= 1) {
      const j = this.whole(0, i);
      [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
  }

  sample(list, count) {
    return this.shuffle(list).slice(0, count);
  }

  /** Standard normal by the sum of twelve uniforms: no logarithm, so the same bits on every platform. */
  normal() {
    let sum = -6;
    for (let i = 0; i < 12; i += 1) sum += this.unit();
    return sum;
  }

  hex(digits) {
    let out = '';
    for (let i = 0; i < digits; i += 1) out += this.whole(0, 15).toString(16);
    return out;
  }
}

/** A bag that gives every item once before it gives one twice. */
export class Deck {
  constructor(random, items) {
    this.random = random;
    this.items = items;
    this.left = [];
  }

  draw() {
    if (this.left.length === 0) this.left = this.random.shuffle(this.items);
    return this.left.pop();
  }
}
