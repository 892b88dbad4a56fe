/** `secure-exec`: the kernel and the factories of the runtimes. */
export * from "./kernel.js";
export { createNodeRuntime } from "./node.js";
export { createPythonRuntime, type PythonRuntimeOptions } from "./python.js";
export { createWasmVmRuntime, type WasmVmRuntimeOptions } from "./wasmvm.js";
