/**
 * What CPython talks to before it serves a process: a few read-only files, a place to write to, and
 * nothing else. The standard library is packed so, and interpreters are initialised so ahead of need.
 */
import { encodeEntries } from "../../bridge/directory-entries.js";
import { STAT_BYTES } from "../../bridge/stat-structure.js";
import { type SyscallName, syscalls } from "../../bridge/syscalls.js";
import { HEADER_BYTES, HEADER_WORDS, PAYLOAD_BYTES, word } from "../../bridge/wire.js";
import { O_CREAT, S_IFDIR, S_IFREG } from "../../kernel/constants.js";
import { errno } from "../../kernel/errno.js";
import type { PackedEntry, PackedLibrary } from "./packed-library.host.js";

const names = new Map<number, string>(
  Object.entries(syscalls).map(([name, row]) => [row.number, name] as const),
);
const FIRST_FD = 3;

/** Where CPython looks for its library. */
const LIBRARY = "/usr/lib/python3.14";
/** What else it looks for, to find itself: directories are what names begin with. */
const LANDMARKS = ["/usr/bin/python3", `${LIBRARY}/lib-dynload/none`];

interface OpenFile {
  readonly path: string;
  position: number;
}

export class PreludeKernel {
  readonly #header: Int32Array;
  readonly #payload: Buffer;
  readonly #files = new Map<string, Uint8Array>();
  readonly #open = new Map<number, OpenFile>();
  #library: PackedLibrary | null = null;
  #nextFd = FIRST_FD;
  /** What was written to descriptors 1 and 2. */
  output = "";

  constructor(channel: SharedArrayBuffer) {
    this.#header = new Int32Array(channel, 0, HEADER_WORDS);
    this.#payload = Buffer.from(channel, HEADER_BYTES, PAYLOAD_BYTES);
    for (const name of LANDMARKS) this.addFile(name, new Uint8Array(0));
  }

  addFile(path: string, content: Uint8Array): void {
    this.#files.set(path, content);
  }

  /** Shows the standard library where CPython looks for it. */
  showLibrary(library: PackedLibrary): void {
    this.#library = library;
  }

  /** The files below a directory, by their paths from there. */
  filesIn(directory: string): Map<string, Uint8Array> {
    const files = [...this.#files].filter(([path]) => path.startsWith(directory));
    return new Map(files.map(([path, content]) => [path.slice(directory.length), content]));
  }

  carry(): boolean {
    const name = names.get(this.#header[word.number] ?? 0) as SyscallName | undefined;
    this.#header[word.result] = 0;
    this.#header[word.resultHigh] = 0;
    this.#header[word.payloadLength] = 0;
    this.#header[word.errno] = name ? this.#serve(name) : errno.ENOSYS.number;
    return true;
  }

  #argument(index: number): number {
    return this.#header[word.arguments + index] ?? 0;
  }

  /** The path that a call begins its payload with; its length is the second argument. */
  get #path(): string {
    return this.#payload.toString("utf8", 0, this.#argument(1));
  }

  #reply(bytes: Uint8Array): number {
    this.#payload.set(bytes);
    this.#header[word.payloadLength] = bytes.length;
    return 0;
  }

  #serve(name: SyscallName): number {
    switch (name) {
      case "open":
        return this.#openFile(this.#path, this.#argument(2));
      case "stat":
        return this.#stat(this.#path);
      case "access":
        return this.#kindOf(this.#path) ? 0 : errno.ENOENT.number;
      case "readlink":
        return errno.EINVAL.number;
      case "fstat":
        return this.#withFile(({ path }) => this.#stat(path));
      case "read":
        return this.#withFile((file) => this.#read(file, this.#argument(1)));
      case "read_directory":
        return this.#withFile((file) =>
          this.#readDirectory(file, this.#argument(1), this.#argument(3)),
        );
      case "seek":
        return this.#withFile((file) => this.#seek(file));
      case "write":
        return this.#write(this.#argument(0), this.#payload.subarray(0, this.#argument(1)));
      case "close":
        return this.#open.delete(this.#argument(0)) ? 0 : errno.EBADF.number;
      case "getcwd":
        return this.#reply(Buffer.from("/"));
      case "get_status":
      case "get_fd_flags":
      case "set_fd_flags":
      case "take_signals":
      case "signal_action":
      case "umask":
        return 0;
      case "get_signal_action":
      case "get_ids":
        return this.#reply(new Uint8Array(24));
      case "isatty":
      case "tcgetattr":
        return errno.ENOTTY.number;
      default:
        return errno.ENOSYS.number;
    }
  }

  #withFile(act: (file: OpenFile) => number): number {
    const fd = this.#argument(0);
    if (fd >= 0 && fd < FIRST_FD) return act({ path: "", position: 0 });
    const file = this.#open.get(fd);
    return file ? act(file) : errno.EBADF.number;
  }

  /** What the library has at a path. */
  #packed(path: string): PackedEntry | undefined {
    if (!this.#library || !path.startsWith(LIBRARY)) return undefined;
    return this.#library.find(path.slice(LIBRARY.length) || "/");
  }

  #kindOf(path: string): number {
    const packed = this.#packed(path);
    if (packed) return packed.kind === "file" ? S_IFREG : S_IFDIR;
    if (this.#files.has(path) || path === "") return S_IFREG;
    const prefix = path === "/" ? "/" : `${path}/`;
    for (const name of this.#files.keys()) if (name.startsWith(prefix)) return S_IFDIR;
    return 0;
  }

  #sizeOf(path: string): number {
    const packed = this.#packed(path);
    if (packed) return packed.kind === "file" ? packed.size : 0;
    return this.#files.get(path)?.length ?? 0;
  }

  #openFile(path: string, flags: number): number {
    if ((flags & O_CREAT) === 0) {
      if (!this.#kindOf(path)) return errno.ENOENT.number;
    } else if (!this.#files.has(path)) {
      this.addFile(path, new Uint8Array(0));
    }
    const fd = this.#nextFd++;
    this.#open.set(fd, { path, position: 0 });
    this.#header[word.result] = fd;
    return 0;
  }

  #read(file: OpenFile, length: number): number {
    const target = this.#payload.subarray(0, Math.min(length, PAYLOAD_BYTES));
    const count = this.#readInto(target, file);
    file.position += count;
    this.#header[word.payloadLength] = count;
    return 0;
  }

  #readInto(target: Uint8Array, { path, position }: OpenFile): number {
    if (this.#library && this.#packed(path)) {
      return this.#library.read(path.slice(LIBRARY.length), target, position);
    }
    const part = this.#files.get(path)?.subarray(position, position + target.length);
    if (part) target.set(part);
    return part?.length ?? 0;
  }

  /** Of the library's directories: others are empty. */
  #readDirectory({ path }: OpenFile, position: number, length: number): number {
    const packed = this.#packed(path);
    const names = packed?.kind === "directory" ? packed.names : [];
    const entries = names.slice(position).map((name) => {
      return { name, ino: 0, type: this.#kindOf(`${path}/${name}`) };
    });
    const target = this.#payload.subarray(0, Math.min(length, PAYLOAD_BYTES));
    this.#header[word.payloadLength] = encodeEntries(entries, position, target);
    return 0;
  }

  #seek(file: OpenFile): number {
    const base = [0, file.position, this.#sizeOf(file.path)][this.#argument(3)] ?? 0;
    file.position = base + this.#argument(1);
    this.#header[word.result] = file.position;
    return 0;
  }

  #write(fd: number, data: Buffer): number {
    this.#header[word.result] = data.length;
    const file = this.#open.get(fd);
    const before = this.#files.get(file?.path ?? "");
    if (file && before) {
      this.addFile(file.path, appended(before, file, data));
    } else {
      this.output += data.toString("utf8");
    }
    return 0;
  }

  #stat(path: string): number {
    const kind = this.#kindOf(path);
    if (!kind) return errno.ENOENT.number;
    const stat = new Uint8Array(STAT_BYTES);
    const view = new DataView(stat.buffer);
    view.setUint32(16, kind | 0o755, true);
    view.setUint32(20, 1, true);
    view.setUint32(40, this.#sizeOf(path), true);
    view.setUint32(88, 4096, true);
    return this.#reply(stat);
  }
}

/** A file's content with data at the cursor, which moves on. Room is made for more than is needed now. */
function appended(before: Uint8Array, file: OpenFile, data: Uint8Array): Uint8Array {
  const end = file.position + data.length;
  let content = before;
  if (end > before.length) {
    const hasRoom = before.buffer.byteLength >= end;
    content = new Uint8Array(hasRoom ? before.buffer : new ArrayBuffer(end * 2), 0, end);
    if (!hasRoom) content.set(before);
  }
  content.set(data, file.position);
  file.position = end;
  return content;
}
