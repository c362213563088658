import { readFileSync } from "node:fs";
import { initSync } from "../load.js";

const file = (name: string) => readFileSync(new URL(`../../wasm/${name}`, import.meta.url));
// What is read from the disk may be larger: this build is made for speed, that of the other entries for size.
initSync(file("lucidream_fast.wasm"), file("model.bin"));
/** Loads the engine; here it is loaded already. Every platform has it, so that the same program runs on all. */
export const init = async (): Promise<void> => {};
export * from "../index.js";
