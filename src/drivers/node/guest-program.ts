/** What runs in a container, and what of it crosses into the isolate. */
import type { GuestFacts } from "./guest/host-hooks.js";
import type { CodeProgram } from "./node-code.js";

export interface GuestProgram {
  readonly pid: number;
  /** The name that it was started by. */
  readonly argv0: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Of the isolate's heap. */
  readonly memoryLimitMb: number;
  /** Its clocks go in steps of 1 ms. */
  readonly isCoarse?: boolean;
  /** Runs instead of what the arguments name; those are its own then. */
  readonly code?: CodeProgram | null;
}

/** JSON of what its isolate is told when it begins. */
export function factsOf({
  pid,
  argv0,
  args,
  env,
  memoryLimitMb,
  code = null,
}: GuestProgram): string {
  return JSON.stringify({ pid, argv0, args, env, memoryLimitMb, code } satisfies GuestFacts);
}
