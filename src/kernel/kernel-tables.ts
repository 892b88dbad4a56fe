/** The tables of one kernel. All state hangs off this object; two kernels share nothing. */
import { type Actor, hostActor } from "./actor.js";
import type { StoreUsage } from "./allowance.js";
import type { OnLimit } from "./call-limits.js";
import type { Timing } from "./clocks.js";
import { CommandDirectory } from "./command-directory.js";
import { CommandRegistry } from "./command-registry.js";
import { Credentials, type KernelUser, rootUser } from "./credentials.js";
import { DeviceFs } from "./device-fs.js";
import { Errno } from "./errno.js";
import { FifoTable } from "./fifo.js";
import { FileLockTable } from "./file-lock.js";
import type { GuardedStore } from "./guarded-store.js";
import type { Limits } from "./limits.js";
import { Machine } from "./machine.js";
import { createInMemoryFileSystem } from "./memfs-file-system.js";
import { Network } from "./network.js";
import type { NetworkAdapter } from "./network-adapter.js";
import { splitPath } from "./path.js";
import { PermissionPolicy } from "./permission-policy.js";
import { PipeTable } from "./pipe-table.js";
import { ProcFs } from "./proc-fs.js";
import { ProcessTable } from "./process-table.js";
import { PtyTable } from "./pty-table.js";
import { SocketTable } from "./socket-table.js";
import type { Replay } from "./suspension.js";
import { systemFiles } from "./system-files.js";
import { TimerTable } from "./timer-table.js";
import { Vfs } from "./vfs.js";
import type { VirtualFileSystem } from "./virtual-file-system.js";

/** Directories that programs expect; made where the store allows it. */
const standardDirectories = ["/tmp", "/root", "/etc", "/home", "/usr", "/var"];

export class KernelTables {
  readonly limits: Limits;
  readonly machine: Machine;
  readonly policy: PermissionPolicy;
  readonly commands = new CommandRegistry();
  readonly vfs: Vfs;
  readonly processes: ProcessTable;
  readonly timers: TimerTable;
  readonly pipes: PipeTable;
  readonly terminals: PtyTable;
  readonly sockets: SocketTable;
  readonly fifos: FifoTable;
  readonly locks: FileLockTable;
  readonly network: Network;
  /** Who processes of the host application run as. */
  readonly user: Readonly<KernelUser>;
  /** Hears of limits that guests reach. */
  onLimit: OnLimit | undefined;
  timing: Timing = "precise";

  constructor(
    root: VirtualFileSystem,
    limits: Limits,
    user: Readonly<KernelUser> = rootUser,
    policy: PermissionPolicy = new PermissionPolicy(),
    network?: NetworkAdapter,
  ) {
    this.policy = policy;
    this.limits = limits;
    this.user = user;
    this.machine = new Machine(limits);
    this.vfs = new Vfs(root, limits);
    this.processes = new ProcessTable(limits);
    this.timers = new TimerTable(this.processes, limits);
    this.pipes = new PipeTable(limits.pipes);
    this.terminals = new PtyTable(limits.terminals, this.processes);
    this.sockets = new SocketTable(limits.sockets);
    this.fifos = new FifoTable(this.pipes);
    this.locks = new FileLockTable(limits.recordLocks);
    this.network = new Network(network, policy, limits);
    this.sockets.outside = this.network;
    const { store } = this.vfs.mounts.root;
    for (const path of ["/bin", "/usr/bin"]) {
      this.vfs.mounts.mount(path, new CommandDirectory(this.commands, store, path));
    }
    this.vfs.mounts.mount("/dev", new DeviceFs(this));
    this.vfs.mounts.mount("/dev/shm", sharedMemory(limits));
    this.vfs.mounts.mount("/proc", new ProcFs(this));
    this.vfs.mounts.isFurnished = true;
    this.vfs.replay.furnish(() => this.#furnish(store));
  }

  /** Makes what programs expect to find. It may run more than once: see `suspension.ts`. */
  #furnish(root: GuardedStore): undefined {
    for (const path of standardDirectories) this.vfs.mkdir(hostActor, "/", path, 0o755);
    this.vfs.setAttributes(hostActor, "/", "/tmp", { mode: 0o1777 }, false);
    for (const path of ["/bin", "/usr/bin"]) root.mkdir(path, { mode: 0o755, uid: 0, gid: 0 });
    for (const [path, text] of systemFiles(this.user, this.machine)) this.#makeFile(path, text);
    // After the standard directories: those stay root's, whatever home a user names.
    this.#makeHome();
  }

  /** Makes the user's home, and root's directories above it, unless the store has them. */
  #makeHome(): void {
    const { home, uid, gid } = this.user;
    const names = splitPath(home);
    for (let depth = 1; depth < names.length; depth++) {
      this.vfs.mkdir(hostActor, "/", `/${names.slice(0, depth).join("/")}`, 0o755);
    }
    if (this.vfs.mkdir(hostActor, "/", home, 0o755)) return;
    this.vfs.setAttributes(hostActor, "/", home, { uid, gid }, false);
  }

  /** Makes a file that is not there, where the store allows it. */
  #makeFile(path: string, text: string): void {
    const location = this.vfs.resolve(hostActor, "/", path, true, true);
    if (location instanceof Errno || location.stat) return;
    const file = this.vfs.create(hostActor, location, 0o644, true);
    if (file instanceof Errno) return;
    file.write(new TextEncoder().encode(text), 0);
    file.close();
  }

  /** Who starts processes for the host application: `user`, unasked. */
  get userActor(): Actor {
    const { uid, gid, groups = [] } = this.user;
    return { ...hostActor, uid, gid, groups };
  }

  /** What the default store holds; nothing where it can't tell. */
  storeUsage(): StoreUsage {
    const space = this.vfs.mounts.root.store.store.statfs();
    if (space instanceof Errno || space instanceof Promise) return { bytes: 0, inodes: 0 };
    const { blockSize, blocks, freeBlocks, files, freeFiles } = space;
    return { bytes: (blocks - freeBlocks) * blockSize, inodes: files - freeFiles };
  }

  /** What a process of the host application begins with. */
  userCredentials(): Credentials {
    return new Credentials(this.user.uid, this.user.gid, this.user.groups);
  }

  /** Runs calls that ask stores or policies, which may answer later. */
  get replay(): Replay {
    return this.vfs.replay;
  }

  /** Every table's state as JSON has it, for tests and crash reports. Nothing that guests have written. */
  dump(): object {
    return {
      mounts: this.vfs.mounts.dump(),
      processes: this.processes.dump(),
      timers: this.timers.dump(),
      openPipes: this.pipes.size,
      pipes: this.pipes.dump(),
      permissions: this.policy.dump(),
      terminals: this.terminals.dump(),
      sockets: this.sockets.dump(),
      locks: this.locks.dump(),
      openConnections: this.network.size,
    };
  }
}

/** The store of /dev/shm: files of its own, which are gone with the kernel. */
function sharedMemory(limits: Limits): VirtualFileSystem {
  const { sharedMemoryBytes, fileBytes, inodes } = limits;
  const store = createInMemoryFileSystem({ fileSystemBytes: sharedMemoryBytes, fileBytes, inodes });
  store.setAttributes("/", { mode: 0o1777 });
  return store;
}
