import { readFileSync } from "node:fs";
import { initSync } from "../load.js";

initSync(readFileSync(new URL("../../wasm/lucidream_bg.wasm", import.meta.url)));
/** Loads the engine; here it is loaded already. Every platform has it, so that the same program runs on all. */
export const init = async (): Promise<void> => {};
export * from "../index.js";
