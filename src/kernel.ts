/** `secure-exec/kernel`: the kernel, its default store, and what a driver's author needs. */
export {
  createHostFileSystem,
  type HostFileSystemOptions,
} from "./drivers/host/host-file-system.host.js";

import { hostTerminal } from "./drivers/host/host-terminal.host.js";
import {
  createKernel as createBareKernel,
  type Kernel,
  type KernelOptions,
} from "./kernel/kernel.js";

export {
  createHostNetwork,
  type HostNetworkOptions,
} from "./drivers/host/host-network.host.js";
export type { AddressRange } from "./kernel/address-range.js";
export type { CallLimits, LimitReached, OnLimit } from "./kernel/call-limits.js";
export type { ConnectTerminalOptions } from "./kernel/connect-terminal.js";
export * from "./kernel/constants.js";
export type { KernelUser } from "./kernel/credentials.js";
export { Errno, type ErrnoCode, errno } from "./kernel/errno.js";
export type { ExecFileOptions, ExecFileResult, ExecOptions, ExecResult } from "./kernel/exec.js";
export type { FileApi } from "./kernel/file-api.js";
export { FileSystemSnapshot, type SnapshotStore } from "./kernel/file-system-snapshot.js";
export type { ListenerAddress, WaitForListenerOptions } from "./kernel/host-connections.js";
export type { HostTerminal, TerminalConnection, TerminalUser } from "./kernel/host-terminal.js";
export { createInMemoryNetwork, type InMemoryNetwork } from "./kernel/in-memory-network.js";
export {
  exportJson,
  importJson,
  type JsonTree,
  type JsonTreeEntry,
} from "./kernel/json-tree.js";
export type { Kernel, KernelOptions } from "./kernel/kernel.js";

export { KernelError, type KernelErrorCode } from "./kernel/kernel-error.js";
export type { FdStat, KernelInterface } from "./kernel/kernel-interface.js";
export { defaultLimits, type Limits } from "./kernel/limits.js";
export type { ManagedProcess, SpawnOptions } from "./kernel/managed-process.js";
export {
  createInMemoryFileSystem,
  type InMemoryFileSystem,
  type InMemoryFileSystemOptions,
} from "./kernel/memfs-file-system.js";
export type { MountOptions } from "./kernel/mount-calls.js";
export type {
  ByteStream,
  NetworkAdapter,
  NetworkDatagrams,
  NetworkStream,
  NetworkTarget,
  ResolvedAddress,
  TlsOptions,
  TlsStream,
} from "./kernel/network-adapter.js";
export { createOverlayFileSystem, type OverlayOptions } from "./kernel/overlay-file-system.js";
export {
  allowAll,
  allowAllChildProcess,
  allowAllEnv,
  allowAllFs,
  allowAllNetwork,
  type ChildProcessRequest,
  type EnvRequest,
  type FileOperation,
  type FileRequest,
  type NetworkOperation,
  type NetworkRequest,
  type PermissionDecision,
  type PermissionRequest,
  type PermissionRule,
  type PermissionScope,
  type Permissions,
} from "./kernel/permissions.js";
export type { ProcessInfo } from "./kernel/process-table.js";
export { createReadOnlyFileSystem } from "./kernel/read-only-file-system.js";
export type { ProcessUse, Resources, Use } from "./kernel/resources.js";
export type {
  DriverProcess,
  ExecutableFile,
  ProcessContext,
  RuntimeDriver,
} from "./kernel/runtime-driver.js";
export type { ShellHandle } from "./kernel/shell-handle.js";
export type { OpenShellOptions } from "./kernel/shell-options.js";
export * from "./kernel/signals.js";
export {
  parseFileSystemSnapshot,
  SnapshotError,
  type SnapshotErrorReason,
  type SnapshotLimits,
} from "./kernel/snapshot-parser.js";
export type { ListenerInfo } from "./kernel/socket-table.js";
export type { VirtualStat } from "./kernel/stat.js";
export {
  exportTar,
  importTar,
  type TarImportOptions,
  type TarImportResult,
} from "./kernel/tar-archive.js";
export type { PtyDiscipline, PtyPair } from "./kernel/terminal-interface.js";
export {
  defaultTermios,
  type Termios,
  type TermiosCC,
  type TermiosChange,
  type TermiosFlags,
} from "./kernel/termios.js";
export type {
  Answer,
  AttributeChange,
  DirectoryEntry,
  NewNode,
  OpenFile,
  OpenOptions,
  StoreSpace,
  Time,
  VirtualFileSystem,
} from "./kernel/virtual-file-system.js";

/**
 * Makes a kernel: an operating system with no program in it yet.
 * @throws KernelError EINVAL for permissions that are neither booleans nor functions.
 */
export function createKernel(options: KernelOptions): Kernel {
  return createBareKernel(options, { terminal: hostTerminal });
}
