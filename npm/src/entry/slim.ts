// For libraries: the caller brings the wasm (`lucidream/engine.wasm`).
export { init, initSync, type WasmSource } from "../load.js";
export * from "../index.js";
