/** Starting children, and hearing of their ends by SIGCHLD. */
import { WNOHANG } from "../../../kernel/constants.js";
import type { Guest } from "./guest.js";
import { utf8Encode } from "./utf8.js";

export const SIGCHLD = 17;
const ECHILD = -10;
const CATCH = 2;
const INTERRUPTS = 1;
/** Of the attributes of `spawn`. */
const DEFAULT_SIGNALS = 0x04;
const NEW_SESSION = 0x80;
const SET_USER = 0x10000;
const SET_GROUP = 0x20000;
const ATTRIBUTE_BYTES = 40;
const CLOSE_ON_EXEC = 1;

export interface SpawnRequest {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string | undefined;
  /** By the child's descriptor: the parent's, or -1 for none. */
  readonly fds: readonly number[];
  readonly isDetached: boolean;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

export interface ChildEnd {
  readonly exitCode: number;
  /** The number of the signal that ended it, or 0. */
  readonly signal: number;
}

export class ChildProcesses {
  readonly #guest: Guest;
  readonly #onEnd = new Map<number, (end: ChildEnd) => void>();
  #catches = false;

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  /** The new process's id, or what failed (below 0). Its end is told once. */
  spawn(request: SpawnRequest, onEnd: ((end: ChildEnd) => void) | null): number {
    const { kernel } = this.#guest;
    if (onEnd) this.#catchEnds();
    const cwd = request.cwd === undefined ? undefined : this.#enter(request.cwd);
    if (typeof cwd === "number") return cwd;
    const moved: number[] = [];
    const failed = kernel.call("spawn", {
      attributes: spawnAttributes(request),
      path: utf8Encode(request.file),
      argv: stringBlock(request.args),
      env: stringBlock(request.env),
      actions: descriptorActions(this.#outOfTheWay(request.fds, moved)),
      flags: 0,
    });
    const pid = kernel.result;
    for (const fd of moved) kernel.close(fd);
    if (cwd !== undefined) kernel.call("chdir", { path: utf8Encode(cwd) });
    if (failed) return failed;
    if (onEnd) this.#onEnd.set(pid, onEnd);
    return pid;
  }

  /** Waits for a child without letting the loop run. */
  waitFor(pid: number): ChildEnd {
    const { kernel } = this.#guest;
    for (;;) {
      const failed = kernel.call("waitpid", { pid, options: 0 });
      if (!failed) return decode(kernel.secondResult);
      if (failed === ECHILD) return { exitCode: 0, signal: 0 };
    }
  }

  /** A child's end, if it has ended. */
  tryWait(pid: number): ChildEnd | null {
    const { kernel } = this.#guest;
    const failed = kernel.call("waitpid", { pid, options: WNOHANG });
    return failed || kernel.result !== pid ? null : decode(kernel.secondResult);
  }

  /** Some child may have ended. */
  reap(): void {
    for (const [pid, onEnd] of [...this.#onEnd]) {
      const end = this.tryWait(pid);
      if (!end) continue;
      this.#onEnd.delete(pid);
      onEnd(end);
    }
  }

  /** Actions run one after the other: a source that an earlier one replaces is duplicated first. */
  #outOfTheWay(fds: readonly number[], moved: number[]): number[] {
    const { kernel } = this.#guest;
    return fds.map((fd, childFd) => {
      if (fd < 0 || fd === childFd || fd >= fds.length) return fd;
      const failed = kernel.call("dup", { fd, minimum: fds.length, flags: CLOSE_ON_EXEC });
      if (failed) return fd;
      moved.push(kernel.result);
      return kernel.result;
    });
  }

  #catchEnds(): void {
    if (this.#catches) return;
    this.#catches = true;
    this.#guest.kernel.call("signal_action", {
      maskLow: 0,
      maskHigh: 0,
      signal: SIGCHLD,
      disposition: CATCH,
      flags: INTERRUPTS,
    });
  }

  /** Goes to the child's directory: it inherits ours. Answers where we were. */
  #enter(directory: string): string | number {
    const { kernel } = this.#guest;
    const failed = kernel.call("getcwd", {});
    if (failed) return failed;
    const here = kernel.text();
    return kernel.call("chdir", { path: utf8Encode(directory) }) || here;
  }
}

function decode(waitStatus: number): ChildEnd {
  return { exitCode: (waitStatus >> 8) & 0xff, signal: waitStatus & 0x7f };
}

/** As libuv's children: all signals do what they do by default, SIGPIPE too, which this process ignores; one that is detached leads a session. */
function spawnAttributes({ isDetached, uid, gid }: SpawnRequest): Uint8Array {
  const bytes = new Uint8Array(ATTRIBUTE_BYTES);
  const view = new DataView(bytes.buffer);
  const flags =
    DEFAULT_SIGNALS |
    (isDetached ? NEW_SESSION : 0) |
    (uid === undefined ? 0 : SET_USER) |
    (gid === undefined ? 0 : SET_GROUP);
  view.setUint32(0, flags, true);
  view.setBigUint64(8, 0xffff_ffff_ffff_ffffn, true);
  view.setInt32(32, uid ?? 0, true);
  view.setInt32(36, gid ?? 0, true);
  return bytes;
}

function stringBlock(strings: readonly string[]): Uint8Array {
  let text = "";
  for (const string of strings) text += `${string}\0`;
  return utf8Encode(text);
}

function descriptorActions(fds: readonly number[]): Uint8Array {
  const words = new Int32Array(fds.length * 2);
  for (let index = 0; index < fds.length; index++) {
    words[index * 2] = index;
    words[index * 2 + 1] = fds[index] as number;
  }
  return new Uint8Array(words.buffer);
}
