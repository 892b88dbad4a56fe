/**
 * What the calls of `KernelInterface` do, for one driver: its processes only, with arguments checked and
 * errors thrown before anything happens.
 */
import { O_ACCMODE, O_CLOEXEC, S_IFMT, SEEK_SET } from "./constants.js";
import { openPipe } from "./descriptor-pair.js";
import { Errno, errno } from "./errno.js";
import type { FileApi } from "./file-api.js";
import type { FileDescription } from "./file-description.js";
import { detailOf, KernelError, orThrow } from "./kernel-error.js";
import type { FdStat, KernelInterface } from "./kernel-interface.js";
import type { KernelTables } from "./kernel-tables.js";
import {
  type ManagedProcess,
  type SpawnDefaults,
  type SpawnOptions,
  spawnManaged,
} from "./managed-process.js";
import { type MountOptions, mountFileSystem } from "./mount-calls.js";
import { openPath } from "./open.js";
import type { OnSignal } from "./parking.js";
import { KERNEL_PID, type Process } from "./process.js";
import type { RuntimeDriver } from "./runtime-driver.js";
import { SIGPIPE } from "./signals.js";
import type { VirtualStat } from "./stat.js";
import type { PtyDiscipline, PtyPair } from "./terminal-interface.js";
import * as terminals from "./terminal-interface.js";
import type { Termios, TermiosChange } from "./termios.js";
import type { VirtualFileSystem } from "./virtual-file-system.js";
import { Blocked } from "./wait.js";
import { waitForChild } from "./wait-for-child.js";
import { exitCodeOf } from "./wait-status.js";

const tablesByInterface = new WeakMap<KernelInterface, KernelTables>();

/** The tables behind an interface. For the bridge only: drivers have no business with tables. */
export function tablesBehind(kernel: KernelInterface): KernelTables {
  const tables = tablesByInterface.get(kernel);
  if (!tables) throw new TypeError("not an interface of a kernel");
  return tables;
}

export function createKernelInterface(
  tables: KernelTables,
  driver: RuntimeDriver,
  vfs: FileApi,
  defaults: SpawnDefaults,
): KernelInterface {
  const kernel = new DriverCalls(tables, driver, vfs, defaults);
  tablesByInterface.set(kernel, tables);
  return kernel;
}

class DriverCalls implements KernelInterface {
  readonly vfs: FileApi;
  readonly #tables: KernelTables;
  readonly #driver: RuntimeDriver;
  readonly #defaults: SpawnDefaults;

  constructor(tables: KernelTables, driver: RuntimeDriver, vfs: FileApi, defaults: SpawnDefaults) {
    this.#tables = tables;
    this.#driver = driver;
    this.vfs = vfs;
    this.#defaults = defaults;
  }

  async mountFs(path: string, store: VirtualFileSystem, options: MountOptions = {}): Promise<void> {
    const mount = () => mountFileSystem(this.#tables, path, store, options);
    orThrow(await this.#tables.replay.promise(mount), path);
  }

  fdOpen(pid: number, path: string, flags: number, mode = 0o666): number {
    const process = this.#own(pid);
    const opened = this.#tables.replay.runNow(() => this.#open(process, path, flags, mode));
    return orThrow(opened, opened === errno.EAGAIN ? `${path}: use fdOpenAsync` : path);
  }

  fdOpenAsync(pid: number, path: string, flags: number, mode = 0o666): Promise<number> {
    const process = this.#own(pid);
    return this.#wait(process, () => this.#open(process, path, flags, mode), path);
  }

  #open(process: Process, path: string, flags: number, mode: number): number | Errno {
    // As on Linux: without a free number nothing is made or truncated.
    const fd = process.fds.lowestFree();
    if (fd instanceof Errno) return fd;
    const opened = openPath(this.#tables, process, process.workingDirectory, path, flags, mode);
    if (opened instanceof Errno) return opened;
    // Drivers do not wait here: a FIFO without another side is to be opened with O_NONBLOCK.
    if (opened.opening()) {
      opened.retain().release();
      return errno.EAGAIN;
    }
    return process.fds.install(fd, opened, (flags & O_CLOEXEC) !== 0);
  }

  fdRead(pid: number, fd: number, length: number): Promise<Uint8Array> {
    const process = this.#own(pid);
    const description = orThrow(process.fds.get(fd));
    if (!description.isReadable) throw new KernelError("EBADF");
    // From here on the driver takes this process's input itself.
    if (fd === 0) process.readsDescriptors = true;
    const target = new Uint8Array(checkLength(length));
    const stop = continued(process);
    if (stop) return stop.then(() => this.fdRead(pid, fd, length));
    const outcome = description.read(target, process);
    if (outcome instanceof Errno) throw new KernelError(outcome.code);
    if (typeof outcome === "number") return Promise.resolve(target.subarray(0, outcome));
    if (description.isNonBlocking) throw new KernelError("EAGAIN");
    return waited(process, outcome, fd).then((count) => target.subarray(0, count));
  }

  fdWrite(pid: number, fd: number, data: Uint8Array): number {
    const { process, description } = this.#writable(pid, fd);
    const result = this.#tables.replay.runNow(() => {
      const outcome = description.write(data, process);
      return outcome instanceof Blocked ? outcome.interrupted(errno.EAGAIN) : outcome;
    });
    if (result === errno.EAGAIN) throw new KernelError("EAGAIN", "fdWriteAsync waits");
    return this.#afterWrite(process, result);
  }

  async fdWriteAsync(pid: number, fd: number, data: Uint8Array): Promise<number> {
    const { process, description } = this.#writable(pid, fd);
    let written = 0;
    while (written < data.length) {
      await continued(process);
      const outcome = description.write(data.subarray(written), process);
      const result = outcome instanceof Blocked ? await waited(process, outcome, fd) : outcome;
      written += this.#afterWrite(process, result);
    }
    return written;
  }

  fdPread(pid: number, fd: number, length: number, offset: bigint): Promise<Uint8Array> {
    const process = this.#own(pid);
    const description = orThrow(process.fds.get(fd));
    const target = new Uint8Array(checkLength(length));
    const position = checkOffset(offset);
    const counted = this.#wait(process, () => description.pread(target, position), undefined, fd);
    return counted.then((count) => target.subarray(0, count));
  }

  fdPwrite(pid: number, fd: number, data: Uint8Array, offset: bigint): Promise<number> {
    const process = this.#own(pid);
    const description = orThrow(process.fds.get(fd));
    const position = checkOffset(offset);
    return this.#wait(process, () => description.pwrite(data, position, process), undefined, fd);
  }

  fdSeek(pid: number, fd: number, offset: bigint, whence: number): Promise<bigint> {
    const process = this.#own(pid);
    const description = orThrow(process.fds.get(fd));
    const distance = whence === SEEK_SET ? checkOffset(offset) : Number(offset);
    return this.#wait(process, () => description.seek(distance, whence), undefined, fd).then(
      BigInt,
    );
  }

  fdClose(pid: number, fd: number): void {
    const process = this.#own(pid);
    orThrow(process.fds.close(fd));
    process.parked.cancelAll(errno.EBADF, fd);
  }

  fdDup(pid: number, fd: number): number {
    const { fds } = this.#own(pid);
    return orThrow(fds.allocate(orThrow(fds.get(fd))));
  }

  fdDup2(pid: number, fd: number, newFd: number): void {
    orThrow(this.#own(pid).fds.duplicateTo(fd, newFd));
  }

  fdStat(pid: number, fd: number): FdStat {
    const description = orThrow(this.#own(pid).fds.get(fd));
    const stat = this.#tables.replay.runNow(() => description.stat());
    const detail = stat === errno.EAGAIN ? "use fdStatAsync" : undefined;
    return fdStatOf(description, orThrow(stat, detail));
  }

  async fdStatAsync(pid: number, fd: number): Promise<FdStat> {
    const process = this.#own(pid);
    const description = orThrow(process.fds.get(fd));
    const stat = await this.#wait(process, () => description.stat(), undefined, fd);
    return fdStatOf(description, stat);
  }

  isatty(pid: number, fd: number): boolean {
    return terminals.isatty(this.#own(pid), fd);
  }

  openpty(pid: number): PtyPair {
    return terminals.openPty(this.#tables, this.#own(pid));
  }

  ptySetDiscipline(pid: number, fd: number, config: PtyDiscipline): void {
    terminals.setDiscipline(this.#own(pid), fd, config);
  }

  ptySetForegroundPgid(pid: number, fd: number, pgid: number): void {
    terminals.setForegroundPgid(this.#tables, this.#own(pid), fd, pgid);
  }

  tcgetattr(pid: number, fd: number): Termios {
    return terminals.tcgetattr(this.#own(pid), fd);
  }

  tcsetattr(pid: number, fd: number, change: TermiosChange): void {
    terminals.tcsetattr(this.#tables, this.#own(pid), fd, change);
  }

  tcsetpgrp(pid: number, fd: number, pgid: number): void {
    terminals.tcsetpgrp(this.#tables, this.#own(pid), fd, pgid);
  }

  tcgetpgrp(pid: number, fd: number): number {
    return terminals.tcgetpgrp(this.#tables, this.#own(pid), fd);
  }

  devFdReadDir(pid: number): string[] {
    return this.#own(pid).fds.numbers().map(String);
  }

  devFdStat(pid: number, fd: number): Promise<VirtualStat> {
    const process = this.#own(pid);
    const description = orThrow(process.fds.get(fd));
    return this.#wait(process, () => description.stat(), undefined, fd);
  }

  pipe(pid: number): { readFd: number; writeFd: number } {
    return orThrow(openPipe(this.#tables, this.#own(pid), false));
  }

  spawn(command: string, args: string[], options: SpawnOptions = {}): ManagedProcess {
    if (options.ppid !== undefined) this.#own(options.ppid);
    const isByGuest = options.ppid !== undefined;
    return spawnManaged(this.#tables, this.#defaults, command, args, options, isByGuest);
  }

  waitpid(pid: number): Promise<{ pid: number; status: number; waitStatus: number }> {
    const target = this.#tables.processes.get(pid);
    if (target instanceof Errno) throw new KernelError("ECHILD", `pid ${pid}`);
    this.#checkReach(target);
    const { parent } = target;
    if (!parent) throw new KernelError("ECHILD", `pid ${pid}`);
    const outcome = waitForChild(this.#tables.processes, parent, pid, 0);
    if (outcome instanceof Errno) throw new KernelError(outcome.code, `pid ${pid}`);
    const ended = outcome instanceof Blocked ? waited(parent, outcome) : Promise.resolve(outcome);
    return ended.then((child) => ({ ...child, status: exitCodeOf(child.waitStatus) }));
  }

  kill(pid: number, signal: number): void {
    const { processes } = this.#tables;
    const members = [...processes.all()].filter((process) =>
      pid === -1 ? this.#reaches(process) : process.pid === pid || process.pgid === -pid,
    );
    if (pid === KERNEL_PID) throw new KernelError("EPERM", `pid ${pid} is the kernel`);
    if (members.length === 0) throw new KernelError("ESRCH", `pid ${pid}`);
    for (const member of members) this.#checkReach(member);
    for (const member of members) {
      const failed = processes.kill(member.pid, signal, null);
      // The end of one may have reaped another.
      if (failed !== errno.ESRCH) orThrow(failed, `signal ${signal}`);
    }
  }

  getpgid(pid: number): number {
    return orThrow(this.#tables.processes.get(pid)).pgid;
  }

  setpgid(pid: number, pgid: number): void {
    const target = orThrow(this.#tables.processes.get(pid));
    this.#checkReach(target);
    const caller = target.driver === this.#driver ? target : (target.parent ?? target);
    orThrow(this.#tables.processes.setGroup(caller, target, pgid));
  }

  getsid(pid: number): number {
    return orThrow(this.#tables.processes.get(pid)).sid;
  }

  setsid(pid: number): number {
    return orThrow(this.#tables.processes.startSession(this.#own(pid)));
  }

  /** Runs a call that may have to wait. What fails at once is thrown at once. */
  #wait<T>(process: Process, call: () => T | Errno, detail?: string, fd?: number): Promise<T> {
    const outcome = this.#tables.replay.run(call);
    if (outcome instanceof Blocked) return settled(process, outcome, fd, detail);
    return Promise.resolve(orThrow(outcome, detail));
  }

  /** The process `pid`, when this driver runs it. */
  #own(pid: number): Process {
    const process = orThrow(this.#tables.processes.get(pid), `pid ${pid}`);
    if (process.driver !== this.#driver) {
      throw new KernelError("EPERM", `pid ${pid} is run by driver "${process.driver.name}"`);
    }
    if (!process.isRunning) throw new KernelError("ESRCH", `pid ${pid}`);
    return process;
  }

  /** Whether `target` is one of the driver's own processes or their descendants. */
  #reaches(target: Process): boolean {
    for (let process: Process | null = target; process; process = process.parent) {
      if (process.driver === this.#driver) return true;
    }
    return false;
  }

  #checkReach(target: Process): void {
    if (!this.#reaches(target)) throw new KernelError("EPERM", `pid ${target.pid}`);
  }

  #writable(pid: number, fd: number): { process: Process; description: FileDescription } {
    const process = this.#own(pid);
    const description = orThrow(process.fds.get(fd));
    if (!description.isWritable) throw new KernelError("EBADF");
    return { process, description };
  }

  #afterWrite(process: Process, result: number | Errno): number {
    if (result === errno.EPIPE) this.#tables.processes.deliver(process, SIGPIPE);
    return orThrow(result);
  }
}

/** Resolves when the process is not stopped; rejects with ESRCH when it has ended. */
function continued(process: Process): Promise<void> | undefined {
  if (!process.isStopped) return undefined;
  return new Promise((resolve, reject) => {
    process.gate.pass(resolve, () => reject(new KernelError("ESRCH")));
  });
}

/** The same, for a wait that ends with EINTR when the driver is told of a signal. */
function waited<T>(process: Process, blocked: Blocked<T>, fd?: number): Promise<T> {
  return settled(process, blocked, fd, undefined, "end when the driver is told");
}

function settled<T>(
  process: Process,
  blocked: Blocked<T>,
  fd?: number,
  detail?: string,
  onSignal?: OnSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    process.parked.park(
      blocked,
      (result) => {
        if (result instanceof Errno) reject(new KernelError(result.code, detailOf(result, detail)));
        else resolve(result);
      },
      fd,
      onSignal,
    );
  });
}

function fdStatOf({ flags }: FileDescription, { mode }: VirtualStat): FdStat {
  return { filetype: mode & S_IFMT, flags, rights: flags & O_ACCMODE };
}

function checkLength(length: number): number {
  if (!Number.isSafeInteger(length) || length < 0) throw new KernelError("EINVAL", "length");
  return length;
}

function checkOffset(offset: bigint): number {
  if (offset < 0n || offset > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new KernelError("EINVAL", "offset");
  }
  return Number(offset);
}
