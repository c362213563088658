// The public list, without `init`: each entry brings its own.
export * from "./engine.js";
export { type ErrorCode, isLucidreamError, type LucidreamError } from "./errors.js";
export type * from "./wire.js";
