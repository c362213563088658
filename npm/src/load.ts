// The one instance of the wasm module: how its bytes arrive is the only difference between platforms.
import wasm, { type InitInput, type SyncInitInput } from "../wasm/lucidream.js";
import * as glue from "../wasm/lucidream.js";
import { failure } from "./errors.js";

/**
 * The wasm as bytes (`Uint8Array`, `ArrayBuffer`) or as a compiled `WebAssembly.Module`. Only `object`: the name of that
 * type is known to the DOM's types alone, and not everybody has them.
 */
export type WasmSource = object;

let loading: Promise<unknown> | undefined;
let loaded = false;

/** Loads the engine at once. Does nothing when it is loaded. */
export function initSync(source: WasmSource): void {
  if (loaded) return;
  glue.initSync({ module: source as SyncInitInput });
  loaded = true;
}

/**
 * Loads the engine, asynchronously as browsers want it: from bytes, a compiled module, an address, or a `Response` or the
 * promise of one. Does nothing when it is loaded or on its way.
 */
export async function init(source: WasmSource | string): Promise<void> {
  if (loaded) return;
  loading ??= wasm({ module_or_path: source as InitInput });
  try {
    await loading;
    loaded = true;
  } catch (error) {
    loading = undefined;
    throw error;
  }
}

/** @internal The exports of the wasm module. */
export function engine(): typeof glue {
  if (!loaded) throw failure("not_loaded", "the engine is not loaded yet: `await init()` first");
  return glue;
}
