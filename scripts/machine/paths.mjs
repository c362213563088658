// Where things are: in this checkout, and in the cache that all checkouts of one user share.
import { homedir, platform } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A path inside the checkout. */
export const at = (...parts) => join(root, ...parts);

const userCache = () => {
  if (process.env.XDG_CACHE_HOME) return process.env.XDG_CACHE_HOME;
  if (platform() === "darwin") return join(homedir(), "Library", "Caches");
  if (platform() === "win32") return process.env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local");
  return join(homedir(), ".cache");
};

/** Tools built from source live here, by name and version: minutes to make, so made once per user. */
export const cache = join(userCache(), "lucidream");

/** Cargo's target directory: the checkout's own, unless the caller chose another. */
export const target = process.env.CARGO_TARGET_DIR ?? at("target");

/** node_modules/.bin holds the pinned Node 22 that wrangler needs, so it goes before the user's own node. */
export const npmBin = at("node_modules", ".bin");

/** PATH for child processes: the pinned npm tools first. */
export const toolPath = () => [npmBin, ...userPath()].join(delimiter);

/** The user's own PATH, without the folders that npm put before it. */
export const userPath = () =>
  (process.env.PATH ?? "").split(delimiter).filter((folder) => folder && !folder.includes("node_modules"));
