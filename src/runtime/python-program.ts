/** Python that is given as text, as a program. */
import { PythonCode, RESULT_FD } from "../drivers/python/python-code.js";
import { checkText, expected } from "./check-options.js";
import { NodeRuntimeRunResult } from "./code-program.js";
import { OptionError, ResultError } from "./errors.js";
import type { Program, ProgramEnd } from "./run-program.js";

/**
 * The program. Throws OptionError: the runtime has no Python.
 * @param returns - Whether it hands a value back.
 */
export function pythonProgram(
  call: string,
  code: string,
  args: readonly string[] = [],
  { hasPython, returns }: { hasPython: boolean; returns: boolean },
): Program {
  if (!hasPython) throw new OptionError("create: python", `${call} needs it to be true`);
  if (typeof code !== "string") throw expected(`${call}: code`, "a string", code);
  checkText(`${call}: code`, code);
  const program = { call, command: "python3", args, hostData: new PythonCode(code, returns) };
  return returns ? { ...program, captured: [RESULT_FD] } : program;
}

/** The result with the value that came as JSON. Throws ResultError when what came is none. */
export function resultWithJson<T>(ended: ProgramEnd): NodeRuntimeRunResult<T> {
  return new NodeRuntimeRunResult(ended, parsed<T>(ended.captured[0] ?? null));
}

function parsed<T>(bytes: Uint8Array | null): T | undefined {
  if (bytes === null) {
    throw new ResultError("runPython: the value is larger than limits.capturedBytes");
  }
  if (bytes.length === 0) return undefined;
  try {
    // What type it is only the caller knows, who has written the program.
    return JSON.parse(new TextDecoder().decode(bytes)) as T;
  } catch {
    throw new ResultError("runPython: what the guest handed back is no JSON");
  }
}
