/** `spawn_sync`: a child run to its end while the loop stands still. */
import { O_CLOEXEC, O_RDWR, POLLIN, POLLOUT } from "../../../kernel/constants.js";
import type { ChildEnd, ChildProcesses } from "../guest/child-processes.js";
import { isReadable, isWritable } from "../guest/event-loop.js";
import type { Binding, Guest } from "../guest/guest.js";
import { bytesOf } from "./buffer.js";
import { signalName } from "./process_wrap.js";

interface SyncStdio {
  readonly type: "pipe" | "inherit" | "fd" | "ignore" | "wrap";
  readonly readable?: boolean;
  readonly writable?: boolean;
  readonly input?: ArrayBufferView | null;
  readonly fd?: number;
}

interface SyncOptions {
  readonly file: string;
  readonly args?: readonly string[];
  readonly envPairs?: readonly string[];
  readonly cwd?: string | null;
  readonly stdio: readonly SyncStdio[];
  readonly timeout?: number;
  readonly maxBuffer?: number;
  readonly killSignal?: number;
  readonly detached?: boolean;
  readonly uid?: number | null;
  readonly gid?: number | null;
}

const CLOSE_ON_EXEC = 1;
const SIGTERM = 15;
const EAGAIN = -11;
const ETIMEDOUT = -110;
const ENOBUFS = -105;
const READ_BYTES = 64 * 1024;
/** How often a child with a time limit is asked whether it has ended. */
const WAIT_INTERVAL_MS = 5;

/** One pipe of the child, from this side. */
interface Channel {
  readonly childFd: number;
  fd: number;
  /** What is still to write; null: this one is read. */
  input: Uint8Array | null;
  readonly chunks: Uint8Array[];
  length: number;
}

export function spawnSyncBinding(guest: Guest, children: ChildProcesses): Binding {
  return { spawn: (options: SyncOptions) => new SyncRun(guest, children, options).run() };
}

class SyncRun {
  readonly #guest: Guest;
  readonly #children: ChildProcesses;
  readonly #options: SyncOptions;
  readonly #channels: Channel[] = [];
  readonly #childEnds: number[] = [];
  #error = 0;
  /** Bytes that all pipes have brought. */
  #length = 0;
  #pid = 0;
  #hasKilled = false;

  constructor(guest: Guest, children: ChildProcesses, options: SyncOptions) {
    this.#guest = guest;
    this.#children = children;
    this.#options = options;
  }

  run(): object {
    const { kernel } = this.#guest;
    const options = this.#options;
    const fds = this.#openAll();
    let pid = Math.min(...fds, 0);
    if (pid >= -1) {
      pid = this.#children.spawn(
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
        null,
      );
    }
    for (const fd of this.#childEnds) kernel.close(fd);
    if (pid < 0) {
      for (const channel of this.#channels) this.#close(channel);
      return { error: pid, status: null, signal: null, output: null, pid: 0 };
    }
    this.#pid = pid;
    const deadline = options.timeout ? this.#guest.hooks.now() + options.timeout : Infinity;
    this.#transfer(deadline);
    const end = this.#waitForEnd(deadline);
    // Errors of execSync show these in this order.
    return {
      ...(this.#error === 0 ? {} : { error: this.#error }),
      status: end.signal === 0 ? end.exitCode : null,
      signal: end.signal === 0 ? null : signalName(this.#guest, end.signal),
      output: this.#output(),
      pid,
    };
  }

  #openAll(): number[] {
    const fds: number[] = [];
    for (const [childFd, option] of this.#options.stdio.entries()) {
      const fd = this.#openOne(childFd, option);
      fds.push(fd);
      if (fd < -1) break;
    }
    return fds;
  }

  #openOne(childFd: number, option: SyncStdio): number {
    const { kernel } = this.#guest;
    if (option.type === "inherit" || option.type === "fd") return option.fd ?? childFd;
    if (option.type !== "pipe") {
      if (childFd > 2) return -1;
      const fd = kernel.open("/dev/null", O_RDWR | O_CLOEXEC, 0);
      if (fd >= 0) this.#childEnds.push(fd);
      return fd;
    }
    const failed = kernel.call("pipe", { flags: CLOSE_ON_EXEC });
    if (failed) return failed;
    const [readFd, writeFd] = [kernel.result, kernel.secondResult];
    const isInput = option.readable === true && option.writable !== true;
    this.#childEnds.push(isInput ? readFd : writeFd);
    this.#channels.push({
      childFd,
      fd: isInput ? writeFd : readFd,
      input: isInput ? bytesOf(option.input ?? new Uint8Array(0)) : null,
      chunks: [],
      length: 0,
    });
    return isInput ? readFd : writeFd;
  }

  /** Feeds and drains the pipes until the child has closed them. */
  #transfer(deadline: number): void {
    const { kernel, hooks } = this.#guest;
    for (const channel of this.#channels) {
      if (channel.input?.length === 0) this.#close(channel);
    }
    for (;;) {
      const open = this.#channels.filter(({ fd }) => fd >= 0);
      if (open.length === 0) return;
      const left = deadline === Infinity ? -1 : Math.max(0, deadline - hooks.now());
      if (left === 0) {
        this.#kill(ETIMEDOUT);
        deadline = Infinity;
        continue;
      }
      const entries = open.map(({ fd, input }) => ({ fd, events: input ? POLLOUT : POLLIN }));
      const happened = kernel.poll(entries, left);
      // Interrupted by a signal: look again.
      if (typeof happened === "number") continue;
      for (const [index, channel] of open.entries()) {
        const events = happened[index] as number;
        if (channel.input) {
          if (isWritable(events)) this.#feed(channel, channel.input);
        } else if (isReadable(events)) this.#drain(channel);
      }
    }
  }

  #feed(channel: Channel, input: Uint8Array): void {
    const count = this.#guest.kernel.tryWrite(channel.fd, input);
    if (count === EAGAIN) return;
    channel.input = count > 0 ? input.subarray(count) : input;
    // A child that does not read on is no failure.
    if (count < 0 || channel.input.length === 0) this.#close(channel);
  }

  #drain(channel: Channel): void {
    const bytes = new Uint8Array(READ_BYTES);
    const count = this.#guest.kernel.read(channel.fd, bytes, -1);
    if (count === EAGAIN) return;
    if (count <= 0) {
      this.#close(channel);
      return;
    }
    // What has been read is kept, as in Node, although it is more than was asked for.
    channel.chunks.push(bytes.slice(0, count));
    channel.length += count;
    this.#length += count;
    if (this.#options.maxBuffer && this.#length > this.#options.maxBuffer) this.#kill(ENOBUFS);
  }

  #kill(reason: number): void {
    this.#error ||= reason;
    if (this.#hasKilled) return;
    this.#hasKilled = true;
    const signal = this.#options.killSignal || SIGTERM;
    this.#guest.kernel.call("kill", { pid: this.#pid, signal });
    for (const channel of this.#channels) this.#close(channel);
  }

  #waitForEnd(deadline: number): ChildEnd {
    if (deadline === Infinity || this.#hasKilled) return this.#children.waitFor(this.#pid);
    for (;;) {
      const end = this.#children.tryWait(this.#pid);
      if (end) return end;
      if (this.#guest.hooks.now() >= deadline) {
        this.#kill(ETIMEDOUT);
        return this.#children.waitFor(this.#pid);
      }
      this.#guest.kernel.poll([], WAIT_INTERVAL_MS);
    }
  }

  #close(channel: Channel): void {
    if (channel.fd >= 0) this.#guest.kernel.close(channel.fd);
    channel.fd = -1;
  }

  #output(): (Uint8Array | null)[] {
    return this.#options.stdio.map((_, childFd) => {
      const channel = this.#channels.find((one) => one.childFd === childFd && childFd > 0);
      if (!channel) return null;
      const all = new Uint8Array(channel.length);
      let at = 0;
      for (const chunk of channel.chunks) {
        all.set(chunk, at);
        at += chunk.length;
      }
      return Object.setPrototypeOf(all, this.#guest.bufferPrototype);
    });
  }
}
