/**
 * From ends of connections to streams and back. `EndStream` is an end in the host application's hand;
 * `pump` joins an end to a stream of a network, with backpressure both ways: each direction has one
 * piece under way, and half-closes, resets and failures pass.
 */
import { Errno, type ErrnoCode, errno } from "./errno.js";
import { KernelError } from "./kernel-error.js";
import type { ByteStream } from "./network-adapter.js";
import { ParkingLot } from "./parking.js";
import { SHUT_WR } from "./socket-constants.js";
import type { StreamEnd } from "./stream-end.js";
import { Blocked, type Outcome } from "./wait.js";

/** The most bytes that move at once. */
const PIECE_BYTES = 64 * 1024;
/** How long the rest of what a closed socket has sent may take to leave the kernel. */
const LINGER_MS = 10_000;

/** The errno that a network's rejection stands for. */
export function errnoOf(thrown: unknown): Errno {
  const code = typeof thrown === "object" && thrown !== null && "code" in thrown && thrown.code;
  if (typeof code !== "string") return errno.EIO;
  if (code === "ENOTFOUND") return errno.ENOENT;
  return Object.hasOwn(errno, code) ? errno[code as ErrnoCode] : errno.EIO;
}

/** An end as a stream of bytes. */
export class EndStream implements ByteStream {
  readonly #end: StreamEnd;
  readonly #lot = new ParkingLot();

  /** Takes over `end`. */
  constructor(end: StreamEnd) {
    this.#end = end;
  }

  async read(): Promise<Uint8Array | null> {
    const { incoming } = this.#end;
    const target = new Uint8Array(Math.min(PIECE_BYTES, Math.max(incoming.length, 4096)));
    const count = await this.#settle(this.#end.read(target));
    return count === 0 ? null : target.subarray(0, count);
  }

  async write(data: Uint8Array): Promise<void> {
    let written = 0;
    while (written < data.length) {
      written += await this.#settle(this.#end.write(data.subarray(written)));
    }
  }

  async end(): Promise<void> {
    this.#end.shutdown(SHUT_WR);
  }

  destroy(reason?: "reset"): void {
    this.#end.close(reason === "reset");
    this.#lot.cancelAll(errno.ECONNABORTED);
  }

  /** Whether nobody holds the other end any more. */
  get isAbandoned(): boolean {
    return this.#end.peer.isClosed;
  }

  /** Calls `told` once when the other end is given up. */
  whenAbandoned(told: () => void): void {
    const look = () => {
      if (!this.#end.peer.isClosed) return;
      this.#end.readable.delete(look);
      told();
    };
    this.#end.readable.add(look);
    look();
  }

  /** Breaks the connection for the other end. */
  fail(reason: Errno): void {
    this.#end.break(reason);
    this.destroy();
  }

  #settle(outcome: Outcome<number>): Promise<number> {
    return new Promise((resolve, reject) => {
      const settled = (result: number | Errno): void => {
        if (result instanceof Errno) reject(new KernelError(result.code));
        else resolve(result);
      };
      if (outcome instanceof Blocked) this.#lot.park(outcome, settled);
      else settled(outcome);
    });
  }
}

/** Joins `near` to `far` until both directions have ended, or one end is gone. */
export async function pump(near: EndStream, far: ByteStream): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  near.whenAbandoned(() => {
    timer = setTimeout(() => far.destroy(), LINGER_MS);
  });
  try {
    await Promise.all([outward(near, far), inward(near, far)]);
  } finally {
    clearTimeout(timer);
    far.destroy();
    near.destroy();
  }
}

async function outward(near: EndStream, far: ByteStream): Promise<void> {
  for (;;) {
    let bytes: Uint8Array | null;
    try {
      bytes = await near.read();
    } catch {
      far.destroy("reset");
      return;
    }
    try {
      if (bytes) await far.write(bytes);
      else await far.end();
    } catch (thrown) {
      near.fail(errnoOf(thrown));
      return;
    }
    if (bytes) continue;
    // Closed, not only shut: nobody reads what else comes.
    if (near.isAbandoned) far.destroy();
    else near.whenAbandoned(() => far.destroy());
    return;
  }
}

async function inward(near: EndStream, far: ByteStream): Promise<void> {
  for (;;) {
    let bytes: Uint8Array | null;
    try {
      bytes = await far.read();
    } catch (thrown) {
      near.fail(errnoOf(thrown));
      return;
    }
    try {
      if (bytes) await near.write(bytes);
      else await near.end();
    } catch {
      far.destroy("reset");
      return;
    }
    if (!bytes) return;
  }
}
