// One at a time: two set-ups (or two builds of one checkout) must not write the same files.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "./command.mjs";

const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
};

/** The process that holds the lock; undefined when it ended without letting go. */
const holder = (file) => {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return pid && alive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
};

const take = (file) => {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
};

/** Runs `body` while no other process holds `file`; waits for one that does. */
export async function alone(file, what, body) {
  mkdirSync(dirname(file), { recursive: true });
  const release = () => rmSync(file, { force: true });
  for (let told = false; !take(file); told = true) {
    const pid = holder(file);
    if (pid === process.pid) return body();
    if (pid === undefined) {
      // The writer may be between creating the file and writing its id: look twice before taking it for dead.
      await sleep(300);
      if (holder(file) === undefined) release();
      continue;
    }
    if (!told) say(`Another ${what} is running (process ${pid}); waiting for it.`);
    await sleep(500);
  }
  process.once("exit", release);
  try {
    return await body();
  } finally {
    process.off("exit", release);
    release();
  }
}
