// The smallest parts of a custom driver, for tests that put their own behaviour into one of them.

import type { DriverProcess, RuntimeDriver } from "secure-exec/kernel";

/** A driver for the one command `command` whose `spawn` is given. */
export function driverOf(command: string, spawn: RuntimeDriver["spawn"]): RuntimeDriver {
  return {
    name: `${command}-driver`,
    commands: [command],
    async init() {},
    spawn,
    async dispose() {},
  };
}

/** A DriverProcess that does nothing by itself, and the function that ends it. */
export function idleProcess(): { process: DriverProcess; exit: (code: number) => void } {
  let exit: (code: number) => void = () => {};
  const exited = new Promise<number>((resolve) => {
    exit = resolve;
  });
  const process: DriverProcess = {
    writeStdin() {},
    closeStdin() {},
    kill(signal) {
      exit(128 + signal);
    },
    wait: () => exited,
    onExit: null,
    onStdout: null,
    onStderr: null,
  };
  return { process, exit };
}
