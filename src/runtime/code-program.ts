/** Code that is given as text, as a program: an ES module that has no file, with top-level await. */
import { NodeCode } from "../drivers/node/node-code.js";
import { BadEncoding, decodeValue } from "../drivers/node/value-encoding.js";
import { checkText, expected } from "./check-options.js";
import { ResultError } from "./errors.js";
import { NodeRuntimeExecResult, type Program, type ProgramEnd } from "./run-program.js";

/** What `run` answers. */
export class NodeRuntimeRunResult<T> extends NodeRuntimeExecResult {
  /** What the program handed to `globalThis.__return`, else its default export; undefined when there is neither. */
  readonly value: T | undefined;

  constructor(ended: ProgramEnd, value: T | undefined) {
    super(ended);
    this.value = value;
  }
}

/** Where a guest writes its value. */
const RESULT_FD = 3;

/** The program, for `exec` and `spawn`. */
export function codeProgram(call: string, code: string, args: readonly string[] = []): Program {
  checkCode(call, code);
  return { call, command: "node", args, hostData: new NodeCode(code, null) };
}

/** The program, for `run`. */
export function valueProgram(call: string, code: string, args: readonly string[] = []): Program {
  checkCode(call, code);
  const hostData = new NodeCode(code, RESULT_FD);
  return { call, command: "node", args, hostData, captured: [RESULT_FD] };
}

/** The result with the value that came. Throws ResultError when what came is none. */
export function resultWithValue<T>(ended: ProgramEnd): NodeRuntimeRunResult<T> {
  return new NodeRuntimeRunResult(ended, decoded<T>(ended.captured[0] ?? null));
}

function decoded<T>(bytes: Uint8Array | null): T | undefined {
  if (bytes === null) throw new ResultError("run: the value is larger than limits.capturedBytes");
  if (bytes.length === 0) return undefined;
  try {
    // What type it is only the caller knows, who has written the program.
    return decodeValue(new TextDecoder().decode(bytes)) as T;
  } catch (thrown) {
    if (!(thrown instanceof BadEncoding)) throw thrown;
    throw new ResultError(`run: what the guest handed back is no value: ${thrown.message}`);
  }
}

function checkCode(call: string, code: unknown): void {
  if (typeof code !== "string") throw expected(`${call}: code`, "a string", code);
  checkText(`${call}: code`, code);
}
