/** `process_wrap`: children of `child_process.spawn`. */
import { O_CLOEXEC, O_RDWR } from "../../../kernel/constants.js";
import { AF_UNIX, SOCK_CLOEXEC, SOCK_STREAM } from "../../../kernel/socket-constants.js";
import type { ChildProcesses } from "../guest/child-processes.js";
import type { Binding, Guest } from "../guest/guest.js";
import type { HandleClass } from "../guest/handle.js";
import type { Stream } from "../guest/stream-handle.js";

export interface StdioOption {
  readonly type: "ignore" | "pipe" | "overlapped" | "inherit" | "fd" | "wrap";
  readonly handle?: Stream;
  readonly fd?: number;
  /** The channel of `fork`. */
  readonly ipc?: boolean;
}

interface SpawnOptions {
  readonly file: string;
  readonly args?: readonly string[] | undefined;
  readonly envPairs?: readonly string[] | undefined;
  readonly cwd?: string | null | undefined;
  readonly stdio?: readonly StdioOption[] | undefined;
  readonly detached?: boolean;
  readonly uid?: number | null;
  readonly gid?: number | null;
}

/** As Node passes them from 24 on, one by one. */
type SpawnArguments = [
  file: string,
  args: readonly string[] | undefined,
  cwd: string | null | undefined,
  envPairs: readonly string[] | undefined,
  stdio: readonly StdioOption[] | undefined,
  flags: number,
  uid: number | undefined,
  gid: number | undefined,
];

const CLOSE_ON_EXEC = 1;
const ESRCH = -3;
/** kProcessFlagDetached. */
const DETACHED = 1;
const PAIR_TYPE = SOCK_STREAM | SOCK_CLOEXEC;

export function processWrapBinding(
  guest: Guest,
  HandleWrap: HandleClass,
  children: ChildProcesses,
): Binding {
  const { kernel, loop } = guest;

  class Process extends HandleWrap {
    /** Once it runs. */
    declare pid?: number;
    onexit: unknown = undefined;
    #isRunning = false;
    readonly #waiter: { readonly isReferenced: boolean };

    constructor() {
      super("PROCESSWRAP");
      const isReferenced = (): boolean => this.isHandleReferenced;
      this.#waiter = {
        get isReferenced() {
          return isReferenced();
        },
      };
    }

    override get isHandleActive(): boolean {
      return this.#isRunning;
    }

    spawn(...given: [SpawnOptions] | SpawnArguments): number {
      const options = optionsOf(given);
      const stdio = new ChildStdio(guest);
      const fds = stdio.open(options.stdio ?? []);
      if (typeof fds === "number") return fds;
      const pid = children.spawn(
        {
          file: options.file,
          args: options.args ?? [options.file],
          env: options.envPairs ?? [],
          cwd: options.cwd ?? undefined,
          fds,
          isDetached: options.detached === true,
          uid: options.uid ?? undefined,
          gid: options.gid ?? undefined,
        },
        (end) => {
          loop.waiters.delete(this.#waiter);
          this.#isRunning = false;
          if (this.isHandleClosed) return;
          const signal = end.signal === 0 ? "" : signalName(guest, end.signal);
          guest.callback(this, this.onexit, [end.exitCode, signal]);
        },
      );
      // Also when nothing was started: they are at their end then, as with libuv.
      stdio.finish(true);
      if (pid < 0) return pid;
      this.pid = pid;
      this.#isRunning = true;
      loop.waiters.add(this.#waiter);
      return 0;
    }

    kill(signal: number): number {
      return this.pid === undefined ? ESRCH : kernel.call("kill", { pid: this.pid, signal });
    }

    override onHandleClose(): void {
      loop.waiters.delete(this.#waiter);
    }
  }

  return { Process };
}

function optionsOf(given: [SpawnOptions] | SpawnArguments): SpawnOptions {
  if (given.length === 1) return given[0];
  const [file, args, cwd, envPairs, stdio, flags] = given;
  return { file, args, cwd, envPairs, stdio, detached: (flags & DETACHED) !== 0 };
}

export function signalName(guest: Guest, number: number): string {
  const { os } = guest.internalBinding("constants") as { os: { signals: Record<string, number> } };
  for (const name of Object.keys(os.signals)) if (os.signals[name] === number) return name;
  return "";
}

/** The descriptors of a child that is being started, and the parent's ends of its pipes. */
export class ChildStdio {
  readonly #guest: Guest;
  /** Closed in the parent once the child has them. */
  readonly #childEnds: number[] = [];
  readonly #given: { stream: Stream; readFd: number; writeFd: number }[] = [];

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  open(stdio: readonly StdioOption[]): number[] | number {
    const fds: number[] = [];
    for (const [childFd, option] of stdio.entries()) {
      const fd = this.#openOne(childFd, option);
      if (fd < -1) {
        this.finish(false);
        return fd;
      }
      fds.push(fd);
    }
    return fds;
  }

  #openOne(childFd: number, option: StdioOption): number {
    const { kernel } = this.#guest;
    switch (option.type) {
      case "ignore": {
        if (childFd > 2) return -1;
        const fd = kernel.open("/dev/null", O_RDWR | O_CLOEXEC, 0);
        if (fd >= 0) this.#childEnds.push(fd);
        return fd;
      }
      case "inherit":
      case "fd":
        return option.fd ?? childFd;
      case "wrap": {
        const handle = option.handle;
        if (!handle) return -1;
        return childFd === 0 ? handle.readFd : Math.max(handle.writeFd, handle.readFd);
      }
      case "pipe":
      case "overlapped": {
        if (option.ipc || childFd > 2) return this.#openPair(option);
        const failed = kernel.call("pipe", { flags: CLOSE_ON_EXEC });
        if (failed) return failed;
        const [readFd, writeFd] = [kernel.result, kernel.secondResult];
        const isInput = childFd === 0;
        this.#childEnds.push(isInput ? readFd : writeFd);
        if (option.handle) {
          this.#given.push({
            stream: option.handle,
            readFd: isInput ? -1 : readFd,
            writeFd: isInput ? writeFd : -1,
          });
        }
        return isInput ? readFd : writeFd;
      }
    }
  }

  /** Both directions, as libuv makes all its pipes; those of standard streams go one way, which is cheaper. */
  #openPair({ handle }: StdioOption): number {
    const { kernel } = this.#guest;
    const failed = kernel.call("socketpair", { family: AF_UNIX, type: PAIR_TYPE, protocol: 0 });
    if (failed) return failed;
    const [ours, theirs] = [kernel.result, kernel.secondResult];
    this.#childEnds.push(theirs);
    if (handle) this.#given.push({ stream: handle, readFd: ours, writeFd: ours });
    else this.#childEnds.push(ours);
    return theirs;
  }

  /** The child has been started, or not: gives the pipes to their handles, closes the rest. */
  finish(isStarted: boolean): void {
    const { kernel } = this.#guest;
    for (const fd of this.#childEnds.splice(0)) kernel.close(fd);
    for (const { stream, readFd, writeFd } of this.#given.splice(0)) {
      if (isStarted) {
        stream.readFd = readFd;
        stream.writeFd = writeFd;
      } else {
        kernel.close(Math.max(readFd, writeFd));
      }
    }
  }
}
