/** One process: who it is, what it may touch, how it ended. Changed only by the process table. */
import { type Actor, ProcessActor } from "./actor.js";
import type { Allowance } from "./allowance.js";
import { CpuMeter } from "./cpu-time.js";
import type { Credentials } from "./credentials.js";
import type { Errno } from "./errno.js";
import type { Executable } from "./executable.js";
import type { FdTable } from "./fd-table.js";
import type { HeldDirectory } from "./held-directory.js";
import { ParkingLot } from "./parking.js";
import { PendingSignals } from "./pending-signals.js";
import type { PermissionPolicy } from "./permission-policy.js";
import type { ResourceLimits } from "./resource-limits.js";
import type { DriverProcess, RuntimeDriver } from "./runtime-driver.js";
import { SignalSet } from "./signal-set.js";
import { StopGate } from "./stop-gate.js";
import type { Replay } from "./suspension.js";
import { ThreadTable } from "./thread.js";
import { WaitQueue } from "./wait.js";

/**
 * `running` ⇄ `stopped` by stop signals and SIGCONT; either → `zombie` (ended, status not yet
 * fetched) → gone from the table.
 */
export type ProcessState = "running" | "stopped" | "zombie";

/** How a process has asked to be told of a signal. */
export interface SignalCatch {
  /** Whether calls that would otherwise go on after the signal end with EINTR (no SA_RESTART). */
  readonly interrupts: boolean;
  /** SA_RESETHAND: it is caught once, and has its default action again then. */
  readonly resets?: boolean;
  /** SA_NODEFER: it is not blocked while it is handled. */
  readonly isNested?: boolean;
  /** What else is blocked while it is handled. */
  readonly mask?: SignalSet;
}

/** What stands for the kernel itself, which takes in the children of those who end. */
export const KERNEL_PID = 1;

export interface ProcessIdentity {
  readonly pid: number;
  readonly parent: Process | null;
  readonly command: string;
  /** Arguments after the command's name. */
  readonly args: readonly string[];
  /** What the program is told it was called as, if not by the command. */
  readonly argv0: string | undefined;
  /** Where the program lies, without links: what /proc/PID/exe leads to. */
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
  /** Taken over: released when the process ends. */
  readonly workingDirectory: HeldDirectory;
  readonly umask: number;
  readonly credentials: Credentials;
  readonly policy: PermissionPolicy;
  readonly replay: Replay;
  readonly fds: FdTable;
  readonly limits: ResourceLimits;
  readonly allowance: Allowance;
  readonly driver: RuntimeDriver;
}

export class Process {
  readonly pid: number;
  /** null: the host application started it, or its parent is gone. */
  parent: Process | null;
  /** The pid of the process of the host application that it descends from: its family's name. */
  readonly family: number;
  /** How many ancestors it had when it was started. */
  readonly depth: number;
  command: string;
  args: readonly string[];
  /** As in `ProcessIdentity`; gone where an interpreter runs in the program's place. */
  argv0: string | undefined;
  executablePath: string;
  /** What it was started with; empty until its program is found and granted. */
  env: Readonly<Record<string, string>>;
  readonly fds: FdTable;
  /** The driver that runs it: the only one that may act as this process. Known once it starts. */
  driver: RuntimeDriver;
  /** Its program is still being looked for, in a store that answers later. */
  isStarting = false;
  readonly startedAtMs = performance.now();
  /** What it has computed. */
  readonly cpu = new CpuMeter();
  workingDirectory: HeldDirectory;
  umask: number;
  readonly credentials: Credentials;
  /** Asked before it acts. */
  readonly policy: PermissionPolicy;
  /** Suspends its calls whose answers come later. */
  readonly replay: Replay;
  /** Who it is to the file system. */
  readonly actor: Actor = new ProcessActor(this);
  pgid: number;
  sid: number;
  state: ProcessState = "running";
  /** POSIX wait status, once it has ended. */
  waitStatus = 0;
  /** The last deadly signal passed to the driver: tells "exited 143" from "killed by 15". */
  deadlySignal = 0;
  readonly limits: ResourceLimits;
  /** What it and its family may use. */
  readonly allowance: Allowance;
  /** The nice value; inherited by children. */
  nice: number;
  /** Signals set to SIG_IGN; inherited by children. */
  readonly ignoredSignals: Set<number>;
  /** Signals that the program handles itself; a started program begins without. */
  readonly caughtSignals = new Map<number, SignalCatch>();
  /** The signal mask: what comes is kept until it is unblocked. Inherited by children. */
  blockedSignals: SignalSet;
  /** Signals that have come and wait: blocked, held by a stop, or caught and not taken yet. */
  readonly pendingSignals = new PendingSignals();
  /**
   * A caught signal has come that no reply has shown yet: the next call that would wait is as if it
   * came during it.
   */
  unseenSignal: "none" | "restarting" | "interrupting" = "none";
  /** Woken when a caught signal becomes pending. */
  readonly signalled = new WaitQueue();
  readonly children = new Set<Process>();
  /** Woken when a child changes state. */
  readonly childChanged = new WaitQueue();
  /** The signal that stopped it last. */
  stopSignal = 0;
  /** A stop or a continuation that its parent has not fetched by waitpid: its wait status. */
  unfetchedChange: number | null = null;
  /** SA_NOCLDSTOP: no SIGCHLD when a child stops or is continued. */
  ignoresChildStops = false;
  /** SA_NOCLDWAIT: its children leave no zombies. */
  leavesNoZombies = false;
  /** Holds what it would do while it is stopped. */
  readonly gate = new StopGate();
  /** Its calls that wait. */
  readonly parked = new ParkingLot();
  readonly threads = new ThreadTable();
  /** What the event loop of its main thread waits for. */
  readonly submissions = this.threads.main.submissions;
  /** By descriptor: why a posted write failed; told by the next call on that descriptor. */
  readonly postedErrors = new Map<number, Errno>();
  /** Carries out writes that the program has posted and that are still on their way. */
  drainPosted: (() => void) | null = null;
  /** Told once, when the process has ended. */
  readonly endListeners = new Set<(waitStatus: number) => void>();
  /** Set when its driver has started it. */
  driverProcess: DriverProcess | null = null;
  /** The driver reads descriptor 0 itself: the kernel must not feed `writeStdin`. */
  readsDescriptors: boolean;

  constructor(identity: ProcessIdentity) {
    const { pid, parent } = identity;
    this.pid = pid;
    this.parent = parent;
    this.family = parent?.family ?? pid;
    this.depth = parent ? parent.depth + 1 : 0;
    this.command = identity.command;
    this.args = identity.args;
    this.argv0 = identity.argv0;
    this.executablePath = identity.executablePath;
    this.env = identity.env;
    this.fds = identity.fds;
    this.driver = identity.driver;
    this.workingDirectory = identity.workingDirectory;
    this.umask = identity.umask;
    this.credentials = identity.credentials;
    this.policy = identity.policy;
    this.replay = identity.replay;
    this.pgid = parent?.pgid ?? pid;
    this.sid = parent?.sid ?? pid;
    this.limits = identity.limits;
    this.allowance = identity.allowance;
    this.nice = parent?.nice ?? 0;
    this.ignoredSignals = new Set(parent?.ignoredSignals);
    this.blockedSignals = new SignalSet(parent?.blockedSignals.low, parent?.blockedSignals.high);
    this.readsDescriptors = identity.driver.stdio === "descriptors";
  }

  /** Takes on the program that was found for it. */
  becomes(
    { command, args, path, driver }: Executable,
    env: Readonly<Record<string, string>>,
  ): void {
    this.env = env;
    this.command = command;
    if (args !== this.args) this.argv0 = undefined;
    this.args = args;
    this.executablePath = path;
    this.driver = driver;
    this.readsDescriptors = driver.stdio === "descriptors";
  }

  /** The path of the working directory, or what it was when the directory was removed. */
  get cwd(): string {
    return this.workingDirectory.path;
  }

  /** The parent's pid; 1 when the parent has ended, 0 for a process of the host application. */
  get ppid(): number {
    if (this.parent) return this.parent.pid;
    return this.depth === 0 ? 0 : KERNEL_PID;
  }

  /** Whether it has not ended; a stopped process counts. */
  get isRunning(): boolean {
    return this.state !== "zombie";
  }

  get isStopped(): boolean {
    return this.state === "stopped";
  }
}
