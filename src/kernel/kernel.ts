/** `createKernel` and the `Kernel` that the host application holds. */
import type { OnLimit } from "./call-limits.js";
import type { Timing } from "./clocks.js";
import { type ConnectTerminalOptions, connectTerminal } from "./connect-terminal.js";
import { type KernelUser, rootUser } from "./credentials.js";
import { createKernelInterface } from "./driver-calls.js";
import {
  type ExecFileOptions,
  type ExecFileResult,
  type ExecOptions,
  type ExecResult,
  exec,
  execFile,
} from "./exec.js";
import { FileApi } from "./file-api.js";
import { type FileSystemSnapshot, snapshotStoreOf } from "./file-system-snapshot.js";
import {
  HostConnections,
  type ListenerAddress,
  type WaitForListenerOptions,
} from "./host-connections.js";
import type { HostTerminal } from "./host-terminal.js";
import { KernelError, orThrow } from "./kernel-error.js";
import { KernelTables } from "./kernel-tables.js";
import { defaultLimits, type Limits } from "./limits.js";
import {
  type ManagedProcess,
  type SpawnDefaults,
  type SpawnOptions,
  spawnManaged,
} from "./managed-process.js";
import { type MountOptions, mountFileSystem, unmountFileSystem } from "./mount-calls.js";
import type { ByteStream, NetworkAdapter } from "./network-adapter.js";
import { PermissionPolicy } from "./permission-policy.js";
import type { Permissions } from "./permissions.js";
import type { Process } from "./process.js";
import type { ProcessInfo } from "./process-table.js";
import { type Resources, resourcesOf } from "./resources.js";
import type { RuntimeDriver } from "./runtime-driver.js";
import { endSession } from "./session.js";
import { openShell, type ShellHandle } from "./shell-handle.js";
import type { OpenShellOptions } from "./shell-options.js";
import { SIGCONT, SIGHUP, SIGKILL, SIGTERM } from "./signals.js";
import type { ListenerInfo } from "./socket-table.js";
import type { VirtualStat } from "./stat.js";
import type { VirtualFileSystem } from "./virtual-file-system.js";

export interface KernelOptions {
  /** The store mounted on `/`. */
  filesystem: VirtualFileSystem;
  /** Access control of what guests do. Default: allow all. A scope that it leaves out is denied. */
  permissions?: Permissions;
  /** Environment of processes that say nothing else; PATH and what the user has have defaults. */
  env?: Record<string, string>;
  /** Working directory of processes that say nothing else. Default `/`. */
  cwd?: string;
  /** Who processes run as. Default root, uid 0. */
  user?: KernelUser;
  /**
   * The network beyond the kernel, such as `createHostNetwork()`. None by default: then everything
   * but the kernel itself is ENETUNREACH. What goes there is asked of `permissions.network`.
   */
  network?: NetworkAdapter;
  /** Overrides of `defaultLimits`. */
  limits?: Partial<Limits>;
  /** Hears of limits that guests reach; of each once a process. */
  onLimit?: OnLimit;
  /**
   * `coarse`: clocks of guests go in steps of 1 ms, and Node guests have no worker threads, which could count faster.
   * Default `precise`.
   */
  timing?: Timing;
}

const defaultPath = "/usr/local/bin:/usr/bin:/bin";

/** How long `dispose` waits between SIGTERM and SIGKILL. */
const DISPOSE_GRACE_MS = 1000;

export interface Kernel {
  /**
   * Makes a driver's commands available; the driver mounted last wins a name.
   * Rejects with EEXIST (a driver of that name is mounted), or with the error
   * that its `init` threw.
   */
  mount(driver: RuntimeDriver): Promise<void>;
  /**
   * Runs a command line to its end, by `sh -c` when a shell is mounted.
   * Rejects with ENOENT (no shell, or no such command without one), ETIMEDOUT.
   */
  exec(command: string, options?: ExecOptions): Promise<ExecResult>;
  /**
   * Runs a program with its arguments to its end, without a shell.
   * Rejects with what `spawn` throws, with ETIMEDOUT, with the reason of the signal.
   */
  execFile(command: string, args: string[], options?: ExecFileOptions): Promise<ExecFileResult>;
  /** Starts a process. Throws ENOENT (`command not found`), EACCES, EAGAIN, E2BIG, EIO. */
  spawn(command: string, args: string[], options?: SpawnOptions): ManagedProcess;
  /**
   * Opens an interactive program on a terminal of its own. Throws ENOENT (`command not found`), EINVAL (an
   * option), ENOSPC (too many terminals), and what `spawn` throws.
   */
  openShell(options?: OpenShellOptions): ShellHandle;
  /**
   * `openShell` on the terminal that this application runs in (raw meanwhile, given back on every way out).
   * Resolves with the exit code. Rejects as `openShell` throws; ENOTTY: there is no terminal.
   */
  connectTerminal(options?: ConnectTerminalOptions): Promise<number>;
  /**
   * Ends a session, which has the id of the process that `spawn` or `openShell` started: SIGTERM, a second
   * later SIGKILL, to that process and to all that it has started and that has not left. Resolves when none is left.
   */
  endSession(sid: number): Promise<void>;
  /** All that can be done with files, as the host application sees them: nobody's permissions are asked. */
  readonly files: FileApi;
  readFile(path: string): Promise<Uint8Array>;
  /** Replaces a file; missing directories above it are made. */
  writeFile(path: string, content: Uint8Array | string): Promise<void>;
  mkdir(path: string, options?: { recursive?: boolean; mode?: number }): Promise<void>;
  readdir(path: string): Promise<string[]>;
  stat(path: string): Promise<VirtualStat>;
  /**
   * Mounts a store on a directory, or on a new name in one: it covers what lies there.
   * Rejects with EBUSY (something is mounted there), ENOENT (no directory above), ENOTDIR, EINVAL.
   */
  mountFs(path: string, store: VirtualFileSystem, options?: MountOptions): Promise<void>;
  /**
   * Takes a mounted store away.
   * Rejects with EINVAL (no mount), EBUSY (a file of it is open, a process is in it, something is
   * mounted in it, or it is the kernel's own).
   */
  unmountFs(path: string): Promise<void>;
  exists(path: string): Promise<boolean>;
  /**
   * What the root store holds now, as one moment; taken in slices while everything goes on.
   * Throws ENOTSUP: the store is none of `createInMemoryFileSystem`.
   */
  snapshotFileSystem(): Promise<FileSystemSnapshot>;
  /**
   * Puts a snapshot in place of what the root store holds. Open files keep what they had.
   * Rejects with ENOSPC (more than the store's limits), ENOTSUP.
   */
  restoreFileSystem(snapshot: FileSystemSnapshot): Promise<void>;
  /**
   * Connects to a guest's listener, as a stream of bytes.
   * @param to - A TCP port (host default localhost: 127.0.0.1, then ::1), or the path of a unix socket.
   * Rejects with ECONNREFUSED (nobody listens, the backlog is full), ENOENT, EADDRNOTAVAIL.
   */
  connect(to: ListenerAddress): Promise<ByteStream>;
  /**
   * Listens on a port of the guests' own 127.0.0.1, for the host application: what a guest connects there,
   * `receive` takes over. Ends with the kernel, or when the answer is called.
   * Throws EADDRINUSE, ENFILE.
   */
  listen(port: number, receive: (stream: ByteStream) => void): () => void;
  /** The open listeners. */
  listeners(): ListenerInfo[];
  /** The guest's listener that a connection to there would reach now, if there is one. */
  findListener(to: ListenerAddress): Promise<ListenerInfo | undefined>;
  /**
   * Resolves as soon as a guest listens there, with what listens. Rejects with ETIMEDOUT, with the signal's reason, or
   * with ESRCH when the kernel is disposed.
   */
  waitForListener(to: ListenerAddress, options?: WaitForListenerOptions): Promise<ListenerInfo>;
  /** What guests use at this moment, beside their limits. */
  resources(): Resources;
  /** Command name → driver name. */
  readonly commands: Map<string, string>;
  /** Every process, by pid. */
  readonly processes: Map<number, ProcessInfo>;
  /**
   * The state of every table, as JSON has it: for tests and crash reports. It has names (commands,
   * arguments, paths) but nothing of files, environments or messages. Its shape may change.
   */
  dump(): object;
  /** Ends all processes (SIGTERM, after a second SIGKILL), then disposes the drivers, last first. */
  dispose(): Promise<void>;
}

/**
 * Makes a kernel: an operating system with no program in it yet.
 * @throws KernelError EINVAL for permissions that are neither booleans nor functions.
 */
export function createKernel(options: KernelOptions, host: HostServices = {}): Kernel {
  return new HostKernel(options, host);
}

/** What the place that a kernel runs in has to offer. The kernel itself knows none of it. */
export interface HostServices {
  /** The terminal that a person sits at. */
  readonly terminal?: HostTerminal | undefined;
}

class HostKernel implements Kernel {
  readonly #host: HostServices;
  readonly #tables: KernelTables;
  readonly #files: FileApi;
  readonly #defaults: SpawnDefaults;
  readonly #connections: HostConnections;
  readonly #drivers: RuntimeDriver[] = [];
  #disposal: Promise<void> | undefined;

  constructor(options: KernelOptions, host: HostServices) {
    this.#host = host;
    const policy = new PermissionPolicy(options.permissions);
    const user = options.user ?? rootUser;
    const limits = { ...defaultLimits, ...options.limits };
    this.#tables = new KernelTables(options.filesystem, limits, user, policy, options.network);
    this.#tables.onLimit = options.onLimit;
    this.#tables.timing = timingOf(options.timing);
    this.#connections = new HostConnections(this.#tables);
    this.#files = new FileApi(this.#tables.vfs);
    const { home: HOME, name, shell: SHELL } = user;
    const env = { HOME, USER: name, LOGNAME: name, SHELL, PATH: defaultPath, ...options.env };
    this.#defaults = { env, cwd: options.cwd ?? "/" };
  }

  async mount(driver: RuntimeDriver): Promise<void> {
    this.#checkAlive();
    if (this.#drivers.some(({ name }) => name === driver.name)) {
      throw new KernelError("EEXIST", `driver "${driver.name}" is mounted already`);
    }
    this.#drivers.push(driver);
    const kernel = createKernelInterface(this.#tables, driver, this.#files, this.#defaults);
    try {
      await driver.init(kernel);
    } catch (thrown) {
      this.#drivers.splice(this.#drivers.indexOf(driver), 1);
      if (thrown instanceof Error) throw thrown;
      throw new KernelError("EIO", `driver "${driver.name}" failed to start: ${String(thrown)}`);
    }
    this.#tables.commands.register(driver);
  }

  async exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    this.#checkAlive();
    return exec(this.#tables, this.#defaults, command, options);
  }

  async execFile(
    command: string,
    args: string[],
    options: ExecFileOptions = {},
  ): Promise<ExecFileResult> {
    this.#checkAlive();
    return execFile(this.#tables, this.#defaults, command, args, options);
  }

  async endSession(sid: number): Promise<void> {
    return endSession(this.#tables, sid);
  }

  get files(): FileApi {
    return this.#aliveFiles();
  }

  spawn(command: string, args: string[], options: SpawnOptions = {}): ManagedProcess {
    this.#checkAlive();
    return spawnManaged(this.#tables, this.#defaults, command, args, options);
  }

  openShell(options?: OpenShellOptions): ShellHandle {
    this.#checkAlive();
    return openShell(this.#tables, this.#defaults, options);
  }

  async connectTerminal(options?: ConnectTerminalOptions): Promise<number> {
    this.#checkAlive();
    return connectTerminal(this.#tables, this.#defaults, this.#host.terminal, options);
  }

  async readFile(path: string): Promise<Uint8Array> {
    return this.#aliveFiles().readFile(path);
  }

  async writeFile(path: string, content: Uint8Array | string): Promise<void> {
    return this.#aliveFiles().writeFile(path, content);
  }

  async mkdir(path: string, options?: { recursive?: boolean; mode?: number }): Promise<void> {
    return this.#aliveFiles().mkdir(path, options);
  }

  async readdir(path: string): Promise<string[]> {
    return this.#aliveFiles().readDir(path);
  }

  async stat(path: string): Promise<VirtualStat> {
    return this.#aliveFiles().stat(path);
  }

  async mountFs(path: string, store: VirtualFileSystem, options: MountOptions = {}): Promise<void> {
    this.#checkAlive();
    const mount = () => mountFileSystem(this.#tables, path, store, options);
    orThrow(await this.#tables.replay.promise(mount), path);
  }

  async unmountFs(path: string): Promise<void> {
    this.#checkAlive();
    const unmount = () => unmountFileSystem(this.#tables, path);
    orThrow(await this.#tables.replay.promise(unmount), path);
  }

  snapshotFileSystem(): Promise<FileSystemSnapshot> {
    this.#checkAlive();
    return orThrow(snapshotStoreOf(this.#tables.vfs.mounts.root.store.store)).snapshot();
  }

  async restoreFileSystem(snapshot: FileSystemSnapshot): Promise<void> {
    this.#checkAlive();
    const store = orThrow(snapshotStoreOf(this.#tables.vfs.mounts.root.store.store));
    orThrow((await store.restore(snapshot)) ?? null, "the snapshot");
  }

  async exists(path: string): Promise<boolean> {
    return this.#aliveFiles().exists(path);
  }

  async connect(to: ListenerAddress): Promise<ByteStream> {
    this.#checkAlive();
    return this.#connections.connect(to);
  }

  listen(port: number, receive: (stream: ByteStream) => void): () => void {
    this.#checkAlive();
    return this.#connections.listen(port, receive);
  }

  listeners(): ListenerInfo[] {
    return this.#connections.list();
  }

  async findListener(to: ListenerAddress): Promise<ListenerInfo | undefined> {
    this.#checkAlive();
    return this.#connections.find(to);
  }

  async waitForListener(
    to: ListenerAddress,
    options: WaitForListenerOptions = {},
  ): Promise<ListenerInfo> {
    this.#checkAlive();
    return this.#connections.waitFor(to, options);
  }

  resources(): Resources {
    return resourcesOf(this.#tables);
  }

  get commands(): Map<string, string> {
    return this.#tables.commands.toMap();
  }

  get processes(): Map<number, ProcessInfo> {
    return this.#tables.processes.info();
  }

  dump(): object {
    return this.#tables.dump();
  }

  dispose(): Promise<void> {
    this.#disposal ??= this.#dispose();
    return this.#disposal;
  }

  async #dispose(): Promise<void> {
    const { processes } = this.#tables;
    for (const process of this.#running()) {
      processes.deliver(process, SIGTERM);
      // What talks with a person ignores SIGTERM, and ends when its terminal hangs up.
      if (process.ignoredSignals.has(SIGTERM)) processes.deliver(process, SIGHUP);
    }
    for (const process of this.#running()) processes.deliver(process, SIGCONT);
    const grace = setTimeout(() => {
      for (const process of this.#running()) processes.deliver(process, SIGKILL);
    }, DISPOSE_GRACE_MS);
    // A process may start others while it ends.
    for (let running = this.#running(); running.length > 0; running = this.#running()) {
      await Promise.all(
        running.map((process) => new Promise((resolve) => process.endListeners.add(resolve))),
      );
    }
    clearTimeout(grace);
    this.#connections.dispose();
    this.#tables.network.dispose();
    await this.#disposeDrivers();
  }

  /** Every driver is disposed, whatever the others do; the first failure is reported then. */
  async #disposeDrivers(): Promise<void> {
    const failures: unknown[] = [];
    for (const driver of this.#drivers.reverse()) {
      try {
        await driver.dispose();
      } catch (thrown) {
        failures.push(thrown);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  #running(): Process[] {
    return [...this.#tables.processes.all()].filter((process) => process.isRunning);
  }

  #aliveFiles(): FileApi {
    this.#checkAlive();
    return this.#files;
  }

  #checkAlive(): void {
    if (this.#disposal) throw new KernelError("ESRCH", "the kernel is disposed");
  }
}

function timingOf(timing: Timing = "precise"): Timing {
  if (timing === "precise" || timing === "coarse") return timing;
  throw new KernelError("EINVAL", `timing must be "precise" or "coarse", not ${String(timing)}`);
}
