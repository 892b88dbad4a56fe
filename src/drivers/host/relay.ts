/** Carries calls from an isolate's memory to a stub outside of it, and the answers back. */
import { type GuestStub, ProcessEnded } from "../../bridge/guest/guest-stub.js";
import { syscalls } from "../../bridge/syscalls.js";
import { HEADER_BYTES, HEADER_WORDS, PAYLOAD_BYTES, word } from "../../bridge/wire.js";

/** What a stub is below its types: its memory, and how it sends and receives. */
interface RawStub {
  readonly header: Int32Array;
  send(length: number): void;
  receive(): void;
}

export class Relay {
  /** Header and payload that the isolate's stub works on. */
  readonly channel: SharedArrayBuffer;
  readonly #header: Int32Array;
  readonly #payload: Uint8Array;
  readonly #stub: GuestStub;

  constructor(stub: GuestStub, channel = new SharedArrayBuffer(HEADER_BYTES + PAYLOAD_BYTES)) {
    this.#stub = stub;
    this.channel = channel;
    this.#header = new Int32Array(channel, 0, HEADER_WORDS);
    this.#payload = new Uint8Array(channel, HEADER_BYTES);
  }

  /** Makes the call that the isolate has encoded; false when the process has ended. */
  carry(length: number): boolean {
    try {
      this.#forward(Math.min(Math.max(0, length | 0), PAYLOAD_BYTES));
      return true;
    } catch (thrown) {
      if (thrown instanceof ProcessEnded) return false;
      throw thrown;
    }
  }

  #forward(length: number): void {
    const stub = this.#stub;
    const header = this.#header;
    const [first = 0, second = 0] = header.subarray(word.arguments, word.arguments + 2);
    switch (header[word.number]) {
      // These keep account of what may be posted.
      case syscalls.write.number:
        this.#answer(stub.write(first, this.#payload.subarray(0, Math.min(second, length))));
        return;
      case syscalls.close.number:
        this.#answer(stub.call("close", { fd: first }));
        return;
      case syscalls.dup2.number:
        this.#answer(
          stub.call("dup2", { fd: first, newFd: second, flags: header[word.arguments + 2] ?? 0 }),
        );
        return;
      default:
        this.#forwardRaw(length);
    }
  }

  #forwardRaw(length: number): void {
    const stub = this.#stub;
    const raw = stub as unknown as RawStub;
    raw.header.set(this.#header.subarray(word.number, word.result), word.number);
    stub.payload.set(this.#payload.subarray(0, length));
    raw.send(length);
    raw.receive();
    this.#answer(raw.header[word.errno] ?? 0);
    this.#payload.set(stub.resultBytes);
  }

  #answer(errno: number): void {
    const raw = this.#stub as unknown as RawStub;
    this.#header.set(raw.header.subarray(word.result), word.result);
    this.#header[word.errno] = errno;
  }
}
