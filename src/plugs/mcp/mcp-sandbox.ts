/**
 * What the tools of one MCP server work on: a runtime, the processes that `start` has begun in it and
 * the snapshots taken of it. All that a client can make grow is bounded here.
 */
import type { NodeRuntimeCreateOptions } from "../../runtime/create-options.js";
import { NodeRuntime } from "../../runtime/node-runtime.js";
import type { NodeRuntimeProcess } from "../../runtime/runtime-process.js";
import type { RuntimeSnapshot } from "../../runtime/runtime-snapshot.js";
import { OUTPUT_CHARACTERS } from "../bounded-text.js";
import { ProcessLog } from "./process-log.js";

export interface McpSandboxOptions {
  /** What the sandbox is like: options of `NodeRuntime.create`. */
  readonly sandbox?: NodeRuntimeCreateOptions;
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
/** Snapshots kept; the oldest makes room. */
const SNAPSHOTS_MAX = 8;

export class McpSandbox {
  readonly outputCharacters: number;
  readonly execTimeoutMs: number;
  #runtime: NodeRuntime;
  readonly #createOptions: NodeRuntimeCreateOptions;
  readonly #started = new Map<number, StartedProcess>();
  readonly #snapshots = new Map<string, RuntimeSnapshot>();
  #snapshotCount = 0;

  private constructor(runtime: NodeRuntime, options: McpSandboxOptions) {
    this.#runtime = runtime;
    this.#createOptions = options.sandbox ?? {};
    this.outputCharacters = options.outputCharacters ?? OUTPUT_CHARACTERS;
    this.execTimeoutMs = options.execTimeoutMs ?? EXEC_TIMEOUT_MS;
  }

  /** Rejects with what `NodeRuntime.create` rejects with. */
  static async create(options: McpSandboxOptions): Promise<McpSandbox> {
    return new McpSandbox(await NodeRuntime.create(options.sandbox), options);
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

  async snapshot(): Promise<string> {
    const snapshot = await this.#runtime.snapshot({ processes: "ignore" });
    const id = `snapshot-${++this.#snapshotCount}`;
    this.#snapshots.set(id, snapshot);
    const [oldest] = this.#snapshots.keys();
    if (this.#snapshots.size > SNAPSHOTS_MAX && oldest) this.#snapshots.delete(oldest);
    return id;
  }

  /** Goes back to a snapshot; all processes end. */
  async restore(id: string): Promise<void> {
    const snapshot = this.#snapshots.get(id);
    if (!snapshot) {
      const ids = [...this.#snapshots.keys()].join(", ") || "none";
      throw new Error(`no snapshot ${id}; there are: ${ids}`);
    }
    const before = this.#runtime;
    // The snapshot has its files already.
    const { files: _, ...options } = this.#createOptions;
    this.#runtime = await NodeRuntime.restore(snapshot, options);
    this.#started.clear();
    await before.dispose();
  }

  async dispose(): Promise<void> {
    this.#started.clear();
    this.#snapshots.clear();
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
