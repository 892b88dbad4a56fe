/**
 * A connection to a guest's listener as a Duplex of Node: what undici and `node:net`'s pipes work on.
 * It answers to the few methods of a socket that clients call without asking; there is no wire
 * under it, so that Nagle's algorithm, keep-alive probes and references mean nothing.
 */
import { Duplex } from "node:stream";
import type { ByteStream } from "../kernel/network-adapter.js";

export class GuestConnection extends Duplex {
  readonly #stream: ByteStream;

  /**
   * Takes over `stream`.
   * @param allowHalfOpen - Whether this direction stays open when the other has ended. Clients of HTTP count on
   *   the opposite, which is a socket's default.
   */
  constructor(stream: ByteStream, allowHalfOpen: boolean) {
    super({ allowHalfOpen });
    this.#stream = stream;
  }

  override _read(): void {
    this.#stream.read().then(
      (bytes) => this.push(bytes),
      (failed: Error) => this.destroy(failed),
    );
  }

  override _write(chunk: Uint8Array, _encoding: string, done: (failed?: Error) => void): void {
    this.#stream.write(chunk).then(() => done(), done);
  }

  override _final(done: (failed?: Error) => void): void {
    this.#stream.end().then(() => done(), done);
  }

  override _destroy(failed: Error | null, done: (failed: Error | null) => void): void {
    this.#stream.destroy(failed ? "reset" : undefined);
    done(failed);
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }
}
