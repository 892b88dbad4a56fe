/**
 * The slave of a pseudo terminal, as a description: a program's terminal. Reads follow the line discipline
 * (a line, or VMIN and VTIME); a process in the background is stopped by them.
 */
import { O_RDWR, POLLERR, POLLHUP, POLLIN, POLLOUT } from "./constants.js";
import { type Errno, errno } from "./errno.js";
import { FileDescription } from "./file-description.js";
import { checkForeground } from "./job-control.js";
import type { Process } from "./process.js";
import type { ProcessTable } from "./process-table.js";
import type { Pty } from "./pty.js";
import { SIGTTIN, SIGTTOU } from "./signals.js";
import type { VirtualStat } from "./stat.js";
import { Blocked, type Outcome, type WaitQueue } from "./wait.js";

/** VTIME counts tenths of a second. */
const MS_PER_VTIME = 100;

/** What a read that waits has seen so far. */
interface Wait {
  readonly startedAtMs: number;
  /** Bytes that were there when it looked last, and when they came. */
  bytes: number;
  changedAtMs: number;
}

export class PtySlave extends FileDescription {
  override readonly kind = "terminal";
  readonly pty: Pty;
  readonly #processes: ProcessTable;
  override readonly pollQueues: readonly WaitQueue[];

  constructor(pty: Pty, processes: ProcessTable, flags: number = O_RDWR) {
    super(flags);
    this.pty = pty;
    this.#processes = processes;
    this.openedPath = pty.path;
    this.pollQueues = [pty.slaveReadable, pty.slaveWritable];
    pty.openSlave();
  }

  override read(target: Uint8Array, caller?: Process): Outcome<number> {
    return this.#readAs(target, caller, (into) => this.pty.readInput(into));
  }

  override readUntil(target: Uint8Array, delimiter: number, caller?: Process): Outcome<number> {
    return this.#readAs(target, caller, (into) => this.pty.readInputUntil(into, delimiter));
  }

  override write(data: Uint8Array, caller?: Process): Outcome<number> {
    const { pty } = this;
    if (pty.isHungUp) return errno.EIO;
    if (caller && pty.termios.tostop) {
      const again = () => this.write(data, caller);
      const refused = checkForeground(this.#processes, caller, pty, SIGTTOU, again);
      if (refused) return refused;
    }
    return this.#write(data, 0);
  }

  override stat(): VirtualStat {
    return this.pty.slaveStat();
  }

  override available(): number | Errno {
    return this.pty.isHungUp ? errno.EIO : this.pty.discipline.available;
  }

  override poll(): number {
    const { pty } = this;
    if (pty.isHungUp) return POLLIN | POLLOUT | POLLERR | POLLHUP;
    const { vmin, vtime } = pty.termios.cc;
    const minimum = vtime === 0 && vmin > 0 ? vmin : 1;
    const isReadable = pty.discipline.hasInput(minimum);
    return (isReadable ? POLLIN : 0) | (pty.discipline.output.room > 0 ? POLLOUT : 0);
  }

  protected override close(): void {
    this.pty.closeSlave();
  }

  #readAs(
    target: Uint8Array,
    caller: Process | undefined,
    take: (target: Uint8Array) => number,
  ): Outcome<number> {
    if (this.pty.isHungUp || target.length === 0) return 0;
    if (caller) {
      const again = () => this.#readAs(target, caller, take);
      const refused = checkForeground(this.#processes, caller, this.pty, SIGTTIN, again);
      if (refused) return refused;
    }
    const nowMs = performance.now();
    return this.#await(target, caller, take, { startedAtMs: nowMs, bytes: 0, changedAtMs: nowMs });
  }

  /** Reads what there is when it is enough, and waits when it is not. */
  #await(
    target: Uint8Array,
    caller: Process | undefined,
    take: (target: Uint8Array) => number,
    wait: Wait,
  ): Outcome<number> {
    const { discipline, slaveReadable } = this.pty;
    const { icanon, cc } = discipline.termios;
    const available = icanon ? 0 : discipline.available;
    const minimum = icanon ? 1 : Math.max(1, Math.min(cc.vmin, target.length));
    if (discipline.hasInput(minimum)) return take(target);
    // Outside lines VMIN 0 and VTIME 0 never wait.
    if (!icanon && cc.vmin === 0 && cc.vtime === 0) return 0;
    if (available !== wait.bytes) {
      wait.bytes = available;
      wait.changedAtMs = performance.now();
    }
    const atMs = icanon ? undefined : this.#deadline(wait);
    return new Blocked<number>({
      queues: [slaveReadable],
      retry: () => this.#retry(target, caller, take, wait),
      interrupted: (reason) => (available > 0 ? take(target) : reason),
      deadline: atMs === undefined ? undefined : { atMs, result: () => take(target) },
    });
  }

  /** Looks again. Who waits while the terminal hangs up gets EIO; who comes later the end of the file. */
  #retry(
    target: Uint8Array,
    caller: Process | undefined,
    take: (target: Uint8Array) => number,
    wait: Wait,
  ): Outcome<number> {
    if (this.pty.isHungUp) return errno.EIO;
    if (caller && this.pty.foregroundPgid !== caller.pgid)
      return this.#readAs(target, caller, take);
    return this.#await(target, caller, take, wait);
  }

  /** When VTIME ends the wait: counted from its begin with VMIN 0, else from the last byte. */
  #deadline(wait: Wait): number | undefined {
    const { vmin, vtime } = this.pty.termios.cc;
    if (vtime === 0) return undefined;
    if (vmin === 0) return wait.startedAtMs + vtime * MS_PER_VTIME;
    return wait.bytes > 0 ? wait.changedAtMs + vtime * MS_PER_VTIME : undefined;
  }

  #write(data: Uint8Array, written: number): Outcome<number> {
    const { pty } = this;
    let count = written;
    while (count < data.length && !pty.isHungUp) {
      const moved = pty.print(data.subarray(count));
      if (moved === 0) break;
      count += moved;
    }
    if (count === data.length) return count;
    if (pty.isHungUp) return count > 0 ? count : errno.EIO;
    return new Blocked<number>({
      queues: [pty.slaveWritable],
      retry: () => this.#write(data, count),
      interrupted: (reason: Errno) => (count > 0 ? count : reason),
    });
  }
}
