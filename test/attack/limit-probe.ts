// Programs that attack limits: all at once in one kernel with Node guests in processes, and one after the other
// in a subprocess with Node guests in threads, which some may end.

import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import {
  type CallLimits,
  createInMemoryFileSystem,
  createKernel,
  type Kernel,
  type Limits,
} from "secure-exec/kernel";
import { createNodeRuntime } from "secure-exec/node";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { expect } from "vitest";
import { type Saw, underOracle } from "./universal-oracle.js";

export interface ProbeOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The limit that ended it. */
  readonly limit: string | null;
}

/** A kernel with the shell and Node under the universal oracle; it goes on after the probe, and is disposed. */
export function withKernel(
  probe: (kernel: Kernel, saw: Saw) => Promise<void>,
  limits: Partial<Limits> = {},
  isolation: "process" | "thread" = "process",
): Promise<void> {
  return underOracle(async (saw) => {
    const kernel = createKernel({ filesystem: createInMemoryFileSystem(), limits });
    try {
      await kernel.mount(createWasmVmRuntime());
      await kernel.mount(createNodeRuntime({ isolation }));
      await probe(kernel, saw);
      expect(await kernel.exec("echo alive")).toMatchObject({ stdout: "alive\n", exitCode: 0 });
    } finally {
      await kernel.dispose();
    }
  });
}

/** Runs Node programs, each in a process. */
export async function inProcesses(
  programs: readonly string[],
  limits: CallLimits,
): Promise<ProbeOutcome[]> {
  let outcomes: ProbeOutcome[] = [];
  await withKernel(async (kernel, saw) => {
    const run = async (program: string, index: number): Promise<ProbeOutcome> => {
      const file = `/tmp/probe-${index}.js`;
      await kernel.writeFile(file, program);
      const result = await kernel.execFile("node", [file], { limits });
      saw(result.stdout + result.stderr);
      const { exitCode, stdout, stderr, limit } = result;
      return { exitCode, stdout, stderr, limit: limit?.limit ?? null };
    };
    outcomes = await Promise.all(programs.map(run));
  });
  return outcomes;
}

export interface ThreadOutcomes {
  /** Of the programs that were run to their end. */
  readonly outcomes: ProbeOutcome[];
  /** Whether the subprocess was there at the end. */
  readonly survived: boolean;
}

/** Runs Node programs in threads of a subprocess; it is killed when it is not done in time. */
export async function inThreads(
  programs: readonly string[],
  limits: CallLimits,
  patienceMs = 15_000,
): Promise<ThreadOutcomes> {
  let result: ThreadOutcomes = { outcomes: [], survived: false };
  await underOracle(async (saw) => {
    result = await inSubprocess(programs, limits, patienceMs, saw);
  });
  return result;
}

/** Runs Node programs in threads, each of a subprocess of its own, all at once: programs that may end it. */
export async function inThreadsApart(
  programs: readonly string[],
  limits: CallLimits,
  patienceMs: number,
): Promise<ThreadOutcomes[]> {
  let results: ThreadOutcomes[] = [];
  await underOracle(async (saw) => {
    const runs = programs.map((program) => inSubprocess([program], limits, patienceMs, saw));
    results = await Promise.all(runs);
  });
  return results;
}

async function inSubprocess(
  programs: readonly string[],
  limits: CallLimits,
  patienceMs: number,
  saw: Saw,
): Promise<ThreadOutcomes> {
  const file = fileURLToPath(new URL("fixtures/thread-probe.mjs", import.meta.url));
  const child = spawn(process.execPath, [file], { stdio: ["pipe", "pipe", "ignore"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  child.stdin.end(JSON.stringify({ programs, limits }));
  const printed = await text(child.stdout);
  clearTimeout(timer);
  saw(printed);
  const lines = printed.split("\n").filter(Boolean);
  const survived = lines.at(-1) === '"alive"';
  const outcomes = (survived ? lines.slice(0, -1) : lines).map((line) => JSON.parse(line));
  return { outcomes, survived };
}
