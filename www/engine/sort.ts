// What a dropped file holds.
import type { Role } from "./call.ts";

/** The JSON value of a whole text, or else of its first line; undefined if neither is one. */
export function firstValue(text: string): unknown {
  const line = text.trimStart().split("\n", 1)[0] ?? "";
  for (const candidate of [line, text]) {
    try {
      return JSON.parse(candidate);
    } catch {
      // A JSON text over many lines, one line of many, or no JSON.
    }
  }
  return undefined;
}

export const isMarkdown = (path: string): boolean => /\.(md|mdx|mdc|markdown|txt)(\.gz)?$/i.test(path);

const record = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

const isEntry = (value: Readonly<Record<string, unknown>>) =>
  typeof value["text"] === "string" && !["messages", "message", "role"].some((name) => name in value);

/**
 * The role of a file that begins with the JSON value `first`. What carries a schema names itself; Markdown is a memory, and so
 * is a list of texts with no messages; all else is taken for a transcript.
 */
export function roleOf(path: string, first: unknown): Role {
  if (isMarkdown(path)) return "memory";
  const value = record(Array.isArray(first) ? first[0] : first);
  if (!value) return "transcript";
  const schema = String(value["schema"]);
  if (schema.startsWith("lucidream.plan/")) return "plan";
  if ("rejected_at" in value) return "tombstones";
  if (schema.startsWith("lucidream.memory/") || Array.isArray(value["entries"]) || isEntry(value)) return "memory";
  return "transcript";
}
