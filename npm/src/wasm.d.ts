// Workers import a `.wasm` file as a compiled module.
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
// And a `.bin` file as its bytes.
declare module "*.bin" {
  const bytes: ArrayBuffer;
  export default bytes;
}
