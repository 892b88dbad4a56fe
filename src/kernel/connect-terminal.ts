/**
 * `kernel.connectTerminal`: `openShell` wired to the terminal that a person sits at. That one is raw
 * meanwhile: keys, ^C included, are the program's. It is given back on every way out.
 */
import type { HostTerminal, TerminalConnection } from "./host-terminal.js";
import { KernelError } from "./kernel-error.js";
import type { KernelTables } from "./kernel-tables.js";
import type { SpawnDefaults } from "./managed-process.js";
import type { OutputCallback } from "./output-sink.js";
import { openShell, type Shell } from "./shell-handle.js";
import type { OpenShellOptions } from "./shell-options.js";
import { SIGHUP } from "./signals.js";

export interface ConnectTerminalOptions extends OpenShellOptions {
  /** Gets the output in the place of the host's terminal; a promise is awaited before the next chunk. */
  onData?: OutputCallback;
  /** The terminal to use in the place of the host's own: needed where the host has none, as in a browser. */
  terminal?: HostTerminal;
}

/** @returns the program's exit code. Throws what `openShell` throws; ENOTTY: there is no terminal. */
export async function connectTerminal(
  tables: KernelTables,
  defaults: SpawnDefaults,
  hostTerminal: HostTerminal | undefined,
  options: ConnectTerminalOptions = {},
): Promise<number> {
  const { onData, terminal: given, ...shellOptions } = options;
  if (onData !== undefined && typeof onData !== "function") {
    throw new KernelError("EINVAL", "onData must be a function");
  }
  const terminal = given ?? hostTerminal;
  if (!terminal)
    throw new KernelError("ENOTTY", "connectTerminal needs the option `terminal` here");
  const shell = openShell(tables, defaults, { ...terminal.size(), ...shellOptions });
  const connection = connect(terminal, shell);
  try {
    shell.onData = onData ?? ((data) => connection.write(data));
    return await shell.wait();
  } finally {
    connection.close();
  }
}

function connect(terminal: HostTerminal, shell: Shell): TerminalConnection {
  try {
    return terminal.open({
      input: (data) => shell.write(data),
      inputEnded: () => shell.endInput(),
      resized: (cols, rows) => shell.resize(cols, rows),
    });
  } catch (thrown) {
    shell.kill(SIGHUP);
    throw thrown;
  }
}
