/** The options of `openShell` and `connectTerminal`, checked. */
import type { CallLimits, OnLimit } from "./call-limits.js";
import { KernelError } from "./kernel-error.js";

export interface OpenShellOptions {
  /** The program. Default `sh`. */
  command?: string;
  /** Its arguments. */
  args?: string[];
  /** Overlays the kernel's environment; TERM is `xterm-256color` unless either says otherwise. */
  env?: Record<string, string>;
  cwd?: string;
  /** Columns of the window, 1 to 65535. Default 80. */
  cols?: number;
  /** Rows of the window, 1 to 65535. Default 24. */
  rows?: number;
  /** Limits of this call: of the program and all that descend from it. */
  limits?: CallLimits;
  /** Hears of limits that they reach, instead of the kernel's `onLimit`. */
  onLimit?: OnLimit;
}

/** The largest value of `struct winsize`'s fields. */
const SIZE_MAX = 0xffff;

/** The options with their defaults. EINVAL names the one that is wrong. */
export function shellOptions(
  options: OpenShellOptions,
): Required<Omit<OpenShellOptions, "cwd" | "limits" | "onLimit">> & { cwd: string | undefined } {
  if (typeof options !== "object" || options === null) throw invalid("options", "an object");
  const { command = "sh", args = [], env = {}, cwd, cols = 80, rows = 24 } = options;
  if (typeof command !== "string" || command === "") throw invalid("command", "a name or a path");
  if (!Array.isArray(args) || !args.every(isText)) throw invalid("args", "an array of strings");
  if (typeof env !== "object" || env === null || !Object.values(env).every(isText)) {
    throw invalid("env", "an object of strings");
  }
  if (cwd !== undefined && !isText(cwd)) throw invalid("cwd", "a path");
  checkSize("cols", cols);
  checkSize("rows", rows);
  return { command, args, env, cwd, cols, rows };
}

/** EINVAL unless `value` can be a number of columns or rows. */
export function checkSize(name: "cols" | "rows", value: number): void {
  if (!Number.isInteger(value) || value < 1 || value > SIZE_MAX) {
    throw invalid(name, `an integer from 1 to ${SIZE_MAX}, not ${value}`);
  }
}

const isText = (value: unknown): value is string => typeof value === "string";

function invalid(name: string, expected: string): KernelError {
  return new KernelError("EINVAL", `${name} must be ${expected}`);
}
