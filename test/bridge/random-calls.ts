// Random calls of every row of the table: arguments by kind and name, mostly plausible, sometimes the edge of the world.

import type { GuestArguments } from "../../src/bridge/guest/guest-stub.js";
import { SUBMISSION_BYTES } from "../../src/bridge/loop-layout.js";
import {
  type ArgumentKind,
  type SyscallName,
  type SyscallRow,
  syscalls,
} from "../../src/bridge/syscalls.js";
import { AT_FDCWD } from "../../src/kernel/constants.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import type { Process } from "../../src/kernel/process.js";
import { SIGKILL, SIGSYS } from "../../src/kernel/signals.js";
import { utf8 } from "../kernel/tables.js";
import type { Random } from "../random.js";

export interface RandomCall {
  readonly name: SyscallName;
  readonly args: GuestArguments<SyscallName>;
}

const names = Object.keys(syscalls) as [SyscallName, ...SyscallName[]];

const paths = [
  ...["/tmp/a", "/tmp/b", "/tmp/c", "/tmp/d", "/tmp/d/e", "/tmp/d/e/f", "a", "b", "../tmp/c"],
  ...["/tmp", "/tmp/", "/", ".", "..", "", "/none/x", "/dev/null", "/dev/zero", "/dev/fd/0"],
  ...["/proc/self/fd", "/proc/self/stat", "/proc/1/fd/0", "/dev/ptmx", "/dev/tty", "/dev/pts/0"],
  ...["/tmp/sock", "/tmp/fifo", "/bin/idle", "idle", `/tmp/${"n".repeat(255)}`, "n".repeat(256)],
  ...["/tmp/d/".repeat(500), "/tmp/a\0b"],
] as [string, ...string[]];

/** Asked for most, so that calls meet what others have made. */
const busyPaths = ["/tmp/a", "/tmp/b", "/tmp/d", "/tmp/d/e"] as const;

const edges = [-1, -(2 ** 31), 2 ** 31 - 1, 0, 1, 2, 3, 4096, 0o777, 2 ** 30] as const;
const longs = [0, 1, 100, 4096, 65_536, 1 << 20, 2 ** 31, 2 ** 32, 2 ** 53 - 1, -1] as const;
const openFlags = [
  0, 1, 2, 0o101, 0o102, 0o302, 0o1102, 0o2102, 0o4000, 0o200000, 0o2000102,
] as const;
const lengths = [0, 1, 80, 100, 1024, 4096, 4097, 60_000, 70_000, 200_000, 262_144] as const;

/** How often a call that ends its process, or several, comes up beside another one. */
const rare: Partial<Record<SyscallName, number>> = { exit: 0.05, kill: 0.2, close: 0.4 };
/** Rows that give others something to work on. */
const fruitful = [
  ...(["open", "open", "pipe", "spawn", "mkdir", "dup", "write"] as const),
  ...(["socketpair", "socket", "bind", "listen", "connect", "accept", "openpty"] as const),
] as const;

export class RandomCalls {
  readonly #random: Random;
  readonly #tables: KernelTables;
  readonly #pool = new Uint8Array(262_144).map((_, index) => index % 251);

  constructor(random: Random, tables: KernelTables) {
    this.#random = random;
    this.#tables = tables;
  }

  /** What the next call wants its descriptors to be, most of the time. */
  #wantedKind: string | undefined;

  next(process: Process): RandomCall {
    const random = this.#random;
    let name: SyscallName = random.chance(0.15) ? random.pick(fruitful) : random.pick(names);
    while (!random.chance(rare[name] ?? 1)) name = random.pick(names);
    const row: SyscallRow = syscalls[name];
    this.#wantedKind = kindFor(name, row.number);
    const args: Record<string, number | Uint8Array> = {};
    for (const [key, kind] of Object.entries(row.arguments)) {
      args[key] =
        name === "spawn" && key === "path" && random.chance(0.8)
          ? utf8("/bin/idle")
          : this.#value(process, key, kind);
    }
    return { name, args: args as RandomCall["args"] };
  }

  #value(process: Process, key: string, kind: ArgumentKind): number | Uint8Array {
    const random = this.#random;
    switch (kind) {
      case "i32":
      case "u32":
        return random.chance(0.05) ? random.pick(edges) : this.#word(process, key);
      case "i64":
        return key.startsWith("timeout")
          ? random.pick([0, 0, 1000, 50_000, -1])
          : random.pick(longs);
      case "path":
        return utf8(random.chance(0.6) ? random.pick(busyPaths) : random.pick(paths));
      case "strings":
        return utf8(random.pick(["", "idle\0", "idle\0x\0", "PATH=/bin\0A=\0", "\0\0", "open"]));
      case "out":
        return random.pick([0, 1, 100, 4096, 65_536, 262_144, -1, 2 ** 31 - 1]);
      case "bytes":
        return this.#bytes(process, key);
    }
  }

  #word(process: Process, key: string): number {
    const random = this.#random;
    if (/directory/i.test(key)) return random.chance(0.8) ? AT_FDCWD : this.#fd(process);
    if (/fd$/i.test(key)) return this.#fd(process);
    if (/^(pid|pgid|sid)$/i.test(key)) return this.#pid(process);
    switch (key) {
      case "minimum":
        return random.pick([0, 0, 3, 10, 63, 64]);
      case "signal":
        return this.#signal();
      case "flags":
        return random.chance(0.3) ? random.below(8) : random.pick(openFlags);
      case "mode":
        return random.pick([0o644, 0o755, 0o600, 0o777, 0, 0o7777]);
      case "family":
        return random.pick([1, 1, 2, 10]);
      case "type":
        return random.pick([1, 1, 2, 0o4001, 0o2000002, 5]);
      case "protocol":
      case "how":
      case "action":
      case "queue":
      case "kind":
        return random.below(4);
      case "level":
        return random.pick([1, 6, 0, 41]);
      case "operation":
        return random.pick([1, 2, 5, 6, 8]);
      case "uid":
      case "gid":
        return random.pick([0, 0, 1000, -1]);
      case "whence":
        return random.below(4);
      case "options":
        return random.pick([0, 1, 1, 3, 11]);
      default:
        return random.chance(0.8) ? random.below(16) : random.below(2 ** 32) | 0;
    }
  }

  #fd(process: Process): number {
    let open = process.fds.numbers();
    if (this.#wantedKind && this.#random.chance(0.8)) {
      const kinds = process.fds.dump();
      const wanted = open.filter((fd) => kinds[fd] === this.#wantedKind);
      if (wanted.length > 0) open = wanted;
    }
    if (open.length === 0 || this.#random.chance(0.1)) return this.#random.below(66) - 1;
    return this.#random.pick(open as [number, ...number[]]);
  }

  #pid(process: Process): number {
    const random = this.#random;
    const all = [...this.#tables.processes.all()].map(({ pid }) => pid);
    return random.pick([
      0,
      -1,
      process.pid,
      random.pick(all as [number, ...number[]]),
      -random.pick(all as [number, ...number[]]),
      random.below(100_000),
    ]);
  }

  #signal(): number {
    const random = this.#random;
    // SIGSYS is how the kernel says that an invariant broke: guests don't send it here.
    const signal = random.chance(0.8)
      ? random.pick([0, 0, 1, 10, 15, 17, 18, 18, 18, 19, 20, 28])
      : random.below(66);
    return signal === SIGSYS || (signal === SIGKILL && random.chance(0.5)) ? 10 : signal;
  }

  #bytes(process: Process, key: string): Uint8Array {
    const random = this.#random;
    const count = random.below(5);
    switch (key) {
      case "data":
        return this.#pool.subarray(0, random.pick(lengths));
      case "entries":
        return this.#records(count, 8, (view, at) => {
          view.setInt32(at, this.#fd(process), true);
          view.setInt32(at + 4, random.below(64), true);
        });
      case "actions":
        return this.#records(count, 8, (view, at) => {
          view.setInt32(at, random.chance(0.1) ? random.below(70) - 1 : random.below(10), true);
          view.setInt32(at + 4, random.chance(0.2) ? -1 : this.#fd(process), true);
        });
      case "submissions":
        return this.#records(count, SUBMISSION_BYTES, (view, at) => {
          const operation = random.below(7);
          const isTimed = operation === 3;
          view.setUint32(at, random.below(20), true);
          view.setUint16(at + 4, operation, true);
          view.setUint16(at + 6, random.below(2), true);
          const target = operation === 4 ? this.#pid(process) : this.#fd(process);
          view.setInt32(at + 8, operation === 5 ? random.below(20) : target, true);
          view.setUint32(at + 12, random.pick([0, 1, 4, 5, 100, 65_536]), true);
          view.setInt32(at + 16, isTimed ? random.below(100_000) : 0, true);
        });
      case "address":
        return this.#address();
      case "value":
        return random.bytes(random.pick([4, 4, 8, 16]));
      case "size":
        return random.bytes(8);
      case "attributes":
        if (random.chance(0.3)) return random.bytes(60);
        return random.chance(0.7)
          ? new Uint8Array(0)
          : this.#records(1, 32, (view, at) => {
              view.setUint32(at, random.below(256) & 0x8e, true);
              view.setInt32(at + 4, this.#pid(process), true);
              for (const word of [8, 12, 16, 20])
                view.setInt32(at + word, this.#word(process, ""), true);
            });
      case "times":
        return random.chance(0.8) ? random.bytes(16) : random.bytes(random.below(20));
      default:
        return random.bytes(random.below(64));
    }
  }

  /** Of a socket, as `socket-address.ts` lays it out; few places, so that some meet. */
  #address(): Uint8Array {
    const random = this.#random;
    const family = random.pick([1, 2, 10]);
    const places = {
      1: utf8(random.pick(["/tmp/sock", "/tmp/a", "\0abstract", ""])),
      2: Uint8Array.from(
        random.pick([
          [127, 0, 0, 1],
          [0, 0, 0, 0],
          [10, 0, 0, 1],
        ]),
      ),
      10: new Uint8Array(16).fill(random.below(2), 15),
    } as const;
    const place = places[family as 1 | 2 | 10];
    const bytes = new Uint8Array(8 + place.length);
    bytes.set([family, 0, ...(family === 1 ? [0, 0] : [random.pick([0, 80, 81]), 0])]);
    bytes.set(place, 8);
    return bytes;
  }

  #records(count: number, size: number, put: (view: DataView, at: number) => void): Uint8Array {
    const bytes = new Uint8Array(count * size + (this.#random.chance(0.02) ? 1 : 0));
    const view = new DataView(bytes.buffer);
    for (let index = 0; index < count; index++) put(view, index * size);
    return bytes;
  }
}

/** The kind of description that a row is about: terminals and sockets have their ranges of numbers. */
function kindFor(name: SyscallName, number: number): string | undefined {
  if (number >= 130 && number < 150) return "terminal";
  if (number >= 150 && number < 180) return "socket";
  if (name === "read_directory") return "directory";
  return fileRows.has(name) ? "file" : undefined;
}

const fileRows = new Set<SyscallName>([
  ...(["pread", "pwrite", "seek", "ftruncate", "fchmod", "futimes", "fchown"] as const),
  ...(["flock", "lock_record", "test_record_lock"] as const),
]);
