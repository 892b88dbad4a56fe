/**
 * The options of `createWasmVmRuntime`. Their declarations are part of the package's, where nothing may need TypeScript's DOM
 * library, which has the only types of WebAssembly.
 */

export interface WasmVmRuntimeOptions {
  /** A multi-call binary. */
  wasmBinaryPath?: string;
  /**
   * A directory of `NAME` or `NAME.wasm` files, and of multi-call binaries. Wins over `wasmBinaryPath` where both have a
   * command. A file that can't be run is named by a warning of the host process, and by its error when it is used.
   */
  commandsDir?: string;
  /**
   * Whether the given files are as trustworthy as the host application itself. They then run in
   * threads of its process, as the commands of this package do; otherwise each runs in a process of
   * its own. Default false.
   */
  trusted?: boolean;
}
