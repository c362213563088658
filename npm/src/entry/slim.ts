// For libraries: the caller brings the wasm (`lucidream/engine.wasm`) and, to compare, dream or recall, the sentence model
// (`lucidream/model.bin`): with `init`, or later with `loadModel`.
export { init, initSync, type WasmSource } from "../load.js";
export * from "../index.js";
