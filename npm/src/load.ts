// The one instance of the wasm module: how its bytes arrive is the only difference between platforms.
import wasm, { type InitInput, type SyncInitInput } from "../wasm/lucidream.js";
import * as glue from "../wasm/lucidream.js";
import { failure } from "./errors.js";

/**
 * The wasm as bytes (`Uint8Array`, `ArrayBuffer`) or as a compiled `WebAssembly.Module`. Only `object`: the name of that
 * type is known to the DOM's types alone, and not everybody has them.
 */
export type WasmSource = object;

/** A `URL`; without its name, for the same reason. */
type Address = { readonly href: string };

let loading: Promise<unknown> | undefined;
let loaded = false;

/**
 * Loads the engine at once, with the sentence model where it is given (`loadModel` can bring it later). Does nothing when
 * it is loaded.
 */
export function initSync(source: WasmSource, model?: Uint8Array): void {
  if (!loaded) glue.initSync({ module: source as SyncInitInput });
  loaded = true;
  if (model && !glue.modelIsLoaded()) glue.loadModel(model);
}

/**
 * Loads the engine, asynchronously as browsers want it: from bytes, a compiled module, an address, or a `Response` or the
 * promise of one; and the sentence model from its bytes or its address. Does nothing when it is loaded or on its way.
 */
export async function init(source: WasmSource | string, model?: Uint8Array | Address | string): Promise<void> {
  if (loaded && (model === undefined || glue.modelIsLoaded())) return;
  loading ??= Promise.all([wasm({ module_or_path: source as InitInput }), model && bytes(model)]).then(
    ([, model]) => model && glue.loadModel(model),
  );
  try {
    await loading;
    loaded = true;
  } finally {
    loading = undefined;
  }
}

async function bytes(source: Uint8Array | Address | string): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  const response = await fetch(typeof source === "string" ? source : source.href);
  if (!response.ok) throw failure("invalid_model", `the sentence model cannot be fetched: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** @internal The exports of the wasm module. */
export function engine(): typeof glue {
  if (!loaded) throw failure("not_loaded", "the engine is not loaded yet: `await init()` first");
  return glue;
}
