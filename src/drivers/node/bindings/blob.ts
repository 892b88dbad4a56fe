/** `blob`: immutable bytes in parts, in memory or of a file, and the URLs that stand for them. */
import { O_CLOEXEC, O_RDONLY } from "../../../kernel/constants.js";
import { cloning } from "../guest/cloned-handles.js";
import type { Binding, Guest } from "../guest/guest.js";
import { bytesOf } from "./buffer.js";

type Pulled = (status: number, bytes?: ArrayBuffer) => void;

/** How a pull ends: all was read, bytes came. */
const END = 0;
const CONTINUE = 1;
const EIO = -5;

const FILE_CHUNK_BYTES = 64 * 1024;

/** A stretch of bytes that does not change. */
interface Part {
  readonly length: number;
  /** It has to be looked at even when it has no bytes. */
  readonly canFail: boolean;
  slice(start: number, end: number): Part;
  /** Hands out all its bytes, piece by piece; `done` with a status below 0 when it can't. */
  read(at: number, done: (count: number, bytes: ArrayBuffer) => void): void;
}

class MemoryPart implements Part {
  readonly bytes: Uint8Array;
  readonly canFail = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get length(): number {
    return this.bytes.length;
  }

  slice(start: number, end: number): Part {
    return new MemoryPart(this.bytes.subarray(start, end));
  }

  read(at: number, done: (count: number, bytes: ArrayBuffer) => void): void {
    const rest = this.bytes.slice(at);
    done(rest.length, rest.buffer);
  }
}

/** A part of a file, which has to be as it was when the blob was made. */
class FilePart implements Part {
  readonly #guest: Guest;
  readonly #path: string;
  readonly #start: number;
  readonly #modifiedNs: bigint;
  readonly #size: number;
  readonly length: number;
  readonly canFail = true;

  constructor(
    guest: Guest,
    path: string,
    file: { size: number; mtimeNs: bigint },
    start: number,
    length: number,
  ) {
    this.#guest = guest;
    this.#path = path;
    this.#start = start;
    this.#size = file.size;
    this.#modifiedNs = file.mtimeNs;
    this.length = length;
  }

  slice(start: number, end: number): Part {
    const file = { size: this.#size, mtimeNs: this.#modifiedNs };
    return new FilePart(this.#guest, this.#path, file, this.#start + start, end - start);
  }

  read(at: number, done: (count: number, bytes: ArrayBuffer) => void): void {
    const { loop, process } = this.#guest;
    loop.enqueue(() => {
      const bytes = new Uint8Array(Math.min(FILE_CHUNK_BYTES, this.length - at));
      const count = this.#readNow(at, bytes);
      const call = (): void => done(count, bytes.slice(0, Math.max(0, count)).buffer);
      this.#guest.callback(process, call, []);
    });
  }

  #readNow(at: number, bytes: Uint8Array): number {
    const { kernel } = this.#guest;
    const fd = kernel.open(this.#path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) return fd;
    const stat = kernel.fstat(fd);
    const isSame =
      typeof stat !== "number" && stat.size === this.#size && stat.mtimeNs === this.#modifiedNs;
    const count = isSame ? kernel.readFully(fd, bytes, this.#start + at) : EIO;
    kernel.close(fd);
    return count === 0 && bytes.length > 0 ? EIO : count;
  }
}

export function blobBinding(guest: Guest): Binding {
  // Those of files the library does not send.
  const makeCloneable = cloning<BlobHandle, Uint8Array[]>(guest, "blob", "Blob", {
    describe: ({ parts }) =>
      parts.flatMap((part) => (part instanceof MemoryPart ? part.bytes : [])),
    revive: (pieces) => new BlobHandle(pieces.map((bytes) => new MemoryPart(bytes))),
  });

  class BlobHandle extends guest.native.HostObject {
    readonly parts: readonly Part[];

    constructor(parts: readonly Part[]) {
      super();
      this.parts = parts.filter(({ length, canFail }) => length > 0 || canFail);
      makeCloneable(this);
    }

    getReader(): { pull(done: Pulled): void; setWakeup(wake: unknown): void } {
      let index = 0;
      let at = 0;
      let hasEnded = false;
      return {
        // For readers that have nothing yet: this one waits itself.
        setWakeup() {},
        pull: (done) => {
          const part = this.parts[index];
          if (hasEnded || !part) {
            done(END);
            return;
          }
          part.read(at, (count, bytes) => {
            if (count < 0) {
              hasEnded = true;
              done(count);
              return;
            }
            at += count;
            if (at >= part.length) {
              index++;
              at = 0;
            }
            done(CONTINUE, bytes);
          });
        },
      };
    }

    slice(start: number, end: number): BlobHandle {
      const parts: Part[] = [];
      let before = 0;
      for (const part of this.parts) {
        const from = Math.max(0, start - before);
        const to = Math.min(part.length, end - before);
        if (from < to || (part.canFail && from === to)) parts.push(part.slice(from, to));
        before += part.length;
      }
      return new BlobHandle(parts);
    }
  }

  const stored = new Map<string, readonly [BlobHandle, number, string]>();

  return {
    createBlob: (sources: readonly (Uint8Array | BlobHandle)[]) =>
      new BlobHandle(
        sources.flatMap((source) =>
          source instanceof BlobHandle ? source.parts : [new MemoryPart(bytesOf(source))],
        ),
      ),
    storeDataObject(id: string, handle: BlobHandle, length: number, type: string) {
      stored.set(id, [handle, length, type]);
    },
    getDataObject: (id: string) => stored.get(id),
    revokeObjectURL(url: string) {
      const [scheme, place, id] = String(url).split(":");
      if (scheme === "blob" && place === "nodedata" && id !== undefined) stored.delete(id);
    },
    concat(views: readonly (ArrayBuffer | ArrayBufferView)[]) {
      const all = views.map(bytesOf);
      const joined = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const bytes of all) {
        joined.set(bytes, at);
        at += bytes.length;
      }
      return joined.buffer;
    },
    createBlobFromFilePath(path: string) {
      const stat = guest.kernel.stat(path, 0);
      if (typeof stat === "number") return undefined;
      return [new BlobHandle([new FilePart(guest, path, stat, 0, stat.size)]), stat.size];
    },
  };
}
