/**
 * A look at a WASM module's sections without its contents: enough to tell a module from another file, or from one that
 * was cut off, and to read the list of its commands. `wasm-module.ts` is what decides whether it may run.
 */
import { BadModule, wasmMagic } from "./wasm-module.js";

export { BadModule };

/** A file that is read in places. */
export interface FileBytes {
  readonly length: number;
  /** At most `length` bytes; less at the end. */
  read(offset: number, length: number): Uint8Array;
}

export interface ModuleScan {
  readonly file: FileBytes;
  /** Where the content of each custom section lies, by name. */
  readonly customSections: ReadonlyMap<
    string,
    { readonly offset: number; readonly length: number }
  >;
}

const COMMANDS_SECTION = "secure-exec.commands";
/** A list of commands that is longer is none. */
const COMMANDS_BYTES = 64 * 1024;

const HEADER_BYTES = 8;
const VERSION = 1;
const CUSTOM_SECTION = 0;
/** Enough for a section's id and length, and for a custom section's name. */
const HEAD_BYTES = 128;
const LEB128_BYTES = 5;

export function scanModule(file: FileBytes): ModuleScan | BadModule {
  const header = file.read(0, HEADER_BYTES);
  const isModule = wasmMagic.every((byte, index) => header[index] === byte);
  if (!isModule || header[4] !== VERSION) return new BadModule("not a WASM module of version 1");
  const customSections = new Map<string, { offset: number; length: number }>();
  for (let offset = HEADER_BYTES; offset < file.length; ) {
    const head = file.read(offset, HEAD_BYTES);
    const size = leb128(head, 1);
    if (!size) return new BadModule("the module is cut off");
    const content = offset + size.end;
    const end = content + size.value;
    if (end > file.length) return new BadModule("the module is cut off");
    if (head[0] === CUSTOM_SECTION) {
      const name = leb128(head, size.end);
      if (!name) return new BadModule("the module is cut off");
      const text = new TextDecoder().decode(head.subarray(name.end, name.end + name.value));
      const start = offset + name.end + name.value;
      customSections.set(text, { offset: start, length: end - start });
    }
    offset = end;
  }
  return { file, customSections };
}

/** The commands that the module lists. */
export function commandsSection({ file, customSections }: ModuleScan): string[] {
  const section = customSections.get(COMMANDS_SECTION);
  if (!section || section.length < 0 || section.length > COMMANDS_BYTES) return [];
  return commandNames(file.read(section.offset, section.length));
}

/** One name a line. */
export function commandNames(section: Uint8Array): string[] {
  return new TextDecoder().decode(section).split("\n").filter(Boolean);
}

function leb128(bytes: Uint8Array, start: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let index = 0; index < LEB128_BYTES; index++) {
    const byte = bytes[start + index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: start + index + 1 };
  }
  return undefined;
}
