// The real Worker with its own configuration: workerd, D1, KV, queues and the page as its assets, all in memory.
import { createTestHarness } from "wrangler";
import { admit } from "../../scripts/machine/development-key.mjs";
import { at, root } from "../../scripts/machine/paths.mjs";

export const key = "a-key-of-the-page-tests";

// Without this, workerd's host asks the internet where it is.
process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= "false";

/** Starts it; `call` speaks to the API as a client with the key does. */
export async function startServer() {
  const harness = createTestHarness({ root, workers: [{ configPath: at("wrangler.toml") }] });
  const { url } = await harness.listen();
  const worker = harness.getWorker();
  await worker.applyD1Migrations("DB");
  const { DB } = await worker.getEnv();
  for (const statement of admit(key).split(/(?<=;) /)) await DB.prepare(statement).run();
  const call = async (method, path, body, type = "application/json") => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body && { "content-type": type }) },
      body,
    });
    const value = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(value)}`);
    return value;
  };
  const sql = (statement, ...values) =>
    DB.prepare(statement)
      .bind(...values)
      .run();
  return { url: url.href, call, sql, close: () => harness.close() };
}

/** Asks until the answer is the one waited for. */
export async function until(ask, done) {
  for (let n = 0; n < 300; n += 1) {
    const answer = await ask();
    if (done(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("nothing came of it for a minute");
}

/** An agent with a week behind it and a dream that waits for review; gives the dream. */
export async function dreamt({ call }, agent, sessions, memory) {
  await call("PUT", `/v1/agents/${agent}`, JSON.stringify({ config: { schedule: { idle_minutes: 0, min_hours: 0 } } }));
  await call("POST", `/v1/agents/${agent}/transcripts?format=envelope`, sessions, "application/octet-stream");
  await call("PUT", `/v1/agents/${agent}/memory`, memory, "application/jsonl");
  await until(
    () => call("GET", `/v1/agents/${agent}`),
    ({ unread }) => unread === 0,
  );
  const { id } = await call("POST", `/v1/agents/${agent}/dreams`);
  return until(
    () => call("GET", `/v1/dreams/${id}`),
    ({ state }) => !["pending", "running"].includes(state),
  );
}
