/**
 * Compression for guests, in bounded steps: a state of the container's zlib for each stream, which takes
 * some input and fills some output. The state belongs to one of Node's own streams, whose handle is
 * driven by hand: the public functions would take all of the input and hold all of the output.
 */
import { Buffer } from "node:buffer";
import zlib from "node:zlib";

const KiB = 1024;
/** A deflate state takes 268 KiB, one of brotli's up to 16 MiB. */
const STREAMS_MAX = 512;
const STEP_BYTES_MAX = 256 * KiB;
const DICTIONARY_BYTES_MAX = 1024 * KiB;
const UNSET = 0xffffffff;
/** Of compression and of decompression. */
const ZSTD_WINDOW_LOGS = [100, 101];
const ZSTD_WINDOW_LOG_MAX = 27;
/** The stream's own buffer, which nobody uses. */
const CHUNK_SIZE = 64;

/** What a step answers. */
export type CompressionStep =
  | { readonly output: Uint8Array; readonly inputLeft: number }
  | { readonly failure: CompressionFailure };

export interface CompressionFailure {
  readonly message: string;
  readonly errno: number;
  readonly code: string;
}

/** What Node's zlib streams are underneath, on every version that we know. */
interface NativeHandle {
  onerror: (message: string, errno: number, code: string) => void;
  writeSync(
    flush: number,
    input: Uint8Array,
    inputOffset: number,
    inputLength: number,
    output: Uint8Array,
    outputOffset: number,
    outputLength: number,
  ): void;
  params(level: number, strategy: number): void;
  reset(): void;
  close(): void;
}

interface NativeStream {
  readonly _handle: NativeHandle | null;
  /** Room left in the output, input left. */
  readonly _writeState: Uint32Array;
}

type CreateStream = (options: object) => object;

/** Of newer Nodes. */
const { createZstdCompress = null, createZstdDecompress = null } = zlib as {
  createZstdCompress?: CreateStream;
  createZstdDecompress?: CreateStream;
};

/** By Node's numbers for the modes of its handles. */
const streamClasses = [
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
  createZstdCompress,
  createZstdDecompress,
] as const;
const FIRST_BROTLI = 8;
const FIRST_ZSTD = 10;

/** One stream's state, and what went wrong in it. */
class Compression {
  readonly #handle: NativeHandle;
  readonly #state: Uint32Array;
  #failure: CompressionFailure | null = null;

  constructor(stream: NativeStream) {
    if (typeof stream._handle?.writeSync !== "function") throw new TypeError("zlib");
    this.#handle = stream._handle;
    this.#state = stream._writeState;
    this.#handle.onerror = (message, errno, code) => {
      this.#failure = { message, errno, code };
    };
  }

  step(flush: number, input: Uint8Array, room: number): CompressionStep {
    const output = new Uint8Array(room);
    this.#failure = null;
    this.#handle.writeSync(flush, input, 0, input.length, output, 0, room);
    if (this.#failure) return { failure: this.#failure };
    const [roomLeft = 0, inputLeft = 0] = this.#state;
    return { output: output.slice(0, room - roomLeft), inputLeft };
  }

  /** Runs what may fail without an output. */
  attempt(work: (handle: NativeHandle) => void): CompressionFailure | undefined {
    this.#failure = null;
    work(this.#handle);
    return this.#failure ?? undefined;
  }
}

function count(value: unknown, limit: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > limit) {
    throw new TypeError("count");
  }
  return value;
}

function stepInput(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length > STEP_BYTES_MAX) throw new TypeError("input");
  return value;
}

/** zlib's flush values; brotli's operations are among them. */
const FLUSH_MAX = 5;

/** The operations for one guest. */
export function makeCompression() {
  const streams = new Map<number, Compression>();
  let last = 0;
  const get = (id: unknown): Compression => {
    const stream = streams.get(Number(id));
    if (!stream) throw new TypeError("no stream");
    return stream;
  };

  return {
    /** Null: too many streams are open, or the options do not fit together. */
    openCompression(mode: unknown, options: unknown): number | null {
      const create = streamClasses[count(mode, streamClasses.length - 1)];
      if (!create || !Array.isArray(options) || streams.size >= STREAMS_MAX) return null;
      const given = optionsOf(Number(mode), options);
      const stream = create({ ...given, chunkSize: CHUNK_SIZE }) as unknown as NativeStream;
      streams.set(++last, new Compression(stream));
      return last;
    },
    stepCompression: (id: unknown, flush: unknown, input: unknown, room: unknown) =>
      get(id).step(count(flush, FLUSH_MAX), stepInput(input), count(room, STEP_BYTES_MAX)),
    setCompression: (id: unknown, level: unknown, strategy: unknown) =>
      get(id).attempt((handle) => handle.params(Number(level) | 0, count(strategy, 4))),
    resetCompression: (id: unknown) => get(id).attempt((handle) => handle.reset()),
    closeCompression(id: unknown): void {
      get(id).attempt((handle) => handle.close());
      streams.delete(Number(id));
    },
    crc32(data: unknown, value: unknown): unknown {
      // Not in each version of Node; where it is missing the guest's library does not ask.
      const { crc32 } = zlib as { crc32?: (data: string | Uint8Array, value: number) => number };
      if (typeof data !== "string" && !(data instanceof Uint8Array)) throw new TypeError("data");
      const isEmpty = data.length === 0;
      // zlib takes no bytes at no address for a question of its own.
      return isEmpty ? count(value, UNSET) : crc32?.(data, count(value, UNSET));
    },
  };
}

function optionsOf(mode: number, options: unknown[]): object {
  if (mode < FIRST_BROTLI) return zlibOptions(options);
  return mode < FIRST_ZSTD ? brotliOptions(options) : zstdOptions(options);
}

function zlibOptions([windowBits, level, memLevel, strategy, dictionary]: unknown[]): object {
  return {
    windowBits: Number(windowBits),
    level: Number(level),
    memLevel: Number(memLevel),
    strategy: Number(strategy),
    ...dictionaryOf(dictionary),
  };
}

function dictionaryOf(given: unknown): { dictionary?: Buffer } {
  const isDictionary = given instanceof Uint8Array && given.length <= DICTIONARY_BYTES_MAX;
  return isDictionary ? { dictionary: Buffer.from(given) } : {};
}

/** A window takes as much memory: zstd's own limit is 2 GiB, and 128 MiB where it is not asked for more. */
function zstdOptions([parameters, size, dictionary]: unknown[]): object {
  const { params } = brotliOptions([parameters]);
  for (const key of ZSTD_WINDOW_LOGS) {
    if ((params[key] ?? 0) > ZSTD_WINDOW_LOG_MAX) throw new TypeError("window");
  }
  const pledgedSrcSize = typeof size === "number" ? { pledgedSrcSize: size } : {};
  return { params, ...pledgedSrcSize, ...dictionaryOf(dictionary) };
}

function brotliOptions([parameters]: unknown[]): { params: Record<number, number> } {
  const params: Record<number, number> = {};
  if (Array.isArray(parameters)) {
    for (const [index, value] of parameters.entries()) {
      if (value !== UNSET) params[index] = Number(value);
    }
  }
  return { params };
}
