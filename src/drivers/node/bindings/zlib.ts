/**
 * `zlib`: streams of compression. The states are in the container; a write goes to it in steps of bounded
 * size, as the library's C++ half would call zlib.
 */
import type { CompressionFailure, CompressionStep } from "../compression.host.js";
import type { Binding, Guest } from "../guest/guest.js";
import { bytesOf } from "./buffer.js";

/** Input and output of one step. */
const STEP_BYTES = 64 * 1024;
/** Takes input and keeps it: zlib's Z_NO_FLUSH, brotli's BROTLI_OPERATION_PROCESS. */
const NO_FLUSH = 0;

/** Places in the state that a write leaves. */
const AVAILABLE_OUT = 0;
const AVAILABLE_IN = 1;
/** Modes of streams, in Node's numbers. */
const ZSTD_COMPRESS = 10;
const ZSTD_DECOMPRESS = 11;

/** What the library's `write` is given. */
type Write = [
  flush: number,
  input: ArrayBufferView | null,
  inputOffset: number,
  inputLength: number,
  output: ArrayBufferView,
  outputOffset: number,
  outputLength: number,
];

const gone: CompressionFailure = { message: "stream error", errno: -2, code: "Z_STREAM_ERROR" };

export function zlibBinding(guest: Guest): Binding {
  const { compute } = guest.hooks;
  const asyncId = guest.symbols.async_id_symbol as symbol;
  const forgotten = new FinalizationRegistry<number>((id) => compute("closeCompression", id));

  class Compression {
    onerror: unknown = undefined;
    #id: number | null = null;
    #state: Uint32Array = new Uint32Array(2);
    #callback: unknown = undefined;
    #isWriting = false;
    #isClosing = false;
    protected readonly mode: number;

    constructor(mode: number) {
      this.mode = mode;
      Object.defineProperty(this, asyncId, {
        value: guest.asyncContext?.newId() ?? 0,
        enumerable: false,
        configurable: true,
        writable: true,
      });
      guest.asyncContext?.emitInit(this, "ZLIB");
    }

    protected open(options: readonly unknown[], state: Uint32Array, callback: unknown): boolean {
      this.#state = state;
      this.#callback = callback;
      const id = compute("openCompression", this.mode, options);
      if (typeof id !== "number") return false;
      this.#id = id;
      forgotten.register(this, id, this);
      return true;
    }

    /** A write in another turn of the loop. A stream that is closed meanwhile hears of its end. */
    write(...write: Write): void {
      this.#isWriting = true;
      guest.loop.enqueue(() => {
        const failure = this.#run(write);
        this.#isWriting = false;
        if (failure) this.#fail(failure);
        else guest.callback(this, this.#callback, []);
        if (this.#isClosing) this.close();
      });
    }

    writeSync(...write: Write): void {
      const failure = this.#run(write);
      if (failure) this.#fail(failure);
    }

    #run([flush, given, inputOffset, inputLength, output, outputOffset, room]: Write) {
      const input = given
        ? bytesOf(given).subarray(inputOffset, inputOffset + inputLength)
        : new Uint8Array(0);
      const target = bytesOf(output).subarray(outputOffset, outputOffset + room);
      let taken = 0;
      let filled = 0;
      for (;;) {
        const chunk = copyOf(input.subarray(taken, taken + STEP_BYTES));
        const isLast = taken + chunk.length === input.length;
        const size = Math.min(STEP_BYTES, target.length - filled);
        const step = this.#step(isLast ? flush : NO_FLUSH, chunk, size);
        if ("failure" in step) return step.failure;
        target.set(step.output, filled);
        taken += chunk.length - step.inputLeft;
        filled += step.output.length;
        const isFull = step.output.length === size;
        const isDone = isFull ? filled === target.length : isLast || step.inputLeft > 0;
        if (isDone) break;
      }
      this.#state[AVAILABLE_OUT] = target.length - filled;
      this.#state[AVAILABLE_IN] = input.length - taken;
      return null;
    }

    #step(flush: number, input: Uint8Array, room: number): CompressionStep {
      if (this.#id === null) return { failure: gone };
      const step = compute("stepCompression", this.#id, flush, input, room);
      return (step as CompressionStep | null) ?? { failure: gone };
    }

    #fail({ message, errno, code }: CompressionFailure): void {
      guest.callback(this, this.onerror, [message, errno, code]);
    }

    /** Runs an operation that answers nothing, or its failure. */
    #attempt(operation: string, ...args: unknown[]): void {
      if (this.#id === null) return;
      const failure = compute(operation, this.#id, ...args) as CompressionFailure | undefined;
      if (failure) this.#fail(failure);
    }

    params(level: number, strategy: number): void {
      this.#attempt("setCompression", level, strategy);
    }

    reset(): void {
      this.#attempt("resetCompression");
    }

    close(): void {
      this.#isClosing = true;
      if (this.#isWriting || this.#id === null) return;
      compute("closeCompression", this.#id);
      forgotten.unregister(this);
      this.#id = null;
      guest.asyncContext?.emitDestroy(this);
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
      const copy = dictionary && copyOf(bytesOf(dictionary));
      if (!this.open([windowBits, level, memLevel, strategy, copy], state, callback)) {
        throw initializationFailed();
      }
    }
  }

  class Brotli extends Compression {
    init(parameters: Uint32Array, state: Uint32Array, callback: unknown): void {
      if (!this.open([[...parameters]], state, callback)) throw initializationFailed();
    }
  }

  /** In newer Nodes, whose library does not tell the mode. */
  class Zstd extends Compression {
    init(
      parameters: Uint32Array,
      size: number | undefined,
      state: Uint32Array,
      callback: unknown,
      dictionary?: ArrayBufferView,
    ): void {
      const copy = dictionary && copyOf(bytesOf(dictionary));
      if (!this.open([[...parameters], size, copy], state, callback)) {
        throw initializationFailed();
      }
    }
  }

  return {
    Zlib,
    ZstdCompress: class ZstdCompress extends Zstd {
      constructor() {
        super(ZSTD_COMPRESS);
      }
    },
    ZstdDecompress: class ZstdDecompress extends Zstd {
      constructor() {
        super(ZSTD_DECOMPRESS);
      }
    },
    BrotliEncoder: class BrotliEncoder extends Brotli {},
    BrotliDecoder: class BrotliDecoder extends Brotli {},
    crc32: (data: unknown, value = 0) =>
      compute(
        "crc32",
        typeof data === "string" ? data : copyOf(bytesOf(data as ArrayBufferView)),
        value,
      ),
  };
}

function initializationFailed(): Error {
  return Object.assign(new Error("Initialization failed"), {
    code: "ERR_ZLIB_INITIALIZATION_FAILED",
  });
}

function copyOf(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}
