/** `secure-exec/wasmvm`: the runtime of the WASM shell and commands. */
export type { WasmVmRuntimeOptions } from "./drivers/wasmvm/runtime-options.js";
export { createWasmVmRuntime } from "./drivers/wasmvm/wasmvm-driver.js";
