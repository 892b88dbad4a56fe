/** `process_methods`: the process itself: arguments, directory, clocks, signals sent, the end. */
import type { ChildProcesses } from "../guest/child-processes.js";
import { execve } from "../guest/exec.js";
import type { Binding, Guest } from "../guest/guest.js";
import { HRTIME_BASE_MS } from "../guest/high-resolution-time.js";
import { pathBytes } from "../guest/kernel-calls.js";
import { utf8Encode } from "../guest/utf8.js";

export const EXEC_PATH = "/usr/bin/node";
const MiB = 1024 * 1024;
/** A worker may name itself, which nobody else sees, from this Node on. */
const OWN_TITLES_SINCE = 22;
const RUSAGE_SELF = 0;
const US_PER_S = 1e6;

/** The guest's own arguments: what it sees in `process.argv` and `process.execArgv`. */
export interface ProcessArguments {
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

export function processMethodsBinding(
  guest: Guest,
  children: ChildProcesses,
  given: () => ProcessArguments,
): Binding {
  const { kernel, hooks, configuration, loop } = guest;
  const isMain = configuration.thread === 0;
  const hrtimeBuffer = new Uint32Array(3);
  const hrtimeBig = new BigUint64Array(hrtimeBuffer.buffer, 0, 1);
  /** User and system time in µs. */
  const cpuTimes = (): [number, number] => {
    if (kernel.call("resource_usage", { who: RUSAGE_SELF }) !== 0) return [0, 0];
    const words = new BigInt64Array(kernel.bytes.slice().buffer);
    const us = (at: number) => Number(words[at]) * US_PER_S + Number(words[at + 1]);
    return [us(0), us(2)];
  };
  // A clock that begins with the guest would betray nothing, but 0 looks like an error to some.
  const nanoseconds = () => BigInt(Math.round((hooks.now() + HRTIME_BASE_MS) * 1e6));

  return {
    hrtimeBuffer,
    hrtime() {
      const now = nanoseconds();
      const seconds = now / 1_000_000_000n;
      hrtimeBuffer[0] = Number(seconds >> 32n);
      hrtimeBuffer[1] = Number(seconds & 0xffffffffn);
      hrtimeBuffer[2] = Number(now % 1_000_000_000n);
    },
    hrtimeBigInt() {
      hrtimeBig[0] = nanoseconds();
    },
    patchProcessObject(process: Record<PropertyKey, unknown>) {
      const args = given();
      let title = String(args.options["--title"] || guest.facts.argv0);
      Object.defineProperty(process, "title", {
        get: () => title,
        set: (value: unknown) => {
          if (isMain || guest.nodeMajor >= OWN_TITLES_SINCE) title = String(value);
        },
        enumerable: true,
        configurable: true,
      });
      Object.defineProperty(process, "pid", {
        value: guest.facts.pid,
        enumerable: true,
        writable: false,
        configurable: true,
      });
      process.argv = [...args.argv];
      process.execArgv = [...args.execArgv];
      Object.defineProperty(process, "ppid", {
        get: () => {
          kernel.call("getppid", {});
          return kernel.result;
        },
        enumerable: true,
        configurable: true,
      });
      process.execPath = EXEC_PATH;
      let port = 9229;
      Object.defineProperty(process, "debugPort", {
        get: () => port,
        set: (value: unknown) => {
          if (isMain) port = Number(value);
        },
        enumerable: true,
        configurable: true,
      });
    },
    cwd() {
      const failed = kernel.call("getcwd", {});
      if (failed) throw guest.uv.exception({ errno: failed, syscall: "uv_cwd" });
      return kernel.text();
    },
    chdir(directory: string) {
      const failed = kernel.call("chdir", { path: pathBytes(directory) });
      if (!failed) return;
      const cwd = kernel.call("getcwd", {}) ? "" : kernel.text();
      throw guest.uv.exception({ errno: failed, syscall: "chdir", path: cwd, dest: directory });
    },
    umask(mask?: number) {
      kernel.call("umask", { mask: mask ?? 0 });
      const old = kernel.result;
      if (mask === undefined) kernel.call("umask", { mask: old });
      return old;
    },
    memoryUsage(values: Float64Array) {
      const { total, used } = hooks.compute("heap") as { total: number; used: number };
      values[0] = total + 30 * MiB;
      values[1] = total;
      values[2] = used;
      values[3] = MiB;
      values[4] = 64 * 1024;
    },
    rss: () => (hooks.compute("heap") as { total: number }).total + 30 * MiB,
    constrainedMemory: () => guest.facts.memoryLimitMb * MiB,
    availableMemory: () => guest.facts.memoryLimitMb * MiB,
    cpuUsage(values: Float64Array) {
      [values[0], values[1]] = cpuTimes();
    },
    threadCpuUsage(values: Float64Array) {
      [values[0], values[1]] = cpuTimes();
    },
    resourceUsage(values: Float64Array) {
      values.fill(0);
      [values[0], values[1]] = cpuTimes();
      values[2] = 64 * 1024;
    },
    uptime: () => (hooks.now() - guest.startedAt) / 1000,
    _kill: (pid: number, signal: number) => kernel.call("kill", { pid, signal }),
    _rawDebug(text: string) {
      kernel.writeFully(2, utf8Encode(`${text}\n`), -1);
    },
    _debugProcess: guest.missing("process_methods", "_debugProcess"),
    _debugEnd() {},
    _getActiveRequests: () => [],
    _getActiveHandles: () => loop.handles.active().map(({ owner }) => owner),
    getActiveResourcesInfo: () => [
      ...loop.handles.active().map(({ name }) => name),
      ...Array.from({ length: loop.timeoutInfo[0] as number }, () => "Timeout"),
      ...Array.from({ length: loop.immediateInfo[1] as number }, () => "Immediate"),
    ],
    execve: (file: string, args: readonly string[], env: readonly string[]) =>
      execve(guest, children, file, args, env),
    abort: () => guest.abort(),
    causeSegfault() {
      kernel.call("kill", { pid: guest.facts.pid, signal: 11 });
      guest.exit(139);
    },
    reallyExit(code?: number) {
      if (guest.options["--trace-exit"] === true) traceExit(guest, (code ?? 0) | 0);
      return guest.exit((code ?? 0) | 0);
    },
    dlopen() {
      const error = new Error("native addons are not part of this sandbox") as Error & {
        code: string;
      };
      error.code = "ERR_DLOPEN_FAILED";
      throw error;
    },
    /** Variables of a file, for those that are not set. */
    loadEnvFile(path = ".env") {
      const { readFileSync } = guest.require("fs") as {
        readFileSync(path: string, as: "utf8"): string;
      };
      const found = hooks.compute("parseEnv", readFileSync(path, "utf8")) as Record<string, string>;
      const env = guest.process.env as Record<string, string>;
      for (const [name, value] of Object.entries(found)) env[name] ??= value;
    },
    setEmitWarningSync() {},
    resetStdioForTesting() {},
  };
}

/** `--trace-exit`: where a program ends itself. */
function traceExit({ configuration, facts, kernel }: Guest, code: number): void {
  const thread = configuration.thread === 0 ? "" : `, thread:${configuration.thread}`;
  const [, ...stack] = (new Error().stack ?? "").split("\n");
  const head = `(node:${facts.pid}${thread}) WARNING: Exited the environment with code ${code}`;
  kernel.writeFully(2, utf8Encode(`${[head, ...stack].join("\n")}\n`), -1);
}
