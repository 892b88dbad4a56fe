/** The sandbox that the options of the command line describe. */
import { statSync } from "node:fs";
import path from "node:path";
import type { NodeRuntimeCreateOptions } from "../runtime/create-options.js";
import { NodeRuntime } from "../runtime/node-runtime.js";
import { withProgress } from "./progress.host.js";
import type { SandboxFlags } from "./sandbox-flags.js";
import { UsageError } from "./usage-error.js";

/** What is said while making the sandbox takes long. */
export function making({ python }: SandboxFlags): string {
  return python ? "making the sandbox; Python takes longer the first time" : "making the sandbox";
}

/** Makes the sandbox; long work is shown on a terminal. */
export function createSandbox(flags: SandboxFlags): Promise<NodeRuntime> {
  return withProgress(making(flags), NodeRuntime.create(createOptionsOf(flags)));
}

export function createOptionsOf(flags: SandboxFlags): NodeRuntimeCreateOptions {
  const { mount = [], allowNet, limit = [], env = [], cwd, python } = flags;
  return {
    mounts: mount.map(({ hostPath, ...rest }) => ({ hostPath: directory(hostPath), ...rest })),
    limits: Object.fromEntries(limit),
    env: {
      ...(process.env.TERM !== undefined && { TERM: process.env.TERM }),
      ...Object.fromEntries(env),
    },
    ...(cwd !== undefined && { cwd }),
    ...(allowNet && { network: allowNet }),
    ...(python && { python }),
  };
}

function directory(hostPath: string): string {
  const found = statSync(hostPath, { throwIfNoEntry: false });
  if (!found?.isDirectory()) throw new UsageError(`--mount ${hostPath}: no such directory`);
  return path.resolve(hostPath);
}
