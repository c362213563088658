import wasm from "../../wasm/lucidream_bg.wasm";
import model from "../../wasm/model.bin";
import { initSync } from "../load.js";

initSync(wasm, new Uint8Array(model));
/** Loads the engine; here it is loaded already. Every platform has it, so that the same program runs on all. */
export const init = async (): Promise<void> => {};
export * from "../index.js";
