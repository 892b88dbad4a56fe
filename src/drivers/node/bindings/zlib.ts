/** `zlib`: compression by streams that the container holds (`compression.host.ts`), one number each. */
import type { Binding, Guest } from "../guest/guest.js";
import type { HandleClass } from "../guest/handle.js";
import { bytesOf } from "./buffer.js";

/** Places in the state that a write leaves. */
const AVAILABLE_OUT = 0;
const AVAILABLE_IN = 1;

/** What one step gives at most (`compression.host.ts`). */
const STEP_BYTES_MAX = 1024 * 1024;

interface ZlibFailure {
  readonly message: string;
  readonly errno: number;
  readonly code: string;
}

type Step =
  | { readonly output: Uint8Array; readonly left: number }
  | { readonly failure: ZlibFailure };

type WriteArguments = [
  flush: number,
  input: ArrayBufferView | null,
  inputOffset: number,
  inputLength: number,
  target: ArrayBufferView,
  targetOffset: number,
  targetLength: number,
];

const CLOSED: ZlibFailure = { message: "zlib binding closed", errno: -2, code: "Z_STREAM_ERROR" };

export function zlibBinding(guest: Guest, HandleWrap: HandleClass): Binding {
  const { compute } = guest.hooks;
  /** Closes the streams of handles that nobody holds any more. */
  const lost = new FinalizationRegistry<number>((id) => void compute("zlibClose", id));

  class Compression extends HandleWrap {
    onerror: unknown = undefined;
    readonly #mode: number;
    #id = 0;
    #state: Uint32Array = new Uint32Array(2);
    #callback: unknown = undefined;

    constructor(mode: number) {
      super("ZLIB");
      this.#mode = mode;
    }

    /** Opens the stream; false: its options are no good, or there are too many. */
    open(options: readonly unknown[], state: Uint32Array, callback: unknown): boolean {
      this.#state = state;
      this.#callback = callback;
      const id = compute("zlibOpen", this.#mode, options);
      if (typeof id !== "number") return false;
      this.#id = id;
      lost.register(this, id, this);
      return true;
    }

    write(...args: WriteArguments): void {
      guest.loop.enqueue(() => {
        if (this.isHandleClosed) return;
        const failure = this.#write(...args);
        if (failure) this.#fail(failure);
        else guest.callback(this, this.#callback, []);
      });
    }

    writeSync(...args: WriteArguments): void {
      const failure = this.#write(...args);
      if (failure) this.#fail(failure);
    }

    /** Steps until the target is full or nothing more comes. */
    #write(...[flush, input, from, length, target, at, space]: WriteArguments): ZlibFailure | null {
      let rest = input ? bytesOf(input).slice(from, from + length) : new Uint8Array(0);
      let filled = 0;
      for (;;) {
        const asked = space - filled;
        const step = compute("zlibStep", this.#id, flush, rest, asked) as Step | null;
        if (step === null) return CLOSED;
        if ("failure" in step) return step.failure;
        const { output, left } = step;
        bytesOf(target).set(output, at + filled);
        filled += output.length;
        const isStuck = output.length === 0;
        rest = rest.subarray(rest.length - left);
        // A step may give less than was asked for: the container bounds one.
        if (filled === space || isStuck || output.length < Math.min(asked, STEP_BYTES_MAX)) break;
      }
      this.#state[AVAILABLE_OUT] = space - filled;
      this.#state[AVAILABLE_IN] = rest.length;
      return null;
    }

    #fail({ message, errno, code }: ZlibFailure): void {
      guest.callback(this, this.onerror, [message, errno, code]);
    }

    params(level: number, strategy: number): void {
      const failure = compute("zlibParams", this.#id, level, strategy) as ZlibFailure | null;
      if (failure) this.#fail(failure);
    }

    reset(): void {
      compute("zlibReset", this.#id);
    }

    override onHandleClose(): void {
      lost.unregister(this);
      compute("zlibClose", this.#id);
    }

    getAvailableMemory(): number {
      return 0;
    }
  }

  class Zlib extends Compression {
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
      const options = [windowBits, level, memLevel, strategy, copy];
      if (this.open(options, state, callback)) return;
      throw Object.assign(new Error("Initialization failed"), {
        code: "ERR_ZLIB_INITIALIZATION_FAILED",
      });
    }
  }

  class Brotli extends Compression {
    init(parameters: Uint32Array, state: Uint32Array, callback: unknown): boolean {
      return this.open([[...parameters]], state, callback);
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
