/**
 * What CPython talks to before it serves a process: a few read-only files, a place to write to, and
 * nothing else. The standard library is packed so, and interpreters are initialised so ahead of need.
 */
import { STAT_BYTES } from "../../bridge/stat-structure.js";
import { type SyscallName, syscalls } from "../../bridge/syscalls.js";
import { HEADER_BYTES, HEADER_WORDS, PAYLOAD_BYTES, word } from "../../bridge/wire.js";
import { O_CREAT, S_IFDIR, S_IFREG } from "../../kernel/constants.js";
import { errno } from "../../kernel/errno.js";

const names = new Map<number, string>(
  Object.entries(syscalls).map(([name, row]) => [row.number, name] as const),
);
const FIRST_FD = 3;

interface OpenFile {
  readonly path: string;
  position: number;
}

export class PreludeKernel {
  readonly channel: SharedArrayBuffer;
  readonly #header: Int32Array;
  readonly #payload: Buffer;
  /** Files by path. Directories are what their paths begin with. */
  readonly files: Map<string, Uint8Array>;
  readonly #open = new Map<number, OpenFile>();
  #nextFd = FIRST_FD;
  /** What was written to descriptors 1 and 2. */
  output = "";

  constructor(channel: SharedArrayBuffer, files: ReadonlyMap<string, Uint8Array>) {
    this.channel = channel;
    this.#header = new Int32Array(channel, 0, HEADER_WORDS);
    this.#payload = Buffer.from(channel, HEADER_BYTES, PAYLOAD_BYTES);
    this.files = new Map(files);
  }

  carry(): boolean {
    const name = names.get(this.#header[word.number] ?? 0) as SyscallName | undefined;
    this.#header[word.result] = 0;
    this.#header[word.resultHigh] = 0;
    this.#header[word.payloadLength] = 0;
    this.#header[word.errno] = name ? this.#serve(name) : errno.ENOSYS.number;
    return true;
  }

  /** The descriptors that are open, which whoever goes on has to know nothing of. */
  get hasOpenFiles(): boolean {
    return this.#open.size > 0;
  }

  #argument(index: number): number {
    return this.#header[word.arguments + index] ?? 0;
  }

  #path(offset: number, length: number): string {
    return this.#payload.toString("utf8", offset, offset + length);
  }

  #reply(bytes: Uint8Array): number {
    this.#payload.set(bytes);
    this.#header[word.payloadLength] = bytes.length;
    return 0;
  }

  #serve(name: SyscallName): number {
    switch (name) {
      case "open":
        return this.#openFile(this.#path(0, this.#argument(1)), this.#argument(2));
      case "stat":
        return this.#stat(this.#path(0, this.#argument(1)));
      case "access":
        return this.#kindOf(this.#path(0, this.#argument(1))) ? 0 : errno.ENOENT.number;
      case "readlink":
        return errno.EINVAL.number;
      case "fstat":
        return this.#withFile(({ path }) => this.#stat(path));
      case "read":
        return this.#withFile((file) => {
          const data = this.#contents(file.path, file.position, this.#argument(1));
          file.position += data.length;
          return this.#reply(data);
        });
      case "pread":
        return this.#withFile(({ path }) =>
          this.#reply(this.#contents(path, this.#argument(1), this.#argument(3))),
        );
      case "seek":
        return this.#withFile((file) => this.#seek(file));
      case "write":
        return this.#write(this.#argument(0), this.#payload.subarray(0, this.#argument(1)));
      case "close":
        return this.#open.delete(this.#argument(0)) ? 0 : errno.EBADF.number;
      case "dup":
        return this.#argument(0) < FIRST_FD ? this.#duplicate() : errno.EBADF.number;
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
      case "getpid":
        this.#header[word.result] = 1;
        return 0;
      case "isatty":
      case "tcgetattr":
        return errno.ENOTTY.number;
      default:
        return errno.ENOSYS.number;
    }
  }

  #duplicate(): number {
    const fd = this.#nextFd++;
    this.#open.set(fd, { path: "", position: 0 });
    this.#header[word.result] = fd;
    return 0;
  }

  #withFile(act: (file: OpenFile) => number): number {
    const fd = this.#argument(0);
    if (fd >= 0 && fd < FIRST_FD) return act({ path: "", position: 0 });
    const file = this.#open.get(fd);
    return file ? act(file) : errno.EBADF.number;
  }

  #kindOf(path: string): number {
    if (this.files.has(path) || path === "") return S_IFREG;
    const prefix = path === "/" ? "/" : `${path}/`;
    for (const name of this.files.keys()) if (name.startsWith(prefix)) return S_IFDIR;
    return 0;
  }

  #openFile(path: string, flags: number): number {
    if ((flags & O_CREAT) !== 0 && !this.files.has(path)) this.files.set(path, new Uint8Array(0));
    if (!this.files.has(path)) return errno.ENOENT.number;
    const fd = this.#nextFd++;
    this.#open.set(fd, { path, position: 0 });
    this.#header[word.result] = fd;
    return 0;
  }

  #contents(path: string, position: number, length: number): Uint8Array {
    const file = this.files.get(path) ?? new Uint8Array(0);
    return file.subarray(position, position + Math.min(length, PAYLOAD_BYTES));
  }

  #seek(file: OpenFile): number {
    const size = this.files.get(file.path)?.length ?? 0;
    const base = [0, file.position, size][this.#argument(3)] ?? 0;
    file.position = base + this.#argument(1);
    this.#header[word.result] = file.position;
    return 0;
  }

  #write(fd: number, data: Buffer): number {
    this.#header[word.result] = data.length;
    const file = this.#open.get(fd);
    if (!file) {
      this.output += data.toString("utf8");
      return 0;
    }
    this.#append(file, data);
    return 0;
  }

  #append(file: OpenFile, data: Buffer): void {
    const before = this.files.get(file.path) ?? new Uint8Array(0);
    const end = file.position + data.length;
    let room = before;
    if (end > before.length) {
      const capacity = before.buffer.byteLength >= end ? before.buffer : null;
      const buffer = capacity ?? new ArrayBuffer(end * 2);
      room = new Uint8Array(buffer, 0, end);
      if (!capacity) room.set(before);
    }
    room.set(data, file.position);
    file.position = end;
    this.files.set(file.path, room);
  }

  #stat(path: string): number {
    const kind = this.#kindOf(path);
    if (!kind) return errno.ENOENT.number;
    const stat = new Uint8Array(STAT_BYTES);
    const view = new DataView(stat.buffer);
    view.setUint32(16, kind | 0o755, true);
    view.setUint32(20, 1, true);
    view.setUint32(40, this.files.get(path)?.length ?? 0, true);
    view.setUint32(88, 4096, true);
    return this.#reply(stat);
  }
}
