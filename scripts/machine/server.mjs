// The Worker under `wrangler dev`, with D1, KV and queues on this machine (in `.wrangler`).
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { environment, runQuietly, Stop } from "./command.mjs";
import { npmBin, root } from "./paths.mjs";

const wrangler = join(npmBin, "wrangler");

/** One wrangler command on the local state. */
export const wranglerLocal = (args) => runQuietly(wrangler, [...args, "--local"]);

/** Throws one sentence when another program listens on the port already. */
export async function requireFree(port) {
  const probe = createServer().listen(port, "127.0.0.1");
  await once(probe, "listening").catch(({ code }) => {
    throw new Stop(
      `Port ${port} cannot be used (${code}): stop what listens there, or choose another with \`PORT=8788 npm start\`.`,
    );
  });
  probe.close();
  await once(probe, "close");
}

/**
 * Starts the server. `ready` resolves when it answers, `ended` with its exit code; `end()` ends it and everything that it
 * started: it leads a process group of its own, since wrangler leaves workerd behind when only wrangler is told to stop.
 */
export function serve(port) {
  const args = [
    "dev",
    "--ip",
    "127.0.0.1",
    "--port",
    String(port),
    "--show-interactive-dev-session=false",
    "--log-level=warn",
  ];
  const child = spawn(wrangler, args, {
    cwd: root,
    env: environment(),
    stdio: ["ignore", process.stderr, process.stderr],
    detached: true,
  });
  const signal = (name) => {
    try {
      process.kill(-child.pid, name);
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  };
  const ended = once(child, "close").then(([code]) => code ?? 0);
  const end = async () => {
    signal("SIGTERM");
    await Promise.race([ended, sleep(5000, undefined, { ref: false })]);
    signal("SIGKILL");
    return ended;
  };
  process.once("exit", () => signal("SIGKILL"));
  return { ready: answers(`http://127.0.0.1:${port}/`, ended), ended, end };
}

/** Waits until something answers there: any status will do. */
async function answers(address, ended) {
  let over = false;
  ended.then(() => (over = true));
  for (let tries = 0; tries < 300 && !over; tries++) {
    const answered = await fetch(address, { signal: AbortSignal.timeout(2000) }).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await sleep(200);
  }
  throw new Stop(
    over ? "The Worker did not start: wrangler says why above." : `Nothing answered at ${address} for a minute.`,
  );
}
