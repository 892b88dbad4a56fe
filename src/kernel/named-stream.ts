/**
 * A connection to the outside that looks at how it begins: of one that begins as TLS, the name in the
 * handshake is judged before a byte of it leaves. An address is where many hosts are: who may reach
 * one of them is not to reach the others by their name.
 */
import { namesInHello } from "./client-hello.js";
import { type Errno, errno } from "./errno.js";
import { KernelError } from "./kernel-error.js";
import type { ByteStream } from "./network-adapter.js";

/** Undefined: the name may be what is talked to. */
export type JudgeName = (name: string) => Promise<undefined | Errno>;

export class NamedStream implements ByteStream {
  readonly #stream: ByteStream;
  readonly #judge: JudgeName;
  /** How it begins, until that was judged; undefined afterwards. */
  #beginning: Uint8Array[] | undefined = [];
  #length = 0;
  #needed = 1;

  /** Takes over `stream`. */
  constructor(stream: ByteStream, judge: JudgeName) {
    this.#stream = stream;
    this.#judge = judge;
  }

  read(): Promise<Uint8Array | null> {
    return this.#stream.read();
  }

  async write(data: Uint8Array): Promise<void> {
    const beginning = this.#beginning;
    if (!beginning) return this.#stream.write(data);
    beginning.push(data);
    this.#length += data.length;
    if (this.#length < this.#needed) return;
    const bytes = this.#joined(beginning);
    const names = namesInHello(bytes);
    if (typeof names === "number") {
      this.#beginning = [bytes];
      this.#needed = names;
      return;
    }
    if (names === "malformed") throw refused(errno.EACCES);
    if (names !== "none") await this.#judgeAll(names);
    this.#beginning = undefined;
    await this.#stream.write(bytes);
  }

  async end(): Promise<void> {
    const rest = this.#beginning ?? [];
    this.#beginning = undefined;
    // Half a handshake, which names nothing yet.
    if (this.#length > 0 && rest.length > 0) await this.#stream.write(this.#joined(rest));
    await this.#stream.end();
  }

  destroy(reason?: "reset"): void {
    this.#stream.destroy(reason);
  }

  async #judgeAll(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const refusal = await this.#judge(name);
      if (refusal) throw refused(refusal);
    }
  }

  #joined(pieces: readonly Uint8Array[]): Uint8Array {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }
}

function refused({ code, reason }: Errno): KernelError {
  return new KernelError(code, reason);
}
