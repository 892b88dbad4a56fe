/**
 * The standard library in one file of the host: an index, then the contents of all files one after the other. As a
 * directory of some thousand files it would have to be written and looked through; this is opened once, and what
 * a guest reads is read when it does.
 *
 * The file: the length of the index (u32, little-endian), the index (JSON: of each file its place and size), contents.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const LENGTH_BYTES = 4;

interface Place {
  readonly start: number;
  readonly size: number;
}

export type PackedEntry =
  | { readonly kind: "file"; readonly ino: number; readonly size: number }
  | { readonly kind: "directory"; readonly ino: number; readonly names: readonly string[] };

type Row = [name: string, start: number, size: number];

/** Puts a library together. `files`: contents by path, without a leading slash. */
export function packFiles(files: ReadonlyMap<string, Uint8Array>): Buffer {
  const rows: Row[] = [];
  let start = 0;
  for (const [name, { length }] of files) {
    rows.push([name, start, length]);
    start += length;
  }
  const index = Buffer.from(JSON.stringify(rows));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(index.length);
  return Buffer.concat([length, index, ...files.values()]);
}

export class PackedLibrary {
  /** When it was packed. */
  readonly timeMs: number;
  readonly #fd: number;
  readonly #places = new Map<string, Place>();
  readonly #entries = new Map<string, PackedEntry>();

  /** Opens it, until `close`. Throws what opening and reading throw. */
  constructor(file: string) {
    this.#fd = openSync(file, "r");
    this.timeMs = Math.floor(fstatSync(this.#fd).mtimeMs);
    const length = this.#readExactly(LENGTH_BYTES, 0).readUInt32LE();
    const index = this.#readExactly(length, LENGTH_BYTES).toString("utf8");
    this.#fill(JSON.parse(index) as Row[], LENGTH_BYTES + length);
  }

  /** What is at a path: `/` is the library itself. */
  find(path: string): PackedEntry | undefined {
    return this.#entries.get(path);
  }

  /** Reads from a file that is there; 0 at its end. Throws what reading throws. */
  read(path: string, target: Uint8Array, position: number): number {
    const place = this.#places.get(path);
    if (!place || position >= place.size) return 0;
    const length = Math.min(target.length, place.size - position);
    return readSync(this.#fd, target, 0, length, place.start + position);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #fill(rows: readonly Row[], base: number): void {
    const directories = new Map<string, string[]>([["/", []]]);
    const put = (path: string): string[] => {
      const known = directories.get(path);
      if (known) return known;
      const names: string[] = [];
      directories.set(path, names);
      const [parent, name] = split(path);
      put(parent).push(name);
      return names;
    };
    let ino = 1;
    for (const [relative, start, size] of rows) {
      const path = `/${relative}`;
      const [parent, name] = split(path);
      put(parent).push(name);
      this.#places.set(path, { start: base + start, size });
      this.#entries.set(path, { kind: "file", ino: ++ino, size });
    }
    for (const [path, names] of directories) {
      this.#entries.set(path, { kind: "directory", ino: path === "/" ? 1 : ++ino, names });
    }
  }

  #readExactly(length: number, position: number): Buffer {
    const bytes = Buffer.alloc(length);
    if (readSync(this.#fd, bytes, 0, length, position) === length) return bytes;
    throw new Error("the packed standard library is cut off");
  }
}

function split(path: string): [parent: string, name: string] {
  const at = path.lastIndexOf("/");
  return [at === 0 ? "/" : path.slice(0, at), path.slice(at + 1)];
}
