/** Python that the host application runs as text: on no command line, so that its length has no limit of its own. */

/** The `hostData` of a process that runs code. */
export class PythonCode {
  readonly source: string;
  /** Whether it hands a value back by `__return`: JSON, on RESULT_FD. */
  readonly returns: boolean;

  constructor(source: string, returns: boolean) {
    this.source = source;
    this.returns = returns;
  }
}

/** Where `_secure_exec_result.py` writes the value. */
export const RESULT_FD = 3;

/** The arguments of the interpreter that runs the code; `args` are the program's own. */
export function codeArguments({ source, returns }: PythonCode, args: readonly string[]): string[] {
  if (!returns) return ["-c", source, ...args];
  return ["-c", "import _secure_exec_result", source, ...args];
}
