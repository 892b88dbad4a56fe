/**
 * A WASM module before it is compiled (https://webassembly.github.io/spec/core/binary): whether its
 * sections lie as they should, and its memory made to keep to the limit. V8's own limits do not
 * hold there: a memory without a maximum grows to 4 GiB. What is inside the sections is V8's to
 * check.
 */

import { defaultLimits } from "../../kernel/limits.js";

/** Bytes of memory one program may have, unless its limits say otherwise. Enforced by its memory's maximum: `memory.grow` answers -1. */
export const wasmMemoryBytes = defaultLimits.wasmBytes;
/** Bytes of one module that is run. Enforced before it is compiled: ENOEXEC. */
export const wasmModuleBytes = 64 * 1024 * 1024;

/** What every module begins with, and the version that there is. */
export const wasmMagic: readonly number[] = [0x00, 0x61, 0x73, 0x6d];
const VERSION: readonly number[] = [0x01, 0x00, 0x00, 0x00];
const HEADER_BYTES = 8;

const PAGE_BYTES = 64 * 1024;
/** All that 32 bits reach. */
const MEMORY_PAGES_MAX = 65_536;

const CUSTOM_SECTION = 0;
const MEMORY_SECTION = 5;
/** Ids of sections in the order in which they come, each once; custom sections may be anywhere. */
const SECTION_ORDER = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

const HAS_MAXIMUM = 1;

/** A module that may be compiled. */
export interface CheckedModule {
  /** With a memory that keeps to the limit. */
  readonly bytes: Uint8Array;
  /** Its custom sections, by name. */
  readonly customSections: ReadonlyMap<string, Uint8Array>;
}

/** Why a module may not be compiled. */
export class BadModule {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Thrown inside this file only. */
class Malformed extends Error {}

/** Checks a module's structure and size, and limits its memory to `memoryBytes`. */
export function checkModule(
  bytes: Uint8Array,
  memoryBytes: number = wasmMemoryBytes,
): CheckedModule | BadModule {
  if (bytes.length > wasmModuleBytes) {
    return new BadModule(`a module of ${bytes.length} bytes, the limit is ${wasmModuleBytes}`);
  }
  try {
    return check(bytes, Math.min(MEMORY_PAGES_MAX, Math.floor(memoryBytes / PAGE_BYTES)));
  } catch (thrown) {
    if (thrown instanceof Malformed) return new BadModule(thrown.message);
    throw thrown;
  }
}

function check(bytes: Uint8Array, memoryPages: number): CheckedModule {
  if (!startsWith(bytes, [...wasmMagic, ...VERSION])) {
    throw new Malformed("not a WASM module of version 1");
  }
  const customSections = new Map<string, Uint8Array>();
  const parts: Uint8Array[] = [bytes.subarray(0, HEADER_BYTES)];
  const reader = new Reader(bytes, HEADER_BYTES);
  let lastPlace = -1;
  while (!reader.isAtEnd) {
    const start = reader.offset;
    const id = reader.byte();
    const content = reader.bytes(reader.u32());
    if (id === CUSTOM_SECTION) {
      const section = new Reader(content, 0);
      const name = new TextDecoder().decode(section.bytes(section.u32()));
      customSections.set(name, content.subarray(section.offset));
    } else {
      const place = SECTION_ORDER.indexOf(id);
      if (place === -1) throw new Malformed(`unknown section ${id}`);
      if (place <= lastPlace) throw new Malformed(`section ${id} is out of order`);
      lastPlace = place;
    }
    const isMemory = id === MEMORY_SECTION;
    parts.push(
      isMemory ? limitedMemory(content, memoryPages) : bytes.subarray(start, reader.offset),
    );
  }
  return { bytes: concatenated(parts), customSections };
}

/** The memory section with a maximum within the limit. */
function limitedMemory(content: Uint8Array, limit: number): Uint8Array {
  const reader = new Reader(content, 0);
  const count = reader.u32();
  if (count > 1) throw new Malformed("more than one memory");
  const memories: number[] = [];
  if (count === 1) {
    const flags = reader.u32();
    if (flags > HAS_MAXIMUM) throw new Malformed("a memory that is shared or has 64 bit addresses");
    const initial = reader.u32();
    const maximum = flags & HAS_MAXIMUM ? reader.u32() : Number.POSITIVE_INFINITY;
    if (initial > limit) {
      throw new Malformed(`${initial} pages of memory, the limit is ${limit}`);
    }
    memories.push(HAS_MAXIMUM, ...leb128(initial), ...leb128(Math.min(maximum, limit)));
  }
  if (!reader.isAtEnd) throw new Malformed("bytes behind the memory section's end");
  const section = [...leb128(count), ...memories];
  return Uint8Array.from([MEMORY_SECTION, ...leb128(section.length), ...section]);
}

export function startsWith(bytes: Uint8Array, beginning: readonly number[]): boolean {
  return beginning.every((byte, index) => bytes[index] === byte);
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function leb128(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return bytes;
}

/** Reads numbers and runs of bytes; throws `Malformed` at the end. */
class Reader {
  readonly #bytes: Uint8Array;
  offset: number;

  constructor(bytes: Uint8Array, offset: number) {
    this.#bytes = bytes;
    this.offset = offset;
  }

  get isAtEnd(): boolean {
    return this.offset >= this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.offset];
    if (byte === undefined) throw new Malformed("the module is cut off");
    this.offset++;
    return byte;
  }

  u32(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 28; scale *= 2 ** 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80 && value < 2 ** 32) return value;
    }
    throw new Malformed("a number of more than 32 bits");
  }

  bytes(length: number): Uint8Array {
    const end = this.offset + length;
    if (end > this.#bytes.length) throw new Malformed("the module is cut off");
    const part = this.#bytes.subarray(this.offset, end);
    this.offset = end;
    return part;
  }
}
