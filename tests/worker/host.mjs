// The built Worker in workerd with local D1, KV and queues, and a client for it.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const built = join(root, "worker", "build");
const migrations = join(root, "worker", "migrations");

export const sha256 = (bytes) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** JSON as RFC 8785 has it, for the values that the Worker hashes: no floats among them. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const fields = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${fields.join(",")}}`;
}

/** Starts the Worker. `faulty` puts `faulty.mjs` before it. */
export async function start({ faulty = false } = {}) {
  if (!existsSync(join(built, "index.js"))) throw new Error("worker/build is missing: run `npm run build worker`");
  const consumer = { maxBatchSize: 1, maxBatchTimeout: 0, maxRetries: 5, retryDelay: 0, deadLetterQueue: "lucidream-dead" };
  const modules = [
    { type: "ESModule", path: join(built, "index.js") },
    { type: "CompiledWasm", path: join(built, "index_bg.wasm") },
  ];
  if (faulty) modules.unshift({ type: "ESModule", path: join(root, "tests", "worker", "faulty.mjs") });
  const options = convertV4MiniflareOptions({
    modules,
    modulesRoot: root,
    compatibilityDate: "2026-07-01",
    d1Databases: { DB: "lucidream" },
    kvNamespaces: { KV: "kv" },
    queueProducers: { DIGEST_QUEUE: { queueName: "lucidream-digest" }, PLAN_QUEUE: { queueName: "lucidream-plan" } },
    queueConsumers: {
      "lucidream-digest": consumer,
      "lucidream-plan": consumer,
      "lucidream-dead": { maxBatchSize: 10, maxBatchTimeout: 0, maxRetries: 3, retryDelay: 0 },
    },
    // What the Worker logs is expected in tests of failures; it is shown on demand.
    handleRuntimeStdio: process.env.WORKER_LOG ? undefined : (out, err) => [out, err].forEach((stream) => stream.resume()),
    handleStructuredLogs: process.env.WORKER_LOG ? (log) => console.error(`[worker] ${log.message}`) : () => {},
  });
  const mf = new Miniflare(options);
  await mf.ready;
  const db = await mf.getD1Database("DB");
  for (const name of readdirSync(migrations).sort()) await migrate(db, readFileSync(join(migrations, name), "utf8"));
  return new Host(mf, db);
}

/** `exec` runs one statement a line, so comments go and each statement becomes a line. */
async function migrate(db, sql) {
  const statements = sql.replace(/--.*$/gm, "").split(";").map((one) => one.replace(/\s+/g, " ").trim());
  await db.batch(statements.filter(Boolean).map((one) => db.prepare(one)));
}

class Host {
  constructor(mf, db) {
    this.mf = mf;
    this.db = db;
  }

  /** A client with a key of its own in a new workspace, or in the one of another client. */
  async client({ scopes = ["admin"], workspace = `w-${randomBytes(6).toString("hex")}` } = {}) {
    const key = `key-${randomBytes(16).toString("hex")}`;
    const at = new Date(0).toISOString();
    await this.db.batch([
      this.db.prepare("INSERT OR IGNORE INTO workspaces (id, name, created_at) VALUES (?, ?, ?)").bind(workspace, workspace, at),
      this.db
        .prepare("INSERT INTO api_keys (hash, workspace_id, name, scopes, created_at) VALUES (?, ?, ?, ?, ?)")
        .bind(sha256(key).slice("sha256:".length), workspace, "test", JSON.stringify(scopes), at),
    ]);
    return new Client(this, workspace, key);
  }

  /** Fires a cron trigger at a scheduled time. */
  async cron(time, cron = "0 3 * * *") {
    const worker = await this.mf.getWorker();
    return worker.scheduled({ scheduledTime: new Date(time), cron });
  }

  repair = (time) => this.cron(time, "*/10 * * * *");

  /** All rows of a table that belong to a workspace. */
  async rows(table, workspace) {
    const { results } = await this.db.prepare(`SELECT * FROM ${table} WHERE workspace_id = ?`).bind(workspace).all();
    return results;
  }

  async fault(settings) {
    const init = settings && { method: "POST", body: JSON.stringify(settings) };
    return (await this.mf.dispatchFetch("http://worker/fault", init)).json();
  }

  stop = () => this.mf.dispose();
}

class Client {
  constructor(host, workspace, key) {
    this.host = host;
    this.workspace = workspace;
    this.key = key;
  }

  /** A request to a path under `/v1`. */
  fetch(path, init = {}) {
    const headers = { authorization: `Bearer ${this.key}`, ...init.headers };
    return this.host.mf.dispatchFetch(`http://worker/v1${path}`, { ...init, headers });
  }

  /** A request and its JSON answer: `{status, body, headers}`. A body that is an object is sent as JSON. */
  async call(method, path, body, headers = {}) {
    const isJson = body !== undefined && typeof body === "object" && !(body instanceof Uint8Array) && !(body instanceof ReadableStream);
    const init = { method, headers: { ...(isJson && { "content-type": "application/json" }), ...headers } };
    if (body !== undefined) init.body = isJson ? JSON.stringify(body) : body;
    if (body instanceof ReadableStream) init.duplex = "half";
    const response = await this.fetch(path, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) };
  }

  get = (path, headers) => this.call("GET", path, undefined, headers);
  put = (path, body, headers) => this.call("PUT", path, body, headers);
  post = (path, body, headers) => this.call("POST", path, body, headers);

  /** An agent that is due whenever something is new. */
  agent = (id, config = {}) => this.put(`/agents/${id}`, { config: { schedule: { min_hours: 0, min_new_sessions: 1, idle_minutes: 0 }, ...config } });

  upload = (agent, bytes, query = "") => this.post(`/agents/${agent}/transcripts${query}`, bytes);

  /** Polls until `test` holds for the answer of a path. */
  async until(path, test, { timeout = 20_000 } = {}) {
    const end = performance.now() + timeout;
    for (;;) {
      const { body } = await this.get(path);
      if (test(body)) return body;
      if (performance.now() > end) throw new Error(`still not so after ${timeout} ms: ${JSON.stringify(body)}`);
      await sleep(20);
    }
  }

  allRead = (agent) => this.until(`/agents/${agent}`, (found) => found.unread === 0);

  dreamIn = (id, ...states) => this.until(`/dreams/${id}`, (dream) => states.includes(dream.state));

  /** All pages of a list. */
  async list(path) {
    const items = [];
    const join = path.includes("?") ? "&" : "?";
    for (let next = ""; next !== null; ) {
      const { body } = await this.get(`${path}${next && `${join}cursor=${encodeURIComponent(next)}`}`);
      items.push(...body.items);
      next = body.next;
    }
    return items;
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The actions in a workspace's audit log, in order, after checking its whole chain. */
export async function auditActions(client) {
  const rows = await client.list("/audit?limit=7");
  let before = "";
  rows.forEach(({ hash, ...hashed }, index) => {
    assert.equal(hashed.seq, index + 1);
    assert.equal(hashed.prev_hash, before);
    assert.equal(hash, sha256(canonical(hashed)));
    before = hash;
  });
  return rows.map(({ action }) => action);
}
