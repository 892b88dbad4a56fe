// A guest that attacks: it has system calls and nothing else.

import { AT_FDCWD, O_RDONLY } from "../../src/kernel/constants.js";
import { FdTable } from "../../src/kernel/fd-table.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import type { Process } from "../../src/kernel/process.js";
import type { SpawnRequest } from "../../src/kernel/spawn.js";
import { DirectGuest } from "../bridge/direct-guest.js";
import { start, utf8 } from "../kernel/tables.js";

const textOf = (bytes: Uint8Array): string =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

export class Attacker {
  readonly process: Process;
  readonly guest: DirectGuest;

  constructor(tables: KernelTables, request: Partial<SpawnRequest> = {}) {
    this.process = start(tables, { fds: new FdTable(tables.limits.descriptors), ...request });
    this.guest = new DirectGuest(tables, this.process);
  }

  /** The arguments that name a path. */
  at(path: string | Uint8Array): { directory: number; path: Uint8Array } {
    return { directory: AT_FDCWD, path: typeof path === "string" ? utf8(path) : path };
  }

  /** Opens a path: the descriptor, or the error's name. */
  open(path: string | Uint8Array, flags = O_RDONLY, mode = 0o666): number | string {
    const outcome = this.guest.try("open", { ...this.at(path), flags, mode, minimum: 0 });
    return outcome === "ok" ? this.guest.result : outcome;
  }

  /** A file's content, or the error's name. */
  cat(path: string): string {
    const fd = this.open(path);
    if (typeof fd === "string") return fd;
    const outcome = this.guest.try("read", { fd, target: 65536 });
    const text = outcome === "ok" ? textOf(this.guest.resultBytes) : outcome;
    this.guest.do("close", { fd });
    return text;
  }

  /** A directory's names, or the error's name. */
  ls(path: string): string[] | string {
    const fd = this.open(path);
    if (typeof fd === "string") return fd;
    const outcome = this.guest.try("read_directory", { fd, position: 0, target: 65536 });
    const names = outcome === "ok" ? namesIn(this.guest.resultBytes) : outcome;
    this.guest.do("close", { fd });
    return names;
  }

  readlink(path: string): string {
    const outcome = this.guest.try("readlink", this.at(path));
    return outcome === "ok" ? textOf(this.guest.resultBytes) : outcome;
  }
}

/** The names in WASI's dirent layout: 24 bytes, at 16 the name's length. */
function namesIn(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const names: string[] = [];
  for (let offset = 0; offset + 24 <= bytes.length; ) {
    const length = view.getUint32(offset + 16, true);
    names.push(textOf(bytes.slice(offset + 24, offset + 24 + length)));
    offset += 24 + length;
  }
  return names;
}
