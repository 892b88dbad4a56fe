/** Memory: growth, and files mapped into it. */
import { PAYLOAD_BYTES } from "../../../../bridge/wire.js";
import { FD_CLOEXEC } from "../../../../kernel/constants.js";
import { WASI } from "../errno-map.js";
import type { Machine } from "../machine.js";

const PAGE_BYTES = 64 * 1024;
const PROT_WRITE = 2;
const MAP_PRIVATE = 2;
/** How much more than asked for the memory grows, as a part of what there is: growing copies views. */
const SPARE = 0.2;
const SPARE_MAX_BYTES = 96 * 1024 * 1024;

/** Where descriptors of mappings begin: out of the way of those that the program opens, where its limit lets them. */
const MAPPED_FD_MIN = 128;

interface Mapping {
  readonly start: number;
  readonly length: number;
  readonly fd: number;
}

export function memoryImports(machine: Machine) {
  /** A mapping outlives the descriptor it was made with, whose number may be another file's by then. */
  const mappings = new Map<number, Mapping>();

  const keep = (start: number, length: number, fd: number): void => {
    const dup = (minimum: number) => machine.call("dup", { fd, minimum, flags: FD_CLOEXEC });
    const failed = dup(MAPPED_FD_MIN) && dup(0);
    if (!failed) mappings.set(start, { start, length, fd: machine.result });
  };

  const descriptorOf = (address: number, given: number): number => {
    for (const { start, length, fd } of mappings.values()) {
      if (address >= start && address < start + length) return fd;
    }
    return given;
  };

  const release = (start: number): void => {
    const mapping = mappings.get(start);
    if (!mapping) return;
    mappings.delete(start);
    machine.call("close", { fd: mapping.fd });
  };

  /** Writes a mapping back to its file, but not beyond the file's end. */
  const writeBack = (
    address: number,
    length: number,
    flags: number,
    fd: number,
    offset: bigint,
  ): number => {
    if ((flags & MAP_PRIVATE) !== 0) return 0;
    const failed = machine.call("fstat", { fd });
    if (failed) return failed;
    const start = Number(offset);
    const size = Number(machine.structure.getBigInt64(40, true));
    const end = Math.min(length >>> 0, Math.max(0, size - start));
    for (let at = 0; at < end; at += PAYLOAD_BYTES) {
      const data = machine.memory.bytes(address + at, Math.min(PAYLOAD_BYTES, end - at));
      const broken = machine.call("pwrite", { fd, position: start + at, data });
      if (broken) return broken;
    }
    return 0;
  };

  /** Fills the memory from the file; what lies beyond its end is zero. */
  const load = (target: number, length: number, fd: number, offset: number): number => {
    machine.memory.bytes(target, length).fill(0);
    for (let at = 0; at < length; ) {
      const wanted = Math.min(PAYLOAD_BYTES, length - at);
      const failed = machine.call("pread", { fd, position: offset + at, target: wanted });
      if (failed) return failed;
      const data = machine.bytes;
      if (data.length === 0) break;
      machine.memory.bytes(target + at, data.length).set(data);
      at += data.length;
    }
    return 0;
  };

  return {
    emscripten_get_heap_max: (): number => machine.hooks.memoryLimit(),
    emscripten_resize_heap(requested: number): number {
      const wanted = requested >>> 0;
      const memoryLimit = machine.hooks.memoryLimit();
      if (wanted > memoryLimit) return 0;
      const now = machine.memory.byteLength;
      const spare = Math.min(now * SPARE, SPARE_MAX_BYTES);
      const generous = Math.min(memoryLimit, Math.max(wanted, now + spare));
      const rounded = Math.floor(generous / PAGE_BYTES) * PAGE_BYTES;
      return machine.memory.grow(Math.max(wanted, rounded)) ? 1 : 0;
    },
    _mmap_js(
      length: number,
      _protection: number,
      _flags: number,
      fd: number,
      offset: bigint,
      allocated: number,
      address: number,
    ): number {
      const bytes = length >>> 0;
      const pointer = machine.exports.emscripten_builtin_memalign(PAGE_BYTES, bytes) >>> 0;
      if (pointer === 0) return -WASI.ENOMEM;
      const failed = load(pointer, bytes, fd, Number(offset));
      if (failed) {
        machine.exports.free(pointer);
        return failed;
      }
      keep(pointer, bytes, fd);
      machine.memory.setU32(allocated, 1);
      machine.memory.setU32(address, pointer);
      return 0;
    },
    _msync_js: (
      address: number,
      length: number,
      _protection: number,
      flags: number,
      fd: number,
      offset: bigint,
    ): number => {
      const start = address >>> 0;
      return writeBack(start, length, flags, descriptorOf(start, fd), offset);
    },
    _munmap_js(
      address: number,
      length: number,
      protection: number,
      flags: number,
      fd: number,
      offset: bigint,
    ): number {
      const start = address >>> 0;
      const isWritten = (protection & PROT_WRITE) !== 0;
      const failed = isWritten
        ? writeBack(start, length, flags, descriptorOf(start, fd), offset)
        : 0;
      release(start);
      return failed;
    },
  };
}
