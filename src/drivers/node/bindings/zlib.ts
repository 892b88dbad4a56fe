/**
 * `zlib`: compression by the container's public functions. They take all of the input at once, so a
 * stream gives its output when its input has ended: the bytes are right, they are not incremental.
 */
import type { Binding, Guest } from "../guest/guest.js";
import type { HandleClass } from "../guest/handle.js";
import { bytesOf } from "./buffer.js";

/** What one stream may collect before it is too much to copy. */
const INPUT_BYTES_MAX = 64 * 1024 * 1024;
const FLUSH_FINISH = 4;
const BROTLI_OPERATION_FINISH = 2;

/** Places in the state that a write leaves. */
const AVAILABLE_OUT = 0;
const AVAILABLE_IN = 1;

interface ZlibFailure {
  readonly message: string;
  readonly errno: number;
  readonly code: string;
}

type ZlibAnswer = { readonly output: Uint8Array } | { readonly failure: ZlibFailure };

export function zlibBinding(guest: Guest, HandleWrap: HandleClass): Binding {
  const { compute } = guest.hooks;

  class Compression extends HandleWrap {
    onerror: unknown = undefined;
    readonly #mode: number;
    readonly #finish: number;
    #options: readonly unknown[] = [];
    #state: Uint32Array = new Uint32Array(2);
    #callback: unknown = undefined;
    #input: Uint8Array[] = [];
    #inputLength = 0;
    #output: Uint8Array | null = null;

    constructor(type: string, mode: number, finish: number) {
      super(type);
      this.#mode = mode;
      this.#finish = finish;
    }

    prepare(options: readonly unknown[], state: Uint32Array, callback: unknown): void {
      this.#options = options;
      this.#state = state;
      this.#callback = callback;
    }

    write(
      ...args: [number, ArrayBufferView | null, number, number, ArrayBufferView, number, number]
    ): void {
      guest.loop.enqueue(() => {
        if (this.isHandleClosed) return;
        const failure = this.#step(...args);
        if (failure) this.#fail(failure);
        else guest.callback(this, this.#callback, []);
      });
    }

    writeSync(
      ...args: [number, ArrayBufferView | null, number, number, ArrayBufferView, number, number]
    ): void {
      const failure = this.#step(...args);
      if (failure) this.#fail(failure);
    }

    #step(
      flush: number,
      input: ArrayBufferView | null,
      inputOffset: number,
      inputLength: number,
      target: ArrayBufferView,
      targetOffset: number,
      targetLength: number,
    ): ZlibFailure | null {
      if (input && inputLength > 0) {
        this.#inputLength += inputLength;
        if (this.#inputLength > INPUT_BYTES_MAX)
          throw guest.notImplemented("zlib", "more than 64 MiB");
        this.#input.push(bytesOf(input).slice(inputOffset, inputOffset + inputLength));
      }
      if (flush === this.#finish && this.#output === null) {
        const answer = compute("zlib", this.#mode, this.#takeInput(), this.#options) as ZlibAnswer;
        if ("failure" in answer) return answer.failure;
        this.#output = answer.output;
      }
      const rest = this.#output ?? new Uint8Array(0);
      const count = Math.min(rest.length, targetLength);
      bytesOf(target).set(rest.subarray(0, count), targetOffset);
      if (this.#output) this.#output = rest.subarray(count);
      this.#state[AVAILABLE_OUT] = targetLength - count;
      this.#state[AVAILABLE_IN] = 0;
      return null;
    }

    #takeInput(): Uint8Array {
      const all = new Uint8Array(this.#inputLength);
      let at = 0;
      for (const chunk of this.#input) {
        all.set(chunk, at);
        at += chunk.length;
      }
      this.reset();
      return all;
    }

    #fail({ message, errno, code }: ZlibFailure): void {
      guest.callback(this, this.onerror, [message, errno, code]);
    }

    params(level: number, strategy: number): void {
      const [windowBits, , memLevel, , dictionary] = this.#options;
      this.#options = [windowBits, level, memLevel, strategy, dictionary];
    }

    reset(): void {
      this.#input = [];
      this.#inputLength = 0;
      this.#output = null;
    }

    getAvailableMemory(): number {
      return 0;
    }
  }

  class Zlib extends Compression {
    constructor(mode: number) {
      super("ZLIB", mode, FLUSH_FINISH);
    }

    init(
      windowBits: number,
      level: number,
      memLevel: number,
      strategy: number,
      state: Uint32Array,
      callback: unknown,
      dictionary?: ArrayBufferView,
    ): void {
      const copy = dictionary ? bytesOf(dictionary).slice() : undefined;
      this.prepare([windowBits, level, memLevel, strategy, copy], state, callback);
    }
  }

  class Brotli extends Compression {
    constructor(mode: number) {
      super("ZLIB", mode, BROTLI_OPERATION_FINISH);
    }

    init(parameters: Uint32Array, state: Uint32Array, callback: unknown): boolean {
      this.prepare([[...parameters]], state, callback);
      return true;
    }
  }

  return {
    Zlib,
    BrotliEncoder: class BrotliEncoder extends Brotli {},
    BrotliDecoder: class BrotliDecoder extends Brotli {},
    crc32: (data: unknown, value = 0) =>
      compute(
        "crc32",
        typeof data === "string" ? data : bytesOf(data as ArrayBufferView).slice(),
        value,
      ),
  };
}
