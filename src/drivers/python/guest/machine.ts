/**
 * What the imports of CPython's module work on: its memory and exports, the kernel, the clock, and
 * how it ends. Calls of the kernel are made here, so that no caught signal is missed.
 */
import { CarriedStub } from "../../../bridge/guest/carried-stub.js";
import {
  type GuestArguments,
  type GuestStub,
  ProcessEnded,
} from "../../../bridge/guest/guest-stub.js";
import type { SyscallName } from "../../../bridge/syscalls.js";
import { SIGABRT } from "../../../kernel/signals.js";
import { WASI, wasiErrno } from "./errno-map.js";
import { FreshFiles } from "./fresh-files.js";
import type { GuestHooks } from "./guest-hooks.js";
import { GuestMemory } from "./guest-memory.js";
import { Tls } from "./tls.js";

/** Functions of CPython's module that the imports call. */
export interface PythonExports {
  readonly memory: WebAssembly.Memory;
  readonly __indirect_function_table: WebAssembly.Table;
  readonly __wasm_call_ctors: () => void;
  /** The whole of `python`: from the command line to the exit code. */
  readonly Py_BytesMain: (argc: number, argv: number) => number;
  readonly Py_GetPlatform: () => number;
  readonly Py_RunMain: () => number;
  readonly PyConfig_InitPythonConfig: (config: number) => void;
  readonly PyConfig_SetBytesArgv: (
    status: number,
    config: number,
    argc: number,
    argv: number,
  ) => void;
  readonly PyConfig_Clear: (config: number) => void;
  readonly Py_InitializeFromConfig: (status: number, config: number) => void;
  readonly _Py_GetConfig: () => number;
  readonly Py_DecodeLocale: (text: number, length: number) => number;
  readonly PyRun_SimpleStringFlags: (source: number, flags: number) => number;
  readonly setlocale: (category: number, name: number) => number;
  readonly malloc: (bytes: number) => number;
  readonly free: (pointer: number) => void;
  readonly emscripten_builtin_memalign: (alignment: number, bytes: number) => number;
  readonly fflush: (stream: number) => number;
  readonly emscripten_stack_get_base: () => number;
  readonly emscripten_stack_set_limits: (base: number, end: number) => void;
  readonly raise: (signal: number) => number;
  readonly Py_EMSCRIPTEN_SIGNAL_HANDLING: WebAssembly.Global;
}

/** How often a program that makes no calls looks for signals, in ms. */
const SIGNAL_LOOK_MS = 20;
/** Between two looks at the clock: CPython asks at every fiftieth jump back. */
const LOOKS_PER_CLOCK = 16;

const ENDED = -1;

export class Machine {
  readonly hooks: GuestHooks;
  readonly stub: GuestStub;
  readonly tls: Tls;
  readonly fresh = new FreshFiles();
  /** When the guest began, by the container's clock; and what to add to that for the time of day. */
  startMs = 0;
  originMs = 0;
  #memory: GuestMemory | undefined;
  #exports: PythonExports | undefined;
  #nextLookMs = 0;
  #looks = 0;
  #isDelivering = false;
  /** Whether handlers have noted signals that the interpreter may not have looked at. */
  #hasNoted = false;

  constructor(hooks: GuestHooks) {
    this.hooks = hooks;
    this.stub = new CarriedStub(hooks.channel, hooks.carry);
    this.tls = new Tls(hooks.loadTls, hooks.rootCertificates);
    this.startClock();
  }

  /** The guest begins. */
  startClock(): void {
    this.startMs = this.hooks.now();
    this.originMs = Date.now() - this.startMs;
  }

  /** Called once, when the module is instantiated. */
  attach(exports: PythonExports): void {
    this.#exports = exports;
    this.#memory = new GuestMemory(exports.memory);
  }

  get memory(): GuestMemory {
    if (!this.#memory) throw new Error("no memory yet");
    return this.#memory;
  }

  get exports(): PythonExports {
    if (!this.#exports) throw new Error("no exports yet");
    return this.#exports;
  }

  /** Makes a call of the kernel: 0, or minus WASI's error number. Ends with the process. */
  call<Name extends SyscallName>(name: Name, args: GuestArguments<Name>): number {
    try {
      return this.#answered(this.stub.call(name, args));
    } catch (thrown) {
      return this.#unwind(thrown);
    }
  }

  /**
   * A call that may wait for long. A signal that came with the answer of a call before it is noted, but only the end
   * of a call, or computing, makes the interpreter look: this one ends at once then, and is made again.
   */
  wait<Name extends SyscallName>(name: Name, args: GuestArguments<Name>): number {
    if (this.#hasNoted) {
      this.#hasNoted = false;
      return -WASI.EINTR;
    }
    const answer = this.call(name, args);
    if (answer === -WASI.EINTR) this.#hasNoted = false;
    return answer;
  }

  /** The call `write`, which may be posted. */
  write(fd: number, data: Uint8Array): number {
    try {
      return this.#answered(this.stub.write(fd, data));
    } catch (thrown) {
      return this.#unwind(thrown);
    }
  }

  /** Carries the call that the guest itself has laid out in the channel: Linux's error number. */
  carry(length: number): void {
    this.fresh.shared();
    if (!this.hooks.carry(length, true)) this.hooks.exit(ENDED);
  }

  /** The first result word of the last call. */
  get result(): number {
    return this.stub.result;
  }

  get secondResult(): number {
    return this.stub.secondResult;
  }

  /** The reply's bytes, valid until the next call. */
  get bytes(): Uint8Array {
    return this.stub.resultBytes;
  }

  /** The reply's bytes as a structure. */
  get structure(): DataView {
    const { buffer, byteOffset, byteLength } = this.stub.resultBytes;
    return new DataView(buffer, byteOffset, byteLength);
  }

  /** Ends the guest with an exit code. */
  exit(code: number): never {
    this.exports.fflush(0);
    return this.hooks.exit(code);
  }

  /** Ends the guest as abort(3) does. */
  abort(): never {
    this.call("signal_action", {
      signal: SIGABRT,
      disposition: 0,
      flags: 0,
      maskLow: 0,
      maskHigh: 0,
    });
    return this.die(SIGABRT);
  }

  /** Ends the guest by a signal whose default action does so. */
  die(signal: number): never {
    this.call("signal_action", { signal, disposition: 0, flags: 0, maskLow: 0, maskHigh: 0 });
    this.call("getpid", {});
    this.call("kill", { pid: this.result, signal });
    return this.hooks.exit(128 + signal);
  }

  /** Called by CPython again and again while it computes: a signal may have come. */
  lookForSignals(): void {
    this.#hasNoted = false;
    if (++this.#looks % LOOKS_PER_CLOCK !== 0) return;
    const nowMs = this.hooks.now();
    if (nowMs < this.#nextLookMs) return;
    this.#nextLookMs = nowMs + SIGNAL_LOOK_MS;
    this.deliverSignals();
  }

  /** Hands caught signals to CPython's handlers, which note them for the interpreter. */
  deliverSignals(): void {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      if (this.stub.call("take_signals", {}) !== 0) return;
      const words = [this.stub.result, this.stub.secondResult];
      for (let index = 0; index < 64; index++) {
        if (((words[index >> 5] ?? 0) >>> (index & 31)) & 1) {
          this.#hasNoted = true;
          this.exports.raise(index + 1);
        }
      }
    } catch (thrown) {
      this.#unwind(thrown);
    } finally {
      this.#isDelivering = false;
    }
  }

  #answered(errno: number): number {
    if (errno === 0 && !this.hasSignals) return 0;
    const answer = errno === 0 ? 0 : -wasiErrno(errno);
    if (this.hasSignals) this.#deliverKeepingAnswer();
    return answer;
  }

  get hasSignals(): boolean {
    return (this.stub.pendingSignals | this.stub.pendingSignalsHigh) !== 0;
  }

  /** Handlers make calls of their own: the answer that is being read has to survive them. */
  #deliverKeepingAnswer(): void {
    if (this.#isDelivering) return;
    const channel = new Uint8Array(this.hooks.channel);
    const kept = channel.slice(0, this.stub.payload.byteOffset + this.bytes.length);
    this.deliverSignals();
    // Signals are taken: they are not pending any more.
    kept.fill(0, PENDING_BYTES, PENDING_BYTES + 8);
    channel.set(kept);
  }

  #unwind(thrown: unknown): never {
    if (thrown instanceof ProcessEnded) return this.hooks.exit(ENDED);
    throw thrown;
  }
}

/** Where the header has the pending signals. */
const PENDING_BYTES = 12 * 4;
