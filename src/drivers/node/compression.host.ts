/**
 * Compression for guests, step by step: the container's own zlib streams, driven synchronously through their
 * handles. Arguments come from a guest and are checked here; the streams of a guest go with its table.
 */
import zlib from "node:zlib";

type Options = Record<string, unknown>;

/** What a public stream has inside, on every Node we run on. */
interface Handle {
  writeSync(
    flush: number,
    input: Uint8Array | null,
    inputOffset: number,
    inputLength: number,
    output: Uint8Array,
    outputOffset: number,
    outputLength: number,
  ): void;
  reset(): void;
  params(level: number, strategy: number): void;
  close(): void;
  onerror: (message: string, errno: number, code: string) => void;
}

interface ZlibStream {
  readonly _handle: Handle;
  /** What the last write left: free bytes of the output, bytes of the input. */
  readonly _writeState: Uint32Array;
}

interface Failure {
  readonly message: string;
  readonly errno: number;
  readonly code: string;
}

type Step = { readonly output: Uint8Array; readonly left: number } | { readonly failure: Failure };

interface OpenStream {
  readonly stream: ZlibStream;
  readonly flushMax: number;
  failure: Failure | null;
}

/** By Node's numbers for the modes of its zlib handles. */
const makers = [
  null,
  zlib.createDeflate,
  zlib.createInflate,
  zlib.createGzip,
  zlib.createGunzip,
  zlib.createDeflateRaw,
  zlib.createInflateRaw,
  zlib.createUnzip,
  zlib.createBrotliDecompress,
  zlib.createBrotliCompress,
] as const;
const FIRST_BROTLI = 8;
const FLUSH_MAX = 5;
const BROTLI_FLUSH_MAX = 3;
/** A parameter of brotli that is not set. */
const UNSET = 0xffffffff;
/** A deflate stream holds some 270 KiB. */
const STREAMS_MAX = 512;
const STEP_BYTES_MAX = 1024 * 1024;

/** The streams of one guest. */
export class CompressionStreams {
  readonly #streams = new Map<number, OpenStream>();
  #lastId = 0;

  /** Opens a stream and answers its number. Throws for what is no stream's options, and above the limit. */
  open(mode: number, given: unknown): number {
    const make = makers[mode];
    if (!make || !Array.isArray(given)) throw new TypeError("mode");
    if (this.#streams.size >= STREAMS_MAX) throw new RangeError("streams");
    const isBrotli = mode >= FIRST_BROTLI;
    const options = isBrotli ? brotliOptions(given[0]) : zlibOptions(given);
    const stream = (make as (options: Options) => unknown)(options) as ZlibStream;
    const flushMax = isBrotli ? BROTLI_FLUSH_MAX : FLUSH_MAX;
    const open: OpenStream = { stream, flushMax, failure: null };
    stream._handle.onerror = (message, errno, code) => {
      open.failure = { message, errno, code };
    };
    this.#lastId++;
    this.#streams.set(this.#lastId, open);
    return this.#lastId;
  }

  /** One write: at most `length` bytes of output, and how much of the input is left. */
  step(id: number, flush: number, input: Uint8Array, length: number): Step {
    const open = this.#get(id);
    if (!Number.isInteger(flush) || flush < 0 || flush > open.flushMax)
      throw new RangeError("flush");
    const output = new Uint8Array(Math.min(STEP_BYTES_MAX, Math.max(1, Math.trunc(length))));
    const { _handle: handle, _writeState: state } = open.stream;
    handle.writeSync(flush, input, 0, input.length, output, 0, output.length);
    const { failure } = open;
    open.failure = null;
    if (failure) return { failure };
    const [free = 0, left = 0] = state;
    return { output: output.slice(0, output.length - free), left };
  }

  reset(id: number): void {
    this.#get(id).stream._handle.reset();
  }

  params(id: number, level: number, strategy: number): Failure | null {
    const open = this.#get(id);
    if (open.flushMax === BROTLI_FLUSH_MAX) throw new TypeError("brotli");
    open.stream._handle.params(level | 0, strategy | 0);
    const { failure } = open;
    open.failure = null;
    return failure;
  }

  close(id: number): void {
    const open = this.#streams.get(id);
    if (!open) return;
    this.#streams.delete(id);
    open.stream._handle.close();
  }

  #get(id: number): OpenStream {
    const open = this.#streams.get(id);
    if (!open) throw new TypeError("stream");
    return open;
  }
}

function zlibOptions([windowBits, level, memLevel, strategy, dictionary]: unknown[]): Options {
  return {
    windowBits: Number(windowBits),
    level: Number(level),
    memLevel: Number(memLevel),
    strategy: Number(strategy),
    ...(dictionary instanceof Uint8Array ? { dictionary: Buffer.from(dictionary) } : {}),
  };
}

function brotliOptions(parameters: unknown): Options {
  const params: Record<number, number> = {};
  if (Array.isArray(parameters)) {
    for (const [index, value] of parameters.entries()) {
      if (value !== UNSET) params[index] = Number(value);
    }
  }
  return { params };
}
