import { init as load } from "../load.js";

/** Loads the engine: await it once, before anything else. */
export const init = (): Promise<void> =>
  load(
    new URL("../../wasm/lucidream_bg.wasm", import.meta.url),
    new URL("../../wasm/model.bin", import.meta.url),
  );
export * from "../index.js";
