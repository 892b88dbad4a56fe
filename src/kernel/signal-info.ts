/** What is known of a signal that was sent: Linux's siginfo_t, as far as it says something here. */

/** Sent by kill(2). */
export const SI_USER = 0;
/** Sent by the kernel itself. */
export const SI_KERNEL = 0x80;
/** Sent by sigqueue(3). */
export const SI_QUEUE = -1;
/** A timer's. */
export const SI_TIMER = -2;
/** Sent to one thread, as raise(3) does. */
export const SI_TKILL = -6;
/** Codes of SIGCHLD. */
export const CLD_EXITED = 1;
export const CLD_KILLED = 2;
export const CLD_DUMPED = 3;
export const CLD_STOPPED = 5;
export const CLD_CONTINUED = 6;

export interface SignalInfo {
  readonly signal: number;
  /** Why it came: `SI_*`, or `CLD_*` of SIGCHLD. */
  readonly code: number;
  /** Who sent it, or the child it is about; 0 is the kernel. */
  readonly pid: number;
  readonly uid: number;
  /** Of SIGCHLD: the exit code or the signal. Of a timer: its number. */
  readonly status: number;
  /** What sigqueue(3) sent along: two words of 32 bits. */
  readonly value: readonly [low: number, high: number];
}

/** A signal that the kernel sends by itself. */
export function kernelSignal(signal: number): SignalInfo {
  return { signal, code: SI_KERNEL, pid: 0, uid: 0, status: 0, value: [0, 0] };
}
