/** Signal numbers of Linux (x86-64) and what each does to a process that has not asked otherwise. */

export const SIGHUP = 1;
export const SIGINT = 2;
export const SIGQUIT = 3;
export const SIGILL = 4;
export const SIGTRAP = 5;
export const SIGABRT = 6;
export const SIGBUS = 7;
export const SIGFPE = 8;
export const SIGKILL = 9;
export const SIGUSR1 = 10;
export const SIGSEGV = 11;
export const SIGUSR2 = 12;
export const SIGPIPE = 13;
export const SIGALRM = 14;
export const SIGTERM = 15;
export const SIGCHLD = 17;
export const SIGCONT = 18;
export const SIGSTOP = 19;
export const SIGTSTP = 20;
export const SIGTTIN = 21;
export const SIGTTOU = 22;
export const SIGURG = 23;
export const SIGXCPU = 24;
export const SIGXFSZ = 25;
export const SIGVTALRM = 26;
export const SIGPROF = 27;
export const SIGWINCH = 28;
export const SIGSYS = 31;

/** The lowest real-time signal: from here on each instance of a signal is delivered. */
export const SIGRTMIN = 34;
/** The highest signal number (real-time signals included). */
export const SIGNAL_MAX = 64;

export type SignalAction = "terminate" | "ignore" | "stop" | "continue";

const exceptions: ReadonlyMap<number, SignalAction> = new Map([
  [SIGCHLD, "ignore"],
  [SIGURG, "ignore"],
  [SIGWINCH, "ignore"],
  [SIGCONT, "continue"],
  [SIGSTOP, "stop"],
  [SIGTSTP, "stop"],
  [SIGTTIN, "stop"],
  [SIGTTOU, "stop"],
]);

/** What `signal` does by default (signal(7)). */
export function defaultAction(signal: number): SignalAction {
  return exceptions.get(signal) ?? "terminate";
}

/** The signals that stop a process by default. */
export const stopSignals = [SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU] as const;
