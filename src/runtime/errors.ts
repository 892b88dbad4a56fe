/**
 * The errors of the facade: a class for each stable code. What the kernel itself refuses (a file that is
 * not there, a command that nobody has) comes through as its `KernelError`, with Linux's code.
 */

import type { LimitReached } from "../kernel/call-limits.js";

/** What every error of the facade is. `code` is stable, the text is not. */
export abstract class NodeRuntimeError extends Error {
  abstract readonly code: string;
}

/** An option that does not exist, or that has a value it can't have. */
export class OptionError extends NodeRuntimeError {
  override readonly name = "OptionError";
  readonly code = "ERR_OPTION";
  /** Which one: `create: limits.processes`. */
  readonly option: string;

  constructor(option: string, problem: string) {
    super(`${option}: ${problem}`);
    this.option = option;
  }
}

/** A call on a runtime whose `dispose` has been called. */
export class DisposedError extends NodeRuntimeError {
  override readonly name = "DisposedError";
  readonly code = "ERR_DISPOSED";

  constructor() {
    super("the runtime is disposed");
  }
}

/** A call took longer than its `timeoutMs`; all that it had started is gone. */
export class TimeoutError extends NodeRuntimeError {
  override readonly name = "TimeoutError";
  readonly code = "ERR_TIMEOUT";
  readonly timeoutMs: number;
  /** What had been written until then. */
  readonly stdout: string;
  readonly stderr: string;

  constructor(call: string, timeoutMs: number, stdout = "", stderr = "") {
    super(`${call}: not done after ${timeoutMs} ms`);
    this.timeoutMs = timeoutMs;
    this.stdout = stdout;
    this.stderr = stderr;
  }
}

/** What a guest handed back is no value: larger than the limit, or not in the encoding of values. */
export class ResultError extends NodeRuntimeError {
  override readonly name = "ResultError";
  readonly code = "ERR_RESULT";
}

/** Code that ran in a resident guest has thrown. The guest goes on. */
export class GuestError extends NodeRuntimeError {
  override readonly name = "GuestError";
  readonly code = "ERR_GUEST";
  /** The error's name, such as `TypeError`. */
  readonly guestName: string;
  /** Where in the guest it was thrown. */
  readonly guestStack: string;

  /** @param thrown - What the guest says that was thrown; only data is taken of it. */
  constructor(thrown: unknown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    super(`${error.name}: ${error.message}`);
    this.guestName = error.name;
    this.guestStack = error.stack ?? "";
  }
}

/** A resident guest has ended: by itself, by a crash, by a limit or an abort. */
export class RunnerEndedError extends NodeRuntimeError {
  override readonly name = "RunnerEndedError";
  readonly code = "ERR_RUNNER_ENDED";
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`the resident guest has ended with exit code ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** A snapshot was to be taken of a runtime that has processes. */
export class BusyError extends NodeRuntimeError {
  override readonly name = "BusyError";
  readonly code = "EBUSY";
  readonly pids: readonly number[];

  constructor(processes: readonly { readonly pid: number; readonly command: string }[]) {
    const list = processes.map(({ pid, command }) => `${pid} (${command})`).join(", ");
    super(`EBUSY: processes run: ${list}; pass { processes: "ignore" } to go without them`);
    this.pids = processes.map(({ pid }) => pid);
  }
}

/** A limit that was reached; what it did to a program is in its result. */
export class LimitError extends NodeRuntimeError {
  override readonly name = "LimitError";
  readonly code = "ERR_LIMIT";
  /** Its name, as in `limits`. */
  readonly limit: LimitReached["limit"];
  /** What it is set to: ms, bytes, or a count. */
  readonly value: number;
  /** The process that reached it; 0: the call itself. */
  readonly pid: number;
  readonly command: string;

  constructor({ limit, value, pid, command }: LimitReached) {
    super(`limit of ${limit} reached (${value})${pid === 0 ? "" : `: process ${pid}, ${command}`}`);
    this.limit = limit;
    this.value = value;
    this.pid = pid;
    this.command = command;
  }
}
