/** One run of a WASM program: what its imports work on. */
import type { GuestStub } from "../../../bridge/guest/guest-stub.js";
import { bytesOfText } from "../../../kernel/byte-text.js";
import { DescriptorRights } from "./descriptor-rights.js";
import { GuestMemory } from "./guest-memory.js";

/** What a program starts with. */
export interface ProgramStart {
  /** NUL-terminated; first the name that tells a multi-call module which command it is. */
  readonly args: Uint8Array;
  /** What whoever started it calls it (`exec -a`), the command's name otherwise. */
  readonly argv0: Uint8Array;
  /** NUL-terminated `K=V` strings. */
  readonly env: Uint8Array;
  readonly cwd: Uint8Array;
  /** Its clocks go in steps of 1 ms. */
  readonly isCoarse: boolean;
}

/** Lays a program's start out as WASI hands it to the program. */
export function programStart(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
  isCoarse = false,
  argv0 = command,
): ProgramStart {
  return {
    isCoarse,
    argv0: bytesOfText(argv0),
    args: stringBlock([command, ...args]),
    env: stringBlock(Object.entries(env).map(([name, value]) => `${name}=${value}`)),
    cwd: new TextEncoder().encode(cwd),
  };
}

function stringBlock(strings: readonly string[]): Uint8Array {
  return bytesOfText(strings.map((text) => `${text}\0`).join(""));
}

const empty = new Uint8Array(0);

/** What the functions of WASI itself take of the kernel. */
export interface ProgramKernel
  extends Pick<
    GuestStub,
    "call" | "write" | "result" | "secondResult" | "longResult" | "resultBytes"
  > {
  /** How much one call takes. */
  readonly payload: { readonly length: number };
}

export class Program<Kernel extends ProgramKernel = ProgramKernel> {
  readonly kernel: Kernel;
  readonly memory = new GuestMemory();
  readonly rights = new DescriptorRights();
  /** Whether the preopen is still there: fd_close and fd_renumber take it away. */
  hasPreopen = true;
  args: Uint8Array = empty;
  argv0: Uint8Array = empty;
  env: Uint8Array = empty;
  /** The working directory's path: only this program changes it, so it is known here. */
  cwd: Uint8Array = empty;
  isCoarse = false;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  begin(start: ProgramStart): void {
    this.args = start.args;
    this.argv0 = start.argv0;
    this.env = start.env;
    this.cwd = start.cwd;
    this.isCoarse = start.isCoarse;
  }
}

/** Thrown through the program when it calls `proc_exit`. */
export class ProgramExit extends Error {
  override readonly name = "ProgramExit";
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}
