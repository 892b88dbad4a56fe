/** The options of the calls that run programs, checked. */
import type { OutputCallback } from "../kernel/output-sink.js";
import {
  checkAbortSignal,
  checkEnv,
  checkFunction,
  checkKeys,
  checkNumber,
  checkText,
  checkWords,
  expected,
} from "./check-options.js";
import { type CallLimitOptions, checkCallLimits } from "./limit-options.js";

/** What every call takes. */
export interface CallOptions {
  /** Its abort ends the call and all that the call has started; the call rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** Options of a program that the runtime starts. */
export interface ProgramOptions extends CallOptions {
  /** Overlays the runtime's environment. */
  env?: Readonly<Record<string, string>>;
  /** The working directory. A relative path is one in the runtime's own. */
  cwd?: string;
  /** Gets standard output as it comes; a promise it returns is awaited before the next chunk. */
  onStdout?: OutputCallback;
  onStderr?: OutputCallback;
  /** Limits of this call and all that it starts; what it leaves out is the runtime's. */
  limits?: CallLimitOptions;
}

/** Options of a call that runs a program to its end. */
export interface NodeRuntimeExecOptions extends ProgramOptions {
  /** Standard input; without it the program reads the end of file at once. */
  stdin?: string | Uint8Array;
  /** How long the call may take, in ms; then all that it has started is ended and it rejects with ERR_TIMEOUT. */
  timeoutMs?: number;
}

/** Options of `spawn` and `spawnCommand`. */
export interface NodeRuntimeSpawnOptions extends ProgramOptions {}

/** Options of calls that run code: what `process.argv` has behind the program's name. */
export interface CodeArguments {
  args?: readonly string[];
}

const programKeys = ["signal", "env", "cwd", "onStdout", "onStderr", "limits"];
const execKeys = [...programKeys, "stdin", "timeoutMs"];

export function checkCall(call: string, given: CallOptions | undefined): void {
  checkKeys(call, given, ["signal"]);
  checkAbortSignal(`${call}: signal`, given?.signal);
}

export function checkSpawn(
  call: string,
  given: (NodeRuntimeSpawnOptions & CodeArguments) | undefined,
  extra: readonly string[] = [],
): void {
  checkKeys(call, given, [...programKeys, ...extra]);
  checkProgram(call, given ?? {});
}

export function checkExec(
  call: string,
  given: (NodeRuntimeExecOptions & CodeArguments) | undefined,
  extra: readonly string[] = [],
): void {
  checkKeys(call, given, [...execKeys, ...extra]);
  if (!given) return;
  checkProgram(call, given);
  const { stdin, timeoutMs } = given;
  if (stdin !== undefined && typeof stdin !== "string" && !(stdin instanceof Uint8Array)) {
    throw expected(`${call}: stdin`, "a string or a Uint8Array", stdin);
  }
  checkNumber(`${call}: timeoutMs`, timeoutMs, 0, false);
}

function checkProgram(call: string, given: ProgramOptions & CodeArguments): void {
  checkAbortSignal(`${call}: signal`, given.signal);
  checkEnv(`${call}: env`, given.env);
  checkText(`${call}: cwd`, given.cwd);
  checkFunction(`${call}: onStdout`, given.onStdout);
  checkFunction(`${call}: onStderr`, given.onStderr);
  checkWords(`${call}: args`, given.args);
  checkCallLimits(call, given.limits);
}
