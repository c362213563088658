/** The stable codes of all failures. The engine's own are the same in Rust and HTTP. */
export type ErrorCode =
  | "invalid_config"
  | "invalid_argument"
  | "invalid_timestamp"
  | "unknown_format"
  | "empty_transcript"
  | "transcript_too_large"
  | "invalid_transcript"
  | "invalid_memory"
  | "duplicate_entry"
  | "memory_too_large"
  | "invalid_model"
  | "invalid_embeddings"
  /** Something has to be compared before the sentence model was loaded: `lucidream/slim` only. */
  | "model_not_loaded"
  | "invalid_plan"
  | "stale_plan"
  | "stale_inverse"
  | "invalid_decision"
  | "unbalanced_ledger"
  /** A function was called before `init()` was awaited. */
  | "not_loaded";

/** What every function here throws. Branch on `code`, never on the text. */
export interface LucidreamError extends Error {
  name: "LucidreamError";
  code: ErrorCode;
}

/** Whether something caught is a failure of the engine. */
export function isLucidreamError(error: unknown): error is LucidreamError {
  return error instanceof Error && error.name === "LucidreamError" && "code" in error;
}

/** @internal */
export function failure<Code extends string>(code: Code, message: string): Error & { code: Code } {
  return Object.assign(new Error(message), { name: "LucidreamError", code });
}
