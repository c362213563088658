// The API key of the local Worker: made once, kept beside the local database, whose rows it opens.
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { at } from "./paths.mjs";

const file = at(".wrangler", "development-key");

/** The key as a client sends it. In `.wrangler`, so that it goes when the local database goes, and git never sees it. */
export function developmentKey() {
  if (!existsSync(file)) {
    mkdirSync(at(".wrangler"), { recursive: true });
    writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600 });
  }
  return readFileSync(file, "utf8").trim();
}

/** The statements that let the key in, with every scope, to a workspace of its own; a second time they change nothing. */
export function admit(key, now = new Date()) {
  const hash = createHash("sha256").update(key).digest("hex");
  const at = now.toISOString();
  return [
    `INSERT OR IGNORE INTO workspaces (id, name, created_at) VALUES ('local', 'This machine', '${at}');`,
    "INSERT OR IGNORE INTO api_keys (hash, workspace_id, name, scopes, created_at)",
    `VALUES ('${hash}', 'local', 'development', '["ingest","read","review","admin"]', '${at}');`,
  ].join(" ");
}
