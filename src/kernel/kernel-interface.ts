/**
 * The system calls of a driver, as a driver sees them; `driver-calls.ts` carries them out. Each driver
 * gets an interface of its own: it may act only as processes that it runs (EPERM otherwise, ESRCH for an
 * unknown pid). Arguments are checked and `KernelError`s thrown synchronously, also by the calls that
 * answer with a promise.
 */
import type { FileApi } from "./file-api.js";
import type { ManagedProcess, SpawnOptions } from "./managed-process.js";
import type { MountOptions } from "./mount-calls.js";
import type { VirtualStat } from "./stat.js";
import type { PtyDiscipline, PtyPair } from "./terminal-interface.js";
import type { Termios, TermiosChange } from "./termios.js";
import type { VirtualFileSystem } from "./virtual-file-system.js";

/** What an open descriptor is. */
export interface FdStat {
  /** File type bits (`S_IF*`). */
  filetype: number;
  /** Access mode and status flags (`O_*`). */
  flags: number;
  /** What may be done with it, as `O_RDONLY`, `O_WRONLY` or `O_RDWR`. */
  rights: number;
}

export interface KernelInterface {
  readonly vfs: FileApi;

  /**
   * Mounts a store that the driver brings, for as long as the kernel lives. The last name of `path` may be missing.
   * Rejects with EBUSY (something is mounted there), ENOENT (no directory above), ENOTDIR, EINVAL.
   */
  mountFs(path: string, store: VirtualFileSystem, options?: MountOptions): Promise<void>;

  /**
   * open(2), relative to the process's working directory.
   * Throws EAGAIN when a store or a policy answers later: see `fdOpenAsync`.
   */
  fdOpen(pid: number, path: string, flags: number, mode?: number): number;
  /** `fdOpen`, waiting for stores and policies that answer later. */
  fdOpenAsync(pid: number, path: string, flags: number, mode?: number): Promise<number>;
  /** Reads up to `length` bytes; resolves with none at the end. A waiting read rejects with EINTR when the driver is told of a signal, EBADF when the descriptor is closed, ESRCH when the process ends. */
  fdRead(pid: number, fd: number, length: number): Promise<Uint8Array>;
  /** Writes without waiting: what fits is taken and counted; nothing fits is EAGAIN, no reader SIGPIPE and EPIPE. */
  fdWrite(pid: number, fd: number, data: Uint8Array): number;
  /** Writes all of `data`, waiting as long as it takes. */
  fdWriteAsync(pid: number, fd: number, data: Uint8Array): Promise<number>;
  /** Reads at `offset` and leaves the cursor alone. ESPIPE for pipes. */
  fdPread(pid: number, fd: number, length: number, offset: bigint): Promise<Uint8Array>;
  fdPwrite(pid: number, fd: number, data: Uint8Array, offset: bigint): Promise<number>;
  /** Moves the cursor (`SEEK_SET`, `SEEK_CUR`, `SEEK_END`) and resolves with its place. */
  fdSeek(pid: number, fd: number, offset: bigint, whence: number): Promise<bigint>;
  fdClose(pid: number, fd: number): void;
  /** The lowest free descriptor, sharing `fd`'s description. */
  fdDup(pid: number, fd: number): number;
  fdDup2(pid: number, fd: number, newFd: number): void;
  /** Throws EAGAIN when the store answers later: see `fdStatAsync`. */
  fdStat(pid: number, fd: number): FdStat;
  /** `fdStat`, waiting for a store that answers later. */
  fdStatAsync(pid: number, fd: number): Promise<FdStat>;
  /** Whether `fd` is the slave side of a terminal. */
  isatty(pid: number, fd: number): boolean;
  /** A pseudo terminal whose sides are in the process's table. ENOSPC (a limit), EMFILE. */
  openpty(pid: number): PtyPair;
  /** Sets flags of a terminal's line discipline. ENOTTY. */
  ptySetDiscipline(pid: number, fd: number, config: PtyDiscipline): void;
  /** Sets the group that ^C, ^\\ and ^Z signal. ENOTTY, ESRCH (no such group), EPERM (another session's). */
  ptySetForegroundPgid(pid: number, fd: number, pgid: number): void;
  /** A deep copy of a terminal's attributes. ENOTTY. */
  tcgetattr(pid: number, fd: number): Termios;
  /** Sets attributes; what is left out stays. EINVAL, ENOTTY; from the background SIGTTOU and EINTR. */
  tcsetattr(pid: number, fd: number, change: TermiosChange): void;
  /** Puts a group of the session into the foreground. ENOTTY, ESRCH, EPERM; from the background SIGTTOU and EINTR. */
  tcsetpgrp(pid: number, fd: number, pgid: number): void;
  /** The foreground group. ENOTTY: another session's terminal. */
  tcgetpgrp(pid: number, fd: number): number;
  /** The open descriptors, as names in /dev/fd. */
  devFdReadDir(pid: number): string[];
  devFdStat(pid: number, fd: number): Promise<VirtualStat>;

  /** A pipe whose ends are in the process's table. ENFILE, EMFILE. */
  pipe(pid: number): { readFd: number; writeFd: number };
  /** Starts a process of any driver; see `SpawnOptions`. */
  spawn(command: string, args: string[], options?: SpawnOptions): ManagedProcess;
  /** Waits for the end of one of the driver's processes or of their children, and fetches its status. */
  waitpid(pid: number): Promise<{ pid: number; status: number; waitStatus: number }>;
  /** Sends a signal to a process, with -pgid to a group, or with -1 to all, of the driver or its descendants. */
  kill(pid: number, signal: number): void;

  getpgid(pid: number): number;
  setpgid(pid: number, pgid: number): void;
  getsid(pid: number): number;
  /** Starts a session led by `pid`. EPERM for a group leader. */
  setsid(pid: number): number;
}
