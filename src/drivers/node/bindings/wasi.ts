/**
 * `wasi`: WASI preview 1 for programs that a Node program instantiates itself, by the functions that our own WASM programs
 * have. Descriptors are numbered anew: 0 to 2 are what the program was given, then its directories.
 */
import { O_CLOEXEC, O_DIRECTORY, O_RDONLY } from "../../../kernel/constants.js";
import { Program } from "../../wasmvm/guest/program.js";
import { descriptorFunctions } from "../../wasmvm/guest/wasi-descriptors.js";
import {
  WASI_BADF,
  WASI_INVAL,
  WASI_NAMETOOLONG,
  WASI_SUCCESS,
} from "../../wasmvm/guest/wasi-errno.js";
import { fileFunctions } from "../../wasmvm/guest/wasi-files.js";
import { programFunctions } from "../../wasmvm/guest/wasi-program.js";
import type { Binding, Callable, Guest } from "../guest/guest.js";
import { nodeError } from "../guest/transferables.js";
import { utf8Encode } from "../guest/utf8.js";
import { WasiKernel } from "../guest/wasi-kernel.js";

const WASI_OVERFLOW = 61;

type Functions = Record<string, Callable>;

export function wasiBinding(guest: Guest): Binding {
  const { kernel, uv } = guest;

  /** Opens a directory for a program; throws as uvwasi, which is what Node has for it, fails. */
  function openDirectory(path: string): number {
    const fd = kernel.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (fd >= 0) return fd;
    const code = `UVWASI_${uv.name(fd)}`;
    throw Object.assign(new Error(`${code}, uvwasi_init`), {
      errno: -fd,
      code,
      syscall: "uvwasi_init",
    });
  }

  /** The functions over names of directories: `fd_prestat_*` of more than our programs' one. */
  function directoryFunctions(
    { memory }: Program,
    descriptors: WasiKernel,
    names: ReadonlyMap<number, Uint8Array>,
  ) {
    return {
      fd_prestat_get(fd: number, pointer: number) {
        const name = names.get(fd);
        if (!name) return descriptors.has(fd) ? WASI_INVAL : WASI_BADF;
        memory.setU32(pointer, 0);
        memory.setU32(pointer + 4, name.length);
        return WASI_SUCCESS;
      },
      fd_prestat_dir_name(fd: number, pointer: number, length: number) {
        const name = names.get(fd);
        if (!name) return WASI_BADF;
        if (length >>> 0 < name.length) return WASI_NAMETOOLONG;
        memory.slice(pointer, name.length).set(name);
        return WASI_SUCCESS;
      },
    };
  }

  class WASI {
    [name: string]: unknown;

    /** @param preopens - A name and a path, by turns. */
    constructor(
      args: readonly string[],
      env: readonly string[],
      preopens: readonly string[],
      stdio: readonly number[],
    ) {
      const descriptors = new WasiKernel(kernel, stdio);
      const names = new Map<number, Uint8Array>();
      for (let index = 0; index < preopens.length; index += 2) {
        const fd = descriptors.add(openDirectory(preopens[index + 1] as string));
        names.set(fd, utf8Encode(preopens[index] as string));
      }
      const program = new Program(descriptors);
      // That one is our programs' root, which no descriptor stands for.
      program.hasPreopen = false;
      program.args = stringBlock(args);
      program.env = stringBlock(env);
      let hasStarted = false;

      const functions: Functions = {
        ...descriptorFunctions(program),
        ...fileFunctions(program),
        ...programFunctions(program),
        ...directoryFunctions(program, descriptors, names),
        fd_renumber: (from: number, to: number) => descriptors.renumber(from, to),
        proc_exit: (code: number) => guest.exit(code | 0),
      };
      for (const [name, call] of Object.entries(functions)) {
        this[name] = (...given: never[]) => {
          if (!hasStarted) {
            const error = new Error("wasi.start() has not been called");
            throw nodeError(error, "ERR_WASI_NOT_STARTED");
          }
          return answerOf(call, given);
        };
      }
      this._setMemory = (memory: unknown) => {
        if (!(memory instanceof WebAssembly.Memory)) {
          const text = '"instance.exports.memory" property must be a WebAssembly.Memory object';
          throw nodeError(new TypeError(text), "ERR_INVALID_ARG_TYPE");
        }
        program.memory.attach(memory);
        hasStarted = true;
      };
    }
  }

  return { WASI };
}

/** Pointers that lead out of the memory are an answer here, no trap. */
function answerOf(call: Callable, given: readonly never[]): unknown {
  try {
    return call(...given);
  } catch (error) {
    if (error instanceof RangeError) return WASI_OVERFLOW;
    throw error;
  }
}

function stringBlock(strings: readonly string[]): Uint8Array {
  return utf8Encode(strings.map((text) => `${text}\0`).join(""));
}
