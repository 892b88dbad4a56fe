/** The options that every command has: what the sandbox is like. */
import type { Command } from "commander";
import { parseEnv } from "./env-flag.js";
import { parseLimit } from "./limit-flag.js";
import { type MountFlag, parseMount } from "./mount-flag.js";

/** As commander hands them over. */
export interface SandboxFlags {
  readonly mount?: readonly MountFlag[];
  readonly allowNet?: readonly string[];
  readonly limit?: readonly (readonly [name: string, value: number])[];
  readonly env?: readonly (readonly [name: string, value: string])[];
  readonly cwd?: string;
  readonly python?: true;
  readonly json?: true;
}

export function withSandboxFlags(command: Command): Command {
  return command
    .option(
      "--mount <host:guest[:rw]>",
      "show a directory of the host at a path of the sandbox, read-only unless :rw (repeatable)",
      each(parseMount),
    )
    .option(
      "--allow-net <host:port>",
      "let programs connect there, as to *.npmjs.org:443; without a port to any (repeatable)",
      each((text) => text),
    )
    .option(
      "--limit <name=value>",
      "set a limit, as in processes=16 (repeatable)",
      each(parseLimit),
    )
    .option(
      "--env <name=value>",
      "set an environment variable; NAME alone passes on its value here (repeatable)",
      each((text) => parseEnv(text, process.env)),
    )
    .option("--cwd <path>", "the working directory in the sandbox (default: /home/user)")
    .option("--python", "with Python: the commands python and python3");
}

/** A parser of commander's for an option that is given again and again. */
function each<T>(parse: (text: string) => T) {
  return (text: string, before: readonly T[] = []): T[] => [...before, parse(text)];
}
