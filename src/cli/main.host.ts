/** From the words of the command line to an exit code. */
import { CommanderError } from "commander";
import { KernelError } from "../kernel/kernel-error.js";
import { NodeRuntimeError } from "../runtime/errors.js";
import { createProgram } from "./program.host.js";
import { UsageError } from "./usage-error.js";

/** The exit code of what is our own failure and not the guest's, as with env, timeout and docker. */
const OWN_FAILURE = 125;

export async function main(words: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...words], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      // It has printed help, the version or what is wrong.
      return error.exitCode === 0 ? 0 : OWN_FAILURE;
    }
    process.stderr.write(`secure-exec: ${describe(error)}\n`);
    return OWN_FAILURE;
  }
}

/** What the runtime calls an option, and what it is called here. */
const options: readonly (readonly [RegExp, string])[] = [
  [/^create: limits[:.] */, "--limit "],
  [/^create: (network|permissions\.network)\[?\d*\]?(\.\w+)?/, "--allow-net"],
  [/^create: mounts\[\d+\](\.\w+)?/, "--mount"],
  [/^create: /, "--"],
];

/** What went wrong, in the words of the command line. */
function describe(error: unknown): string {
  if (error instanceof NodeRuntimeError) {
    return options.reduce((text, [inside, flag]) => text.replace(inside, flag), error.message);
  }
  if (error instanceof UsageError || error instanceof KernelError) return error.message;
  if (!(error instanceof Error)) return String(error);
  // The host's own errors (a port in use, a file that is not there) have a code; the rest is a defect of ours.
  return "code" in error ? error.message : (error.stack ?? error.message);
}
