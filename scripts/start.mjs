// `npm start`: set-up, build, and the whole service on this machine, until Ctrl-C.
import { build } from "./build.mjs";
import { main, say, since, Stop } from "./machine/command.mjs";
import { admit, developmentKey } from "./machine/development-key.mjs";
import { requireFree, serve, wranglerLocal } from "./machine/server.mjs";
import { sampleWeek } from "./sample-agent.mjs";
import { setup } from "./setup.mjs";

const database = "DB";

/** 8787, or what the environment says. */
function chosenPort() {
  const { PORT: chosen = "8787" } = process.env;
  const port = Number(chosen);
  if (!/^\d+$/.test(chosen) || port < 1 || port > 65535) throw new Stop(`PORT is "${chosen}"; allowed: 1 to 65535.`);
  return port;
}

/** The local database with all migrations and the development key in it. */
async function prepareDatabase(key) {
  say("Database: applying migrations");
  await wranglerLocal(["d1", "migrations", "apply", database]);
  await wranglerLocal(["d1", "execute", database, "--yes", "--command", admit(key)]);
}

/** Resolves with exit code 0 at the first Ctrl-C, or when somebody ends this process. */
const asked = () =>
  new Promise((resolve) => ["SIGINT", "SIGTERM", "SIGHUP"].forEach((name) => process.once(name, () => resolve(0))));

await main(import.meta.url, async () => {
  const start = performance.now();
  const port = chosenPort();
  const address = `http://localhost:${port}`;
  await requireFree(port);
  await setup("worker");
  await build(["page", "worker"]);
  const key = developmentKey();
  await prepareDatabase(key);
  say(`Worker: starting on ${address}`);
  const stopped = asked();
  const server = serve(port);
  const serving = async () => {
    await server.ready;
    await sampleWeek(address, key);
    say(`Serving on ${address} after ${since(start)}. Development key: ${key}\nCtrl-C ends it.`);
    return server.ended;
  };
  try {
    return await Promise.race([stopped, server.ended, serving()]);
  } finally {
    say("\nEnding the Worker.");
    await server.end();
  }
});
