/** The master of a pseudo terminal, as a description: where a terminal emulator types and reads. */
import { O_RDWR, POLLHUP, POLLIN, POLLOUT, S_IFCHR } from "./constants.js";
import { type Errno, errno } from "./errno.js";
import { FileDescription } from "./file-description.js";
import { terminalCapacity } from "./limits.js";
import type { Pty } from "./pty.js";
import { syntheticStat, type VirtualStat } from "./stat.js";
import { Blocked, type Outcome, type WaitQueue } from "./wait.js";

/** /dev/ptmx. */
export const MULTIPLEXER_NUMBER = 0x502;

export class PtyMaster extends FileDescription {
  override readonly kind = "terminal";
  readonly pty: Pty;
  override readonly pollQueues: readonly WaitQueue[];

  constructor(pty: Pty, flags: number = O_RDWR) {
    super(flags);
    this.pty = pty;
    this.openedPath = "/dev/ptmx";
    this.pollQueues = [pty.masterReadable, pty.masterWritable];
  }

  /** Reads output; EIO when there is none and the slave was open and is no more. */
  override read(target: Uint8Array): Outcome<number> {
    const { pty } = this;
    if (target.length === 0) return 0;
    const count = pty.readOutput(target);
    if (count > 0) return count;
    if (pty.isSlaveClosed) return errno.EIO;
    return new Blocked({ queues: [pty.masterReadable], retry: () => this.read(target) });
  }

  /**
   * Types; waits when the slave does not read. At most 64 KiB a call: each byte goes through the line
   * discipline, and one call must not hold the kernel's thread.
   */
  override write(data: Uint8Array): Outcome<number> {
    return this.#write(data.subarray(0, terminalCapacity), 0);
  }

  override stat(): VirtualStat {
    return syntheticStat(S_IFCHR | 0o666, MULTIPLEXER_NUMBER, MULTIPLEXER_NUMBER);
  }

  override available(): number {
    return this.pty.discipline.output.bytes.length;
  }

  override poll(): number {
    const { pty } = this;
    const isReadable = pty.discipline.output.bytes.length > 0;
    return (
      (isReadable ? POLLIN : 0) |
      (pty.inputRoom > 0 ? POLLOUT : 0) |
      (pty.isSlaveClosed ? POLLHUP : 0)
    );
  }

  protected override close(): void {
    this.pty.closeMaster();
  }

  #write(data: Uint8Array, written: number): Outcome<number> {
    const { pty } = this;
    let count = written;
    while (count < data.length) {
      const moved = pty.type(data.subarray(count));
      if (moved === 0) break;
      count += moved;
    }
    if (count === data.length) return count;
    return new Blocked<number>({
      queues: [pty.masterWritable],
      retry: () => this.#write(data, count),
      interrupted: (reason: Errno) => (count > 0 ? count : reason),
    });
  }
}
