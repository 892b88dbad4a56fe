/** `secure-exec`: the kernel and the factories of the runtimes. */
export type { Walls } from "./drivers/host/process-walls.host.js";
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
export type { Credential, CredentialValue } from "./runtime/credential-option.js";
export type { Denial, ScopedRule } from "./runtime/denial.js";
export * from "./runtime/errors.js";
export type {
  DeniedEvent,
  EndEvent,
  EventListener,
  LimitEvent,
  RuntimeEvent,
  StartEvent,
  ToolEvent,
} from "./runtime/events.js";
export type { ExposedPort, ExposeOptions } from "./runtime/exposed-port.host.js";
export type { FileAccess, FileRule, FileRules } from "./runtime/file-rules.js";
export type {
  GuestAnswer,
  GuestRequest,
  GuestRequestInit,
  GuestResponse,
} from "./runtime/guest-fetch.host.js";
export type { Listener, ListenerQuery, ServerAddress } from "./runtime/guest-servers.host.js";
export type { CallLimitOptions, LimitOptions } from "./runtime/limit-options.js";
export type { FilesOption, HostMount } from "./runtime/mount-options.js";
export type { CommandRule, CommandRules, EnvRule, EnvRules } from "./runtime/name-rules.js";
export type { NetworkOption, NetworkSetup } from "./runtime/network-option.js";
export type { NetworkRule, NetworkRules } from "./runtime/network-rules.js";
export {
  NodeRuntime,
  type NodeRuntimeShellOptions,
  type SnapshotOptions,
} from "./runtime/node-runtime.js";
export { combine, type PermissionOption } from "./runtime/permission-option.js";
export { presets, workspace } from "./runtime/presets.js";
export type {
  ResidentCallOptions,
  ResidentResult,
  ResidentRunner,
  ResidentRunnerOptions,
} from "./runtime/resident-runner.js";
export type { RuleFunction, RuleVerdict } from "./runtime/rule-list.js";
export type { NodeRuntimeExecResult } from "./runtime/run-program.js";
export type { MkdirOptions, ReadFileOptions, RemoveOptions } from "./runtime/runtime-files.js";
export type { NodeRuntimeProcess } from "./runtime/runtime-process.js";
export { RuntimeSnapshot, type SnapshotSettings } from "./runtime/runtime-snapshot.js";
export type { SignalName } from "./runtime/signal-names.js";
export type { JsonSchema, Tool, ToolCall, ToolsOption } from "./runtime/tool-options.js";
export type { WarmGuests, WarmUpOptions } from "./runtime/warm-up.js";
export { createWasmVmRuntime, type WasmVmRuntimeOptions } from "./wasmvm.js";
