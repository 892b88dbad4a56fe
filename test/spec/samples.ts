// Runs the samples of the contract's pages (samples/*.md). They are text, word for word; before a run they get
// the one published transform and no other:
//   1. package names become ours, and the path "..." becomes that of the shipped binary;
//   2. a `spawn` whose body uses `await` gets that body wrapped in an async function and returns a DriverProcess;
//   3. types are stripped.

import { readFileSync } from "node:fs";
import { transformSync } from "esbuild";
import * as facadeEntry from "secure-exec";
import type { DriverProcess, KernelInterface, RuntimeDriver } from "secure-exec/kernel";
import * as kernelEntry from "secure-exec/kernel";
import * as nodeEntry from "secure-exec/node";
import * as wasmvmEntry from "secure-exec/wasmvm";
import * as vitest from "vitest";
import { shippedWasmBinary } from "../boot.js";
import { idleProcess } from "../driver-process.js";

const ourNames: Record<string, string> = {
  "@secure-exec/kernel": "secure-exec/kernel",
  "@secure-exec/os-browser": "secure-exec/kernel",
  "@secure-exec/os-node": "secure-exec/kernel",
  "@secure-exec/runtime-node": "secure-exec/node",
  "@secure-exec/runtime-wasmvm": "secure-exec/wasmvm",
};

const modules: Record<string, unknown> = {
  "secure-exec": facadeEntry,
  "secure-exec/kernel": kernelEntry,
  "secure-exec/node": nodeEntry,
  "secure-exec/wasmvm": wasmvmEntry,
  vitest,
};

/** The samples of one page by name. */
export function readSamples(page: string): (name: string) => string {
  const text = readFileSync(new URL(`samples/${page}.md`, import.meta.url), "utf8");
  const samples = new Map<string, string>();
  for (const [, name, body] of text.matchAll(/^```ts (\S+)\n(.*?)^```$/gms)) {
    samples.set(name as string, body as string);
  }
  return (name) => {
    const sample = samples.get(name);
    if (sample === undefined) throw new Error(`${page}.md has no sample named ${name}`);
    return sample;
  };
}

/** Steps 1 and 2 of the transform. */
export function mapSample(source: string): string {
  return source
    .replace(/(from )"([^"]+)"/g, (_, from, name) => `${from}"${ourNames[name] ?? name}"`)
    .replace('wasmBinaryPath: "..."', () => `wasmBinaryPath: ${JSON.stringify(shippedWasmBinary)}`)
    .replace(/^(spawn\(.*\) \{)\n(.*?)^\}$/gms, (spawn, head, body) =>
      body.includes("await ") ? `${head}\nreturn asyncProcess(async () => {\n${body}});\n}` : spawn,
    );
}

/** The sample as the body of a function: mapped, without types, its imports looked up in `modules`. */
function toFunctionBody(source: string): string {
  const { code } = transformSync(mapSample(source), {
    loader: "ts",
    target: "node20",
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  return code.replace(/^import (\{[^}]*\}) from (".*?");$/gms, "const $1 = modules[$2];");
}

/**
 * Runs a sample's statements.
 *
 * @param scope - What the page's reader has at hand there: `kernel`, `ki`, earlier samples' functions.
 * @param results - Names the sample declares whose values the test wants.
 * @returns Those values, and the lines the sample printed.
 */
export async function runSample(
  source: string,
  scope: Record<string, unknown> = {},
  results: string[] = [],
): Promise<Record<string, unknown> & { printed: string[] }> {
  const printed: string[] = [];
  const console = { log: (...values: unknown[]) => void printed.push(values.join(" ")) };
  const names = { console, modules, ...nodeEntry, ...wasmvmEntry, ...scope };
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  const run = new AsyncFunction(
    ...Object.keys(names),
    `${toFunctionBody(source)}\nreturn { ${results.join(", ")} };`,
  );
  return { ...(await run(...Object.values(names))), printed };
}

/** Runs a sample that must not wait, such as one that calls `describe`. */
export function runSampleNow(
  source: string,
  scope: Record<string, unknown> = {},
  results: string[] = [],
): Record<string, unknown> {
  const names = { modules, ...wasmvmEntry, ...scope };
  const body = `${toFunctionBody(source)}\nreturn { ${results.join(", ")} };`;
  return new Function(...Object.keys(names), body)(...Object.values(names));
}

/** What a sample driver's `spawn` left behind. */
export type SampleDriver = RuntimeDriver & { results: Promise<Record<string, unknown>> };

/**
 * A driver, named like its one command, with the sample as its members.
 *
 * @param results - Names the sample's `spawn` declares whose values the test wants.
 */
export function driverFromSample(
  command: string,
  source: string,
  scope: Record<string, unknown> = {},
  results: string[] = [],
): SampleDriver {
  let settle: (values: Promise<Record<string, unknown>>) => void;
  const outcome = new Promise<Record<string, unknown>>((resolve) => {
    settle = resolve;
  });

  // A test that only looks at the exit code does not look at these: no unhandled rejection then.
  outcome.catch(() => {});

  /** The DriverProcess around a wrapped body: exit 0 at its end, 1 if it throws. */
  const asyncProcess = (run: () => Promise<Record<string, unknown>>): DriverProcess => {
    const running = Promise.resolve().then(run);
    settle(running);
    const { process, exit } = idleProcess();
    running.then(
      () => exit(0),
      () => exit(1),
    );
    return process;
  };

  class Base {
    name = `${command}-driver`;
    commands = [command];
    results = outcome;
    kernel: KernelInterface | null = null;
    async init(ki: KernelInterface): Promise<void> {
      this.kernel = ki;
    }
    async dispose(): Promise<void> {}
  }
  const members = source.replace(/^\}$(?![\s\S]*^\}$)/m, `return { ${results.join(", ")} };\n}`);
  const { Driver } = runSampleNow(
    `class Driver extends Base {\n${results.length > 0 ? members : source}\n}`,
    { Base, asyncProcess, ...scope },
    ["Driver"],
  );
  return new (Driver as new () => SampleDriver)();
}
