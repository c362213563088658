// The built Worker, unchanged, in a world that can break: the n-th write of D1, KV or a queue fails, before or after it
// persisted, and so does everything after it in that invocation. That is what a killed isolate looks like from outside.
import { WorkerEntrypoint } from "cloudflare:workers";
import Worker from "../../worker/build/index.js";

/** What is to break; set through `POST /fault`. All invocations of a test run in one isolate, so they share it. */
let fault = { at: 0, after: false };
let writes = 0;
let fired = false;
/** Queue messages sent while answering HTTP get lost while this is set: uploads are then not read ahead of a dream. */
let losesUploads = false;

class Killed extends Error {}

/** One invocation: alive until the fault hits it. */
class Life {
  dead = false;

  check() {
    if (this.dead) throw new Killed("this invocation is dead");
  }

  /** Runs a write, unless it is the one that breaks. */
  async write(perform) {
    this.check();
    writes += 1;
    if (writes !== fault.at) return await perform();
    fired = true;
    if (fault.after) await perform();
    this.dead = true;
    this.check();
  }

  async read(perform) {
    this.check();
    const value = await perform();
    this.check();
    return value;
  }
}

/** A stand-in for a binding: `own` where given, else the binding's own property. workers-rs looks at `constructor.name`. */
const standIn = (target, own) =>
  new Proxy(target, {
    get(_, name) {
      if (Object.hasOwn(own, name)) return own[name];
      const value = target[name];
      return typeof value === "function" && name !== "constructor" ? value.bind(target) : value;
    },
  });

const originals = new WeakMap();

function statement(life, target) {
  const own = { bind: (...values) => statement(life, target.bind(...values)) };
  for (const name of ["all", "first", "run", "raw"]) own[name] = (...args) => life.read(() => target[name](...args));
  const proxy = standIn(target, own);
  originals.set(proxy, target);
  return proxy;
}

function database(life, target) {
  return standIn(target, {
    prepare: (sql) => statement(life, target.prepare(sql)),
    batch: (statements) => life.write(() => target.batch(statements.map((one) => originals.get(one)))),
  });
}

function kv(life, target) {
  return standIn(target, {
    put: (...args) => life.write(() => target.put(...args)),
    get: (...args) => life.read(() => target.get(...args)),
    getWithMetadata: (...args) => life.read(() => target.getWithMetadata(...args)),
  });
}

const queue = (life, target, loses) =>
  standIn(target, { sendBatch: async (...args) => (loses ? undefined : await life.write(() => target.sendBatch(...args))) });

const world = (life, env, loses = false) => ({
  ...env,
  DB: database(life, env.DB),
  KV: kv(life, env.KV),
  DIGEST_QUEUE: queue(life, env.DIGEST_QUEUE, loses),
  PLAN_QUEUE: queue(life, env.PLAN_QUEUE, loses),
});

/** Nothing that a dead invocation says about its messages reaches the queue. */
const heard = (life, batch) => ({
  queue: batch.queue,
  messages: batch.messages.map((message) => ({
    id: message.id,
    timestamp: message.timestamp,
    body: message.body,
    attempts: message.attempts,
    ack: () => life.dead || message.ack(),
    retry: (options) => life.dead || message.retry(options ?? undefined),
  })),
});

export default class extends WorkerEntrypoint {
  async fetch(request) {
    if (new URL(request.url).pathname === "/fault") return this.#control(request);
    const life = new Life();
    const response = await new Worker(this.ctx, world(life, this.env, losesUploads)).fetch(request);
    return life.dead ? new Response("killed", { status: 599 }) : response;
  }

  async scheduled(event) {
    const life = new Life();
    await new Worker(this.ctx, world(life, this.env)).scheduled(event);
  }

  async queue(batch) {
    const life = new Life();
    await new Worker(this.ctx, world(life, this.env)).queue(heard(life, batch));
    life.check();
  }

  async #control(request) {
    if (request.method === "POST") {
      ({ fault, losesUploads } = { fault: { at: 0, after: false }, losesUploads: false, ...(await request.json()) });
      writes = 0;
      fired = false;
    }
    return Response.json({ writes, fired });
  }
}
