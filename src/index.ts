/** `secure-exec`: the kernel and the factories of the runtimes. */
export * from "./kernel.js";
export { createNodeRuntime } from "./node.js";
export { createPythonRuntime, type PythonRuntimeOptions } from "./python.js";
export type {
  CallOptions,
  CodeArguments,
  NodeRuntimeExecOptions,
  NodeRuntimeSpawnOptions,
  ProgramOptions,
} from "./runtime/call-options.js";
export type { NodeRuntimeRunResult } from "./runtime/code-program.js";
export type { NodeRuntimeCreateOptions } from "./runtime/create-options.js";
export * from "./runtime/errors.js";
export type { EventListener, RuntimeEvent } from "./runtime/events.js";
export type { LimitOptions } from "./runtime/limit-options.js";
export type { FilesOption, HostMount } from "./runtime/mount-options.js";
export type { NetworkOption } from "./runtime/network-option.js";
export { NodeRuntime, type NodeRuntimeShellOptions } from "./runtime/node-runtime.js";
export type { PermissionOption } from "./runtime/permission-option.js";
export type { NodeRuntimeExecResult } from "./runtime/run-program.js";
export type { MkdirOptions, ReadFileOptions, RemoveOptions } from "./runtime/runtime-files.js";
export type { NodeRuntimeProcess } from "./runtime/runtime-process.js";
export type { SignalName } from "./runtime/signal-names.js";
export { createWasmVmRuntime, type WasmVmRuntimeOptions } from "./wasmvm.js";
