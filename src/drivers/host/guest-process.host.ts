/**
 * One guest host process: an operating system process of ours, started with our own flags, an
 * empty environment, `/` as its directory, a session of its own, low priority and no descriptor
 * but its channel. What runs in it can make calls on the channel; nothing else was given to it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readSync } from "node:fs";
import type { Socket } from "node:net";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import type { ByteTransport } from "../../bridge/socket-channel.js";
import { type ServedEnd, SocketConnection } from "../../bridge/socket-connection.js";
import { ThreadConnection } from "../../bridge/thread-connection.js";
import { type CpuTime, noCpuTime } from "../../kernel/cpu-time.js";
import type { KernelInterface } from "../../kernel/kernel-interface.js";
import { SIGKILL } from "../../kernel/signals.js";
import { exitStatus, signalStatus } from "../../kernel/wait-status.js";
import { type ControlGroup, ControlGroups } from "./control-group.host.js";
import { processCpuTime } from "./cpu-clock.host.js";
import type { GuestStart } from "./guest-runtime.js";
import { type Walls, wallsOf } from "./process-walls.host.js";
import type { Reaper } from "./reaper.host.js";
import { encodeStart } from "./start-message.js";

const CHANNEL_FD = 3;
/** The channels of a guest's other threads. */
const THREADS_FD = 4;
/** Below the host's own threads, so that its event loop stays responsive. */
const NICENESS = 10;
/** How long a guest that is leaving may take until its process is ready for the next. */
const LEAVE_MS = 1000;
/** Of its own heap, which holds the runtime's code; guests' heaps are limited by their isolates. */
const HEAP_MB = 256;

const nodeFlags = [
  // isolated-vm asks for it, and a guest's library needs `internalBinding` by name only.
  "--no-node-snapshot",
  "--expose-internals",
  "--no-warnings",
  // Guests' young generations have half a megabyte: to share the work costs more than it is.
  "--no-parallel-scavenge",
  `--max-old-space-size=${HEAP_MB}`,
];

/** Of the stack, for what is not V8's. */
const STACK_SPARE_KB = 4096;

/**
 * No core files of guests, few descriptors. Node starts programs with descriptors that it was itself
 * started with, from 16 on: they are listed for the program to close, which a shell can't do.
 * `exec` keeps the process id.
 */
const limited = (stackKb: number) => `
stack=
[ ${stackKb} -gt 0 ] && ulimit -s ${stackKb + STACK_SPARE_KB} 2>/dev/null && stack=--stack-size=${stackKb}
ulimit -c 0
ulimit -n 256
folder=/proc/self/fd
[ -d $folder ] || folder=/dev/fd
stray=
for file in $folder/*; do
  fd=\${file##*/}
  [ "$fd" -gt ${THREADS_FD} ] && [ -e "$file" ] && stray="$stray $fd"
done
if [ -x "$1" ]; then launch=$1; else launch=; fi
shift
exec $launch "$0" $stack "$@" "$stray"
`;

/** Gives the program that it becomes namespaces of its own (native/walls/launch.cc, compiled at install); may be missing. */
const LAUNCHER = `./native/launch-${process.platform}-${process.arch}`;

const READ_BYTES = 64 * 1024;

const controlGroups = ControlGroups.find();

/** `starting` → `idle` ⇄ `busy` → `leaving` → `idle`; any → `ending` (killed) → `gone`. */
type State = "starting" | "idle" | "busy" | "leaving" | "ending" | "gone";

/** What a guest host process runs. */
export interface GuestProgram {
  /** The file of `guest-host.host.ts`: `dist/guest-host.cjs`. */
  readonly host: URL;
  /** The file of a runtime, which exports the functions of `GuestRuntime`. */
  readonly runtime: URL;
  /** The stack that the runtime wants, where the system lets it have so much; V8's usual one without. */
  readonly stackKb?: number;
}

export class GuestProcess {
  readonly #child: ChildProcess;
  /** Missing when the process could not be made. */
  readonly #socket: Socket | undefined;
  readonly #threads: Socket | undefined;
  readonly #connection: SocketConnection;
  readonly #reaper: Reaper;
  readonly #group: ControlGroup | null;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
  /** Resolves when it can serve for the first time, or never will. */
  readonly settled: Promise<void>;
  #settle: () => void = () => {};
  /** Called when it can serve a process. */
  onIdle: (() => void) | null = null;
  /** Called once, when it is gone; whether it was ever ready to serve. */
  onGone: ((wasReady: boolean) => void) | null = null;
  #wasReady = false;
  #state: State = "starting";
  #isStopped = false;
  #isRested = false;
  /** What it had computed before its guest. */
  #cpuAtStart: CpuTime = noCpuTime;
  #leaveTimer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param isAwaited - Somebody waits for it: it starts with the host's own priority, which no guest has, and loads no more than
   *   every guest needs.
   */
  constructor(program: GuestProgram, reaper: Reaper, isAwaited = false) {
    this.#reaper = reaper;
    const host = fileURLToPath(program.host);
    const launcher = fileURLToPath(new URL(LAUNCHER, program.host));
    const awaited = isAwaited ? "awaited" : "";
    const argv = [process.execPath, launcher, ...nodeFlags, host, program.runtime.href, awaited];
    this.#child = spawn("/bin/sh", ["-c", limited(program.stackKb ?? 0), ...argv], {
      cwd: "/",
      // Where the host is, is nobody's business.
      env: { TZ: "UTC" },
      detached: true,
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    // `pipe` makes a socketpair. Node leaves all of `stdio` out when it has no descriptors left.
    this.#socket = (this.#child.stdio as (Socket | null)[] | undefined)?.[CHANNEL_FD] ?? undefined;
    this.#threads = (this.#child.stdio as (Socket | null)[] | undefined)?.[THREADS_FD] ?? undefined;
    const threads = new ThreadConnection(
      (bytes) => {
        if (this.#threads && !this.#threads.destroyed) this.#threads.write(bytes);
      },
      () => this.kill(),
    );
    const events = {
      onReady: () => this.#ready(),
      onRested: () => this.#rested(),
      onViolation: () => this.kill(),
    };
    this.#connection = new SocketConnection(transportOf(this.#socket), events, threads);
    this.#threads?.on("data", (bytes: Uint8Array) => threads.receive(bytes));
    this.#threads?.on("error", () => {});
    this.#socket?.on("data", (bytes: Uint8Array) => this.#connection.receive(bytes));
    this.#socket?.on("error", () => {});
    // A process that has closed its channel can't be told anything any more.
    this.#socket?.once("end", () => this.kill());
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.gone = new Promise((resolve) => {
      this.#child.once("error", () => this.#lost(null, "SIGKILL", resolve));
      this.#child.once("exit", () => this.#signalGroup("SIGKILL"));
      this.#child.once("close", (code, signal) => this.#lost(code, signal, resolve));
    });
    const { pid } = this.#child;
    this.#group = pid === undefined ? null : (controlGroups?.enclose(pid) ?? null);
    if (pid !== undefined) {
      if (!isAwaited) lowerPriority(pid);
      reaper.register(pid);
    }
    this.#setKeepsHostAlive(false);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get state(): State {
    return this.#state;
  }

  /** Whether it is idle and has made what its next guest needs. */
  get isRested(): boolean {
    return this.#isRested;
  }

  /** The walls around it; null: it is not up. */
  get walls(): Walls | null {
    if (this.pid === undefined || !this.#wasReady || this.#state === "gone") return null;
    return wallsOf(this.pid, this.#group?.bounds ?? []);
  }

  /** Starts a guest as process `pid`. Only when idle. */
  serve(kernel: KernelInterface, start: GuestStart, onEnd: (end: ServedEnd) => void): void {
    this.#state = "busy";
    this.#isRested = false;
    this.#cpuAtStart = this.#readClock() ?? noCpuTime;
    this.#setKeepsHostAlive(true);
    if (start.memoryBytes !== undefined) this.#group?.limitMemory(start.memoryBytes);
    this.#connection.serve(kernel, start.pid, (end) => {
      // A stopped process would never say that it is ready: nobody shall be handed it.
      if (end.isLeaving && this.#state === "busy" && !this.#isStopped) this.#leave();
      else this.kill();
      onEnd(end);
    });
    this.#socket?.write(encodeStart(start));
  }

  /** What its guest has computed; null: not known. */
  get cpuTime(): CpuTime | null {
    const now = this.#readClock();
    if (!now) return null;
    const { userMs, systemMs } = this.#cpuAtStart;
    return { userMs: now.userMs - userMs, systemMs: now.systemMs - systemMs };
  }

  #readClock(): CpuTime | null {
    return this.pid === undefined || this.#state === "gone" ? null : processCpuTime(this.pid);
  }

  /** Stops the guest's computing until `continue`; one that is ending stays as it is. */
  stop(): void {
    if (this.#state !== "busy" && this.#state !== "idle") return;
    this.#isStopped = true;
    this.#signalGroup("SIGSTOP");
  }

  continue(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#signalGroup("SIGCONT");
  }

  /** Ends the process, whatever it is doing. */
  kill(): void {
    if (this.#state === "gone") return;
    // What it said last may still be on its way: it serves nobody any more.
    this.#state = "ending";
    this.#signalGroup("SIGKILL");
    this.#child.kill("SIGKILL");
    this.#group?.kill();
    // Its end is awaited by `dispose`, perhaps as the last thing the application does.
    this.#setKeepsHostAlive(true);
  }

  #leave(): void {
    this.#state = "leaving";
    this.#leaveTimer = setTimeout(() => this.kill(), LEAVE_MS);
    this.#setKeepsHostAlive(false);
    this.#leaveTimer.unref();
  }

  #ready(): void {
    clearTimeout(this.#leaveTimer);
    if (this.#state === "ending" || this.#state === "gone") return;
    if (!this.#wasReady && this.pid !== undefined) lowerPriority(this.pid);
    this.#state = "idle";
    this.#wasReady = true;
    this.#settle();
    this.onIdle?.();
  }

  #rested(): void {
    // A guest may have come meanwhile.
    this.#isRested = this.#state === "idle";
  }

  #lost(code: number | null, signal: NodeJS.Signals | null, resolve: () => void): void {
    if (this.#state === "gone") return;
    this.#state = "gone";
    this.#group?.remove();
    clearTimeout(this.#leaveTimer);
    if (this.#child.pid !== undefined) this.#reaper.forget(this.#child.pid);
    this.#connection.lost(waitStatusOf(code, signal));
    this.#settle();
    this.onGone?.(this.#wasReady);
    resolve();
  }

  /** What the guest's process may have started itself, against all rules, gets it too. */
  #signalGroup(signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // ESRCH: nothing of it is left.
    }
  }

  #setKeepsHostAlive(isBusy: boolean): void {
    if (isBusy) {
      this.#child.ref();
      this.#socket?.ref();
      this.#threads?.ref();
    } else {
      this.#child.unref();
      this.#socket?.unref();
      this.#threads?.unref();
    }
  }
}

/** The wait status of the process that was served, from how its guest host process ended. */
function waitStatusOf(code: number | null, signal: NodeJS.Signals | null): number {
  if (signal) return signalStatus(constants.signals[signal] ?? SIGKILL);
  // A guest's own exit is a call: who leaves without one has crashed, even with code 0.
  return exitStatus(code || 1);
}

/** Of all its threads: on Linux each has a priority of its own. */
function lowerPriority(pid: number): void {
  for (const thread of threadsOf(pid)) {
    try {
      setPriority(thread, NICENESS);
    } catch {
      // Gone already, or the system does not allow it: it only costs responsiveness.
    }
  }
}

function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [pid];
  }
}

function transportOf(socket: Socket | undefined): ByteTransport {
  return {
    send(bytes) {
      if (socket && !socket.destroyed) socket.write(bytes);
    },
    setFlowing(isFlowing) {
      if (isFlowing) socket?.resume();
      else socket?.pause();
    },
    readNow() {
      if (!socket) return null;
      const buffered: Uint8Array | null = socket.read();
      if (buffered) return buffered;
      // Not documented, but there on every Node: without it, what is still on its way is lost.
      const { _handle: handle } = socket as { _handle?: { fd?: number } | null };
      if (handle?.fd === undefined || handle.fd < 0) return null;
      const bytes = new Uint8Array(READ_BYTES);
      try {
        const count = readSync(handle.fd, bytes);
        return count > 0 ? bytes.subarray(0, count) : null;
      } catch {
        // EAGAIN: nothing has come.
        return null;
      }
    },
  };
}
