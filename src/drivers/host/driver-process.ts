/** A guest of ours as the kernel sees it: its standard streams are descriptors, its exit comes once. */
import type { CpuTime } from "../../kernel/cpu-time.js";
import type { DriverProcess } from "../../kernel/runtime-driver.js";

/** A guest that runs, or is on the way to it. */
export interface RunningGuest {
  /** Ends it now; `onExit` is called with 128 + `signal`. */
  kill(signal: number): void;
  /** Stops its computing and lets it go on, for guests that can be stopped. */
  stop?(): void;
  continue?(): void;
  /** What it has computed; null: not known. */
  cpuTime(): CpuTime | null;
}

/**
 * Starts a guest and makes the `DriverProcess` for it.
 * @param run - Starts it; calls `onExit` with its exit code (128 + signal).
 */
export function startGuest(run: (onExit: (code: number) => void) => RunningGuest): DriverProcess {
  let exited: (code: number) => void = () => {};
  const exit = new Promise<number>((resolve) => {
    exited = resolve;
  });
  const guest = run((code) => {
    driverProcess.onExit?.(code);
    exited(code);
  });
  const driverProcess: DriverProcess = {
    // Standard streams are descriptors: the kernel calls neither.
    writeStdin() {},
    closeStdin() {},
    kill: (signal) => guest.kill(signal),
    onStop: () => guest.stop?.(),
    onContinue: () => guest.continue?.(),
    cpuTime: () => guest.cpuTime(),
    wait: () => exit,
    onExit: null,
    onStdout: null,
    onStderr: null,
  };
  return driverProcess;
}
