/**
 * What the tools of one MCP server work on: a runtime and the processes that `start` has begun in it. All that a client can make grow is bounded here.
 */
import type { NodeRuntime } from "../../runtime/node-runtime.js";
import type { NodeRuntimeProcess } from "../../runtime/runtime-process.js";
import { OUTPUT_CHARACTERS } from "../bounded-text.js";
import { ProcessLog } from "./process-log.js";

export interface McpSandboxOptions {
  /** The most characters of output that one answer has. Default 30,000. */
  readonly outputCharacters?: number;
  /** How long `exec` may take, in ms, unless the call says less. Default two minutes. */
  readonly execTimeoutMs?: number;
}

/** A process that `start` has begun. */
export interface StartedProcess {
  readonly command: string;
  readonly process: NodeRuntimeProcess;
  readonly log: ProcessLog;
}

const EXEC_TIMEOUT_MS = 120_000;
/** Processes whose logs are kept; ended ones make room. */
const PROCESSES_MAX = 32;
/** Bytes of output kept of each. */
const LOG_BYTES = 256 * 1024;

export class McpSandbox {
  readonly outputCharacters: number;
  readonly execTimeoutMs: number;
  readonly #runtime: NodeRuntime;
  readonly #started = new Map<number, StartedProcess>();

  /** Takes over `runtime`. */
  constructor(runtime: NodeRuntime, options: McpSandboxOptions = {}) {
    this.#runtime = runtime;
    this.outputCharacters = options.outputCharacters ?? OUTPUT_CHARACTERS;
    this.execTimeoutMs = options.execTimeoutMs ?? EXEC_TIMEOUT_MS;
  }

  get runtime(): NodeRuntime {
    return this.#runtime;
  }

  async start(command: string, options: { cwd?: string; env?: Record<string, string> }) {
    this.#makeRoom();
    const log = new ProcessLog(LOG_BYTES);
    const append = (chunk: Uint8Array) => log.append(chunk);
    const process = await this.#runtime.spawnCommand("sh", ["-c", command], {
      ...options,
      onStdout: append,
      onStderr: append,
    });
    process.closeStdin();
    const started = { command, process, log };
    this.#started.set(process.pid, started);
    return started;
  }

  /** @throws Error naming the pids there are. */
  startedProcess(pid: number): StartedProcess {
    const started = this.#started.get(pid);
    if (started) return started;
    const pids = [...this.#started.keys()].join(", ") || "none";
    throw new Error(`no process ${pid} was started here; there are: ${pids}`);
  }

  async dispose(): Promise<void> {
    this.#started.clear();
    await this.#runtime.dispose();
  }

  #makeRoom(): void {
    if (this.#started.size < PROCESSES_MAX) return;
    for (const [pid, { process }] of this.#started) {
      if (process.exitCode === null) continue;
      this.#started.delete(pid);
      return;
    }
    throw new Error(`${PROCESSES_MAX} processes run already: stop one first`);
  }
}
