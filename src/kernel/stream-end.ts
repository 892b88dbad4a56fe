/**
 * One end of a connection: a bounded queue of bytes that came in, and what has been shut or reset.
 * Two ends make a connection; who holds one does not matter: a guest's socket, the host
 * application, a pump to the network. Ends of `tcp` and `unix` connections differ as on Linux
 * (tcp_recvmsg, tcp_reset, unix_release_sock): a TCP close says "no more from here" and answers
 * later bytes by a reset, a unix close shuts both directions at once.
 */
import { ByteRing } from "./byte-ring.js";
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDHUP } from "./constants.js";
import { Errno, errno } from "./errno.js";
import { socketBufferDefault } from "./limits.js";
import type { Parcel, Rights } from "./rights.js";
import { SHUT_RD, SHUT_WR } from "./socket-constants.js";
import { StreamRights } from "./stream-rights.js";
import { Blocked, type Outcome, WaitQueue } from "./wait.js";

export type StreamStyle = "tcp" | "unix";

/** What a socket can be written to while this part of its buffer is free; less is not worth waking for. */
const WRITABLE_PART = 3;

export class StreamEnd {
  readonly style: StreamStyle;
  /** Set by `connectEnds`, for good. */
  #peer: StreamEnd = this;
  readonly incoming = new ByteRing(2 * socketBufferDefault);
  /** Woken when bytes, an end or an error come in. */
  readonly readable = new WaitQueue();
  /** Woken when room appears, or writing has become impossible. */
  readonly writable = new WaitQueue();
  /** The peer sends no more. */
  hasPeerEnded = false;
  isReadShut = false;
  isWriteShut = false;
  /** Nobody holds this end any more. */
  isClosed = false;
  /** A unix socket holds this end: somebody may receive descriptors here. */
  takesRights = false;
  /** Once some have come. */
  #rights: StreamRights | undefined;
  /** Told once, by the next call. */
  #error: Errno | undefined;
  #sendBuffer = socketBufferDefault;
  #receiveBuffer = socketBufferDefault;

  private constructor(style: StreamStyle) {
    this.style = style;
  }

  /** Makes the two ends of a connection. */
  static pair(style: StreamStyle): [StreamEnd, StreamEnd] {
    const [one, other] = [new StreamEnd(style), new StreamEnd(style)];
    one.#peer = other;
    other.#peer = one;
    return [one, other];
  }

  get peer(): StreamEnd {
    return this.#peer;
  }

  /** Both directions are over, or the connection was reset. */
  get isOver(): boolean {
    return this.isWriteShut && (this.hasPeerEnded || this.isReadShut);
  }

  get error(): Errno | undefined {
    return this.#error;
  }

  /** The error that nobody was told yet. */
  takeError(): Errno | undefined {
    const error = this.#error;
    this.#error = undefined;
    return error;
  }

  setBuffers(sendBytes: number, receiveBytes: number): void {
    this.#sendBuffer = sendBytes;
    this.#receiveBuffer = receiveBytes;
    const peer = this.#peer;
    this.incoming.capacity = receiveBytes + peer.#sendBuffer;
    peer.incoming.capacity = sendBytes + peer.#receiveBuffer;
  }

  /**
   * Reads what there is; with `peek` it stays.
   * @param received - Takes over the rights that come with the bytes; without it they are dropped.
   */
  read(target: Uint8Array, peek = false, received?: Rights[]): Outcome<number> {
    if (target.length === 0) return 0;
    if (this.incoming.length > 0) {
      const rights = this.#rights;
      const part = rights ? target.subarray(0, rights.limit(target.length)) : target;
      const count = peek ? this.incoming.peek(part) : this.incoming.take(part);
      const came = peek ? rights?.within(count) : rights?.take(count);
      if (came && received) received.push(came);
      if (peek) return count;
      this.#peer.writable.wake();
      if (!received) came?.land();
      return count;
    }
    if (this.style === "tcp" && this.hasPeerEnded) return 0;
    const error = this.takeError();
    if (error) return error;
    if (this.hasPeerEnded || this.isReadShut) return 0;
    const retry = () => this.read(target, peek, received);
    return new Blocked({ queues: [this.readable], retry });
  }

  /**
   * Writes all of `data`, from `written` on. What went in before an error is the answer; the error comes next.
   * @param parcel - Goes with the first bytes.
   */
  write(data: Uint8Array, written = 0, parcel?: Parcel): Outcome<number> {
    let count = written;
    let unsent = parcel;
    while (count < data.length) {
      const failed = this.#whyNotWritable();
      if (failed) return count > 0 ? this.#keepError(failed, count) : failed;
      if (this.#isRefusedByPeer()) return data.length;
      if (this.room === 0) break;
      const rights = this.#peer.takesRights ? unsent?.launch() : undefined;
      if (rights instanceof Errno) return rights;
      unsent = undefined;
      // A woken reader may take bytes at once and make room.
      count += this.#peer.#put(data.subarray(count), rights);
      this.#peer.readable.wake();
    }
    if (count === data.length) return count;
    return new Blocked({
      queues: [this.writable],
      retry: () => this.write(data, count, unsent),
      interrupted: (reason) => (count > 0 ? count : reason),
    });
  }

  #put(data: Uint8Array, rights: Rights | undefined): number {
    const ahead = this.incoming.length;
    const moved = this.incoming.put(data);
    if (rights) {
      this.#rights ??= new StreamRights();
      this.#rights.add(rights, ahead, moved);
    }
    return moved;
  }

  /** The rights that wait here. */
  heldRights(): Iterable<Rights> {
    return this.#rights?.all() ?? [];
  }

  /** Drops what came in and nobody has read. */
  #discard(): void {
    this.incoming.clear();
    this.#rights?.clear();
  }

  /** How many bytes a write would take now. */
  get room(): number {
    return this.#peer.incoming.room;
  }

  shutdown(how: number): void {
    if (how !== SHUT_WR) this.#shutRead();
    if (how !== SHUT_RD) this.#shutWrite();
  }

  /** Gives this end up. TCP: unread bytes, or `abort`, reset the connection. */
  close(abort = false): void {
    if (this.isClosed) return;
    this.isClosed = true;
    const peer = this.#peer;
    const hasUnread = this.incoming.length > 0;
    this.isReadShut = true;
    this.isWriteShut = true;
    this.#discard();
    if (this.style === "unix") {
      if (hasUnread || abort) peer.#error = errno.ECONNRESET;
      peer.isWriteShut = true;
    } else if (hasUnread || abort) {
      peer.#receiveReset();
      return;
    }
    peer.hasPeerEnded = true;
    peer.#wake();
  }

  /** Gives this end up; the other one learns `reason`, as from a broken network. */
  break(reason: Errno): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.isReadShut = true;
    this.isWriteShut = true;
    this.#discard();
    const peer = this.#peer;
    if (peer.isClosed) return;
    peer.#error = reason;
    peer.isReadShut = true;
    peer.isWriteShut = true;
    peer.#wake();
  }

  /** `POLL*`, as tcp_poll and unix_poll have them. */
  poll(): number {
    const readEnds = this.hasPeerEnded || this.isReadShut;
    let events = 0;
    if (this.isOver) events |= POLLHUP;
    if (readEnds) events |= POLLIN | POLLRDHUP;
    if (this.incoming.length > 0) events |= POLLIN;
    if (this.#error) events |= POLLERR;
    const { room, capacity } = this.#peer.incoming;
    if (this.isWriteShut || this.#peer.isClosed || room * WRITABLE_PART >= capacity) {
      events |= POLLOUT;
    }
    return events;
  }

  #whyNotWritable(): Errno | undefined {
    if (!this.#error && !this.isWriteShut) return undefined;
    // The error stays for who reads (unix_stream_sendmsg looks at what is shut only).
    if (this.style === "unix" && this.isWriteShut) return errno.EPIPE;
    return this.takeError() ?? errno.EPIPE;
  }

  #keepError(error: Errno, count: number): number {
    if (error !== errno.EPIPE) this.#error = error;
    return count;
  }

  /** TCP: bytes that reach an end which reads no more are lost, and answered by a reset. */
  #isRefusedByPeer(): boolean {
    const peer = this.#peer;
    if (this.style === "unix" || !(peer.isReadShut && peer.isWriteShut)) return false;
    if (!peer.isClosed) peer.#receiveReset();
    this.#receiveReset();
    return true;
  }

  #receiveReset(): void {
    if (this.isClosed) return;
    this.#error = this.hasPeerEnded ? errno.EPIPE : errno.ECONNRESET;
    this.isReadShut = true;
    this.isWriteShut = true;
    this.#wake();
  }

  #shutRead(): void {
    this.isReadShut = true;
    this.readable.wake();
    if (this.style === "tcp") return;
    this.#peer.isWriteShut = true;
    this.#peer.writable.wake();
    this.#peer.readable.wake();
  }

  #shutWrite(): void {
    this.isWriteShut = true;
    this.writable.wake();
    this.readable.wake();
    this.#peer.hasPeerEnded = true;
    this.#peer.readable.wake();
  }

  #wake(): void {
    this.readable.wake();
    this.writable.wake();
  }
}
