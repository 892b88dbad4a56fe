/**
 * The guest's end of a channel over a blocking socketpair. A frame is the header and as much of
 * the payload as is used, both ways.
 *
 * Code that can't reach the socket itself, in an isolate of this process, works on the same `memory`
 * with a stub of its own, and has its calls carried by `carry`.
 */
import type { Syscalls } from "../syscalls.js";
import { HEADER_BYTES, PAYLOAD_BYTES, READY, RESTED, state, word } from "../wire.js";
import { ProcessEnded } from "./guest-stub.js";
import { PostingStub } from "./posting-stub.js";

/** The guest's end of the socketpair. Both calls wait until something has happened. */
export interface BlockingSocket {
  /** Takes at least one byte, at most `length`, to `offset`. Does not return when the kernel is gone. */
  read(target: Uint8Array, offset: number, length: number): number;
  /** Sends at least one byte, at most `length`, from `offset`. */
  write(bytes: Uint8Array, offset: number, length: number): number;
}

export class SocketStub extends PostingStub {
  override readonly memory: SharedArrayBuffer;
  readonly #frame: Uint8Array;
  readonly #socket: BlockingSocket;

  constructor(socket: BlockingSocket, syscalls: Syscalls) {
    const memory = new SharedArrayBuffer(HEADER_BYTES + PAYLOAD_BYTES);
    super(memory, syscalls);
    this.memory = memory;
    this.#frame = new Uint8Array(memory);
    this.#socket = socket;
  }

  /**
   * Carries the call that lies in `memory`.
   * @param length - How many bytes of payload it uses.
   * @param isAnswered - Whether to wait for its answer. Throws ProcessEnded when there will be none.
   */
  carry(length: number, isAnswered: boolean): void {
    this.send(Math.min(Math.max(0, length | 0), PAYLOAD_BYTES));
    if (isAnswered) this.receive();
  }

  /** Says that no guest runs here any more: the next start message may come. */
  ready(): void {
    this.forgetCredit();
    this.#say(READY);
  }

  /** Says that a guest which comes now starts at once. The start message may be under way already. */
  rested(): void {
    this.#say(RESTED);
  }

  #say(number: number): void {
    this.header.fill(0);
    this.header[word.number] = number;
    this.send(0);
  }

  protected override postWrite(fd: number, data: Uint8Array): boolean {
    this.post("posted_write", { fd, data });
    return true;
  }

  protected override send(length: number): void {
    this.header[word.payloadLength] = length;
    const end = HEADER_BYTES + length;
    for (let sent = 0; sent < end; ) sent += this.#socket.write(this.#frame, sent, end - sent);
  }

  protected override receive(): void {
    // One answer is under way and nothing behind it: whatever there is belongs to it.
    let received = 0;
    while (received < HEADER_BYTES) received += this.#read(received, this.#frame.length);
    const end = HEADER_BYTES + (this.header[word.payloadLength] ?? 0);
    while (received < end) received += this.#read(received, end);
    if (this.header[word.state] === state.ended) throw new ProcessEnded();
  }

  #read(offset: number, end: number): number {
    return this.#socket.read(this.#frame, offset, end - offset);
  }
}
