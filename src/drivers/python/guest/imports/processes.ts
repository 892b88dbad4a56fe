/** The process itself: its environment, its end, signals, and calls that Python modules make. */
import { HEADER_BYTES, PAYLOAD_BYTES, word } from "../../../../bridge/wire.js";
import { wasiErrno } from "../errno-map.js";
import type { GuestStrings } from "../guest-hooks.js";
import type { Machine } from "../machine.js";

/** Exit codes of processes that a signal ended. */
const SIGNALLED = 128;
const SIGNAL_MAX = 64;
const WORD_BYTES = 4;
/** Where a frame of `systemCall` says how many bytes it has. */
const CAPACITY = word.state;

export function processImports(machine: Machine, strings: () => GuestStrings) {
  /** Musl's raise(3) of a signal whose default action ends the process exits so. */
  let isEndedBySignal = false;

  /** Dies of the signal that musl's raise(3) has found to have no handler. */
  const dieIfRaised = (code: number): void => {
    if (isEndedBySignal && code > SIGNALLED && code <= SIGNALLED + SIGNAL_MAX) {
      machine.die(code - SIGNALLED);
    }
  };

  const exit = (code: number): never => {
    dieIfRaised(code);
    return machine.exit(code);
  };

  return {
    environ_sizes_get(count: number, size: number): number {
      const { environ } = strings();
      machine.memory.setU32(count, stringOffsets(environ).length);
      machine.memory.setU32(size, environ.length);
      return 0;
    },
    environ_get(pointers: number, target: number): number {
      const { environ } = strings();
      const { memory } = machine;
      memory.bytes(target, environ.length).set(environ);
      for (const [index, offset] of stringOffsets(environ).entries()) {
        memory.setU32(pointers + index * WORD_BYTES, target + offset);
      }
      return 0;
    },
    exit,
    // An unhandled KeyboardInterrupt comes here: CPython raises SIGINT against itself then.
    proc_exit(code: number): never {
      dieIfRaised(code);
      return machine.hooks.exit(code);
    },
    _abort_js: (): never => machine.abort(),
    // The runtime ends with CPython.
    emscripten_runtime_keepalive_push(): void {},
    emscripten_runtime_keepalive_pop(): void {},
    _emscripten_runtime_keepalive_clear(): void {
      isEndedBySignal = true;
    },
    _emscripten_get_progname(target: number, size: number): void {
      const { argv } = strings();
      machine.memory.setString(target, argv.subarray(0, argv.indexOf(0)), size);
    },
    __call_sighandler(handler: number, signal: number): void {
      machine.exports.__indirect_function_table.get(handler)?.(signal);
    },
    _Py_CheckEmscriptenSignals_Helper(): number {
      machine.lookForSignals();
      return 0;
    },
    __syscall_getuid32_js(): number {
      return machine.call("get_ids", {}) || machine.structure.getUint32(0, true);
    },
    __syscall_umask_js: (mask: number): number => machine.call("umask", { mask }) || machine.result,
    random_get(target: number, length: number): number {
      const bytes = machine.memory.bytes(target, length);
      for (let at = 0; at < bytes.length; at += PAYLOAD_BYTES) {
        const part = bytes.subarray(at, at + PAYLOAD_BYTES);
        machine.hooks.fillRandom(part.length);
        part.set(machine.stub.payload.subarray(0, part.length));
      }
      return 0;
    },
  };
}

/**
 * A call of the kernel that a Python module has laid out: a header and a payload as on the wire
 * (`wire.ts`), whose first word says how many bytes the frame has. The answer comes into the same
 * frame, with WASI's error number. Whatever it asks for, the kernel decides.
 */
export function systemCall(machine: Machine, pointer: number): void {
  const capacity = machine.memory.u32(pointer + CAPACITY * WORD_BYTES);
  const frame = machine.memory.bytes(pointer, Math.max(HEADER_BYTES, capacity));
  const channel = new Uint8Array(machine.hooks.channel);
  const room = Math.min(frame.length, channel.length) - HEADER_BYTES;
  const header = new Int32Array(machine.hooks.channel, 0, HEADER_BYTES / WORD_BYTES);
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const length = Math.min(room, view.getUint32(word.payloadLength * WORD_BYTES, true));
  for (let index = word.number; index < word.result; index++) {
    header[index] = view.getInt32(index * WORD_BYTES, true);
  }
  channel.set(frame.subarray(HEADER_BYTES, HEADER_BYTES + length), HEADER_BYTES);
  machine.carry(length);
  const reply = Math.min(room, header[word.payloadLength] ?? 0);
  view.setInt32(word.result * WORD_BYTES, machine.result, true);
  view.setInt32(word.resultHigh * WORD_BYTES, machine.secondResult, true);
  const errno = header[word.errno] ?? 0;
  view.setInt32(word.errno * WORD_BYTES, errno === 0 ? 0 : wasiErrno(errno), true);
  view.setInt32(word.payloadLength * WORD_BYTES, reply, true);
  frame.set(channel.subarray(HEADER_BYTES, HEADER_BYTES + reply), HEADER_BYTES);
  if (machine.hasSignals) machine.deliverSignals();
}

/** Where the strings of a run of C strings begin. */
function stringOffsets(strings: Uint8Array): number[] {
  const offsets: number[] = [];
  for (let at = 0; at < strings.length; at = strings.indexOf(0, at) + 1) offsets.push(at);
  return offsets;
}
