/** POSIX wait status words: how a process ended, packed as Linux packs it. */

/** The status of a process that called `exit(code)`. */
export function exitStatus(code: number): number {
  return (code & 0xff) << 8;
}

/** The status of a process that `signal` ended. */
export function signalStatus(signal: number): number {
  return signal & 0x7f;
}

/** The status of a process that `signal` has stopped. */
export function stopStatus(signal: number): number {
  return (signal << 8) | 0x7f;
}

/** The status of a process that SIGCONT has continued. */
export const CONTINUED_STATUS = 0xffff;

/** The signal that ended the process, or 0 when it exited by itself. */
export function terminationSignal(status: number): number {
  return status & 0x7f;
}

/** The shell's view of a status: the exit code, or 128 + the signal. */
export function exitCodeOf(status: number): number {
  const signal = terminationSignal(status);
  return signal === 0 ? (status >> 8) & 0xff : 128 + signal;
}
