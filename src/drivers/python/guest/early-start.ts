/**
 * Interpreters that are initialised before there is a guest. CPython starts with a command line that stands for all
 * plain ones (`-c`, `-m`, a script, standard input, without options); the real one takes its place in the
 * interpreter's configuration, and what depends on the process (environment, streams, site-packages) is made
 * anew by `_secure_exec_start.py`. Everything else starts as CPython always does.
 */
import type { GuestMemory } from "./guest-memory.js";
import type { Machine, PythonExports } from "./machine.js";

/** A plain command line: what is run, and `sys.argv`. Texts are C strings. */
export interface PlainCommand {
  readonly kind: "command" | "module" | "file" | "stdin";
  /** The command, the module's name, the file's name; empty for `stdin`. */
  readonly text: Uint8Array;
  readonly argv: Uint8Array;
  /** Python's source of the call that makes the rest anew. */
  readonly refresh: Uint8Array;
}

const TEMPLATE = ["/usr/bin/python3", "-c", "@@"];
const CONFIG_BYTES = 4096;
const STATUS_BYTES = 16;
const WORD_BYTES = 4;
/** More words than the configuration has up to what is looked for. */
const CONFIG_WORDS = 256;
const LC_CTYPE = 0;

/** Where the interpreter's configuration has what a command line sets. */
interface ConfigPlaces {
  /** A pointer; those to the module's and the file's names follow. */
  readonly command: number;
  /** How many, and a pointer to pointers. */
  readonly argv: number;
}

export function cString(text: string): Uint8Array {
  return Uint8Array.from(`${text}\0`, (unit) => unit.charCodeAt(0));
}

/** Puts bytes into memory of the guest's own, where they stay. */
export function place(machine: Machine, bytes: Uint8Array): number {
  const pointer = machine.exports.malloc(Math.max(1, bytes.length)) >>> 0;
  machine.memory.bytes(pointer, bytes.length).set(bytes);
  return pointer;
}

/** Puts a run of C strings into the guest's memory, and pointers to them. */
export function placeStrings(
  machine: Machine,
  strings: Uint8Array,
): { count: number; pointer: number } {
  const starts = stringStarts(strings);
  const bytes = place(machine, strings);
  const pointer = machine.exports.malloc((starts.length + 1) * WORD_BYTES) >>> 0;
  for (const [index, start] of starts.entries()) {
    machine.memory.setU32(pointer + index * WORD_BYTES, bytes + start);
  }
  machine.memory.setU32(pointer + starts.length * WORD_BYTES, 0);
  return { count: starts.length, pointer };
}

export class EarlyStart {
  readonly #machine: Machine;
  readonly #places: ConfigPlaces;
  readonly #config: number;

  /** Initialises the interpreter; throws when it is not what is known. */
  constructor(machine: Machine) {
    this.#machine = machine;
    const { exports } = machine;
    initialise(machine, exports);
    this.#config = exports._Py_GetConfig() >>> 0;
    this.#places = findPlaces(machine.memory, this.#config);
    if (!this.#run(cString("__import__('_secure_exec_start')"))) {
      throw new Error("the interpreter can't be prepared");
    }
  }

  /** Runs a command line: the exit code. */
  run({ kind, text, argv, refresh }: PlainCommand): number {
    const { exports, memory } = this.#machine;
    const places = { command: 0, module: WORD_BYTES, file: 2 * WORD_BYTES };
    const { command } = this.#places;
    memory.setU32(this.#config + command, 0);
    if (kind !== "stdin") {
      memory.setU32(this.#config + command + places[kind], this.#wide(text));
    }
    this.#setArguments(argv);
    if (!this.#run(refresh)) return 1;
    exports.setlocale(LC_CTYPE, place(this.#machine, cString("")));
    return exports.Py_RunMain();
  }

  #setArguments(argv: Uint8Array): void {
    const starts = stringStarts(argv);
    const items = this.#machine.exports.malloc(Math.max(1, starts.length) * WORD_BYTES) >>> 0;
    for (const [index, start] of starts.entries()) {
      const end = argv.indexOf(0, start) + 1;
      this.#machine.memory.setU32(items + index * WORD_BYTES, this.#wide(argv.slice(start, end)));
    }
    const { memory } = this.#machine;
    memory.setU32(this.#config + this.#places.argv, starts.length);
    memory.setU32(this.#config + this.#places.argv + WORD_BYTES, items);
  }

  /** A string of wide characters, as CPython decodes the command line. */
  #wide(text: Uint8Array): number {
    const source = place(this.#machine, text);
    const wide = this.#machine.exports.Py_DecodeLocale(source, 0) >>> 0;
    this.#machine.exports.free(source);
    return wide;
  }

  #run(source: Uint8Array): boolean {
    const pointer = place(this.#machine, source);
    const failed = this.#machine.exports.PyRun_SimpleStringFlags(pointer, 0);
    this.#machine.exports.free(pointer);
    return failed === 0;
  }
}

function initialise(machine: Machine, exports: PythonExports): void {
  const strings = new Uint8Array(TEMPLATE.flatMap((text) => [...cString(text)]));
  const { count, pointer } = placeStrings(machine, strings);
  const config = place(machine, new Uint8Array(CONFIG_BYTES));
  const status = place(machine, new Uint8Array(STATUS_BYTES));
  exports.PyConfig_InitPythonConfig(config);
  exports.PyConfig_SetBytesArgv(status, config, count, pointer);
  if (machine.memory.u32(status) === 0) exports.Py_InitializeFromConfig(status, config);
  if (machine.memory.u32(status) !== 0) throw new Error("the interpreter can't be initialised");
  exports.PyConfig_Clear(config);
  exports.free(config);
  exports.free(status);
}

/** Finds what the template has set, each once. */
function findPlaces(memory: GuestMemory, config: number): ConfigPlaces {
  const offsets = Array.from({ length: CONFIG_WORDS }, (_, index) => index * WORD_BYTES);
  const pointsTo = (at: number, text: string) => isWide(memory, memory.u32(at), text);
  const commands = offsets.filter((offset) => pointsTo(config + offset, "@@\n"));
  const lists = offsets.filter((offset) => {
    const items = memory.u32(config + offset + WORD_BYTES);
    const isList = memory.u32(config + offset) === 1 && items < memory.byteLength - WORD_BYTES;
    return isList && items > 0 && pointsTo(items, "-c");
  });
  const [command, argv] = [commands[0], lists[0]];
  if (commands.length !== 1 || lists.length !== 1 || command === undefined || argv === undefined) {
    throw new Error("the interpreter's configuration is not what is known");
  }
  return { command, argv };
}

/** Whether a pointer leads to that string of wide characters. */
function isWide(memory: GuestMemory, pointer: number, text: string): boolean {
  const units = cString(text);
  if (pointer === 0 || pointer + units.length * WORD_BYTES > memory.byteLength) return false;
  return units.every((unit, index) => memory.u32(pointer + index * WORD_BYTES) === unit);
}

function stringStarts(strings: Uint8Array): number[] {
  const starts: number[] = [];
  for (let at = 0; at < strings.length; at = strings.indexOf(0, at) + 1) starts.push(at);
  return starts;
}
