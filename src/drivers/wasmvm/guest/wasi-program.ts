/** WASI preview 1: arguments, environment, clocks, random bytes, exit, polling, sockets. */
import { POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT } from "../../../kernel/constants.js";
import { Right } from "./descriptor-rights.js";
import { type Program, ProgramExit } from "./program.js";
import { WASI_BADF, WASI_INVAL, WASI_SUCCESS, wasiErrno } from "./wasi-errno.js";
import { wasiSocketFunctions } from "./wasi-sockets.js";

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
const CLOCKS = 4;
const CLOCK_RESOLUTION_NS = 1000n;

/** crypto.getRandomValues fills at most this many bytes a call. */
const RANDOM_CHUNK = 65536;

const SUBSCRIPTION_BYTES = 48;
/** More than there can be descriptors: poll(2) refuses likewise. */
const SUBSCRIPTIONS_MAX = 4096;
const EVENT_BYTES = 32;
const EVENT_CLOCK = 0;
const EVENT_FD_READ = 1;
const EVENT_FD_WRITE = 2;
const CLOCK_ABSOLUTE = 1;
const EVENT_HANGUP = 1;

const NS_PER_MS = 1e6;
const MS_PER_S = 1000;
const NEVER = Number.POSITIVE_INFINITY;

export function programFunctions(program: Program) {
  const { kernel, memory } = program;

  /** Writes a run of NUL-terminated strings and the array of pointers to them. */
  const writeStrings = (strings: Uint8Array, pointers: number, buffer: number): number => {
    memory.slice(buffer, strings.length).set(strings);
    let start = 0;
    let index = 0;
    for (let end = strings.indexOf(0); end !== -1; end = strings.indexOf(0, start)) {
      memory.setU32(pointers + index * 4, (buffer >>> 0) + start);
      start = end + 1;
      index++;
    }
    return WASI_SUCCESS;
  };

  const writeSizes = (strings: Uint8Array, countPointer: number, sizePointer: number): number => {
    memory.setU32(
      countPointer,
      strings.reduce((count, byte) => (byte === 0 ? count + 1 : count), 0),
    );
    memory.setU32(sizePointer, strings.length);
    return WASI_SUCCESS;
  };

  const inSteps = (ms: number): number => (program.isCoarse ? Math.floor(ms) : ms);

  const nowMs = (clock: number): number => {
    if (clock === CLOCK_REALTIME) return inSteps(performance.timeOrigin + performance.now());
    if (clock === CLOCK_MONOTONIC) return inSteps(performance.now());
    // What it has computed is known to the kernel only.
    if (kernel.call("clock_time", { clock }) !== 0) return 0;
    const [seconds = 0n, ns = 0n] = new BigInt64Array(kernel.resultBytes.slice().buffer);
    return Number(seconds) * MS_PER_S + Number(ns) / NS_PER_MS;
  };

  const waitTimeUs = (subscription: Subscription): number => {
    const isAbsolute = (subscription.clockFlags & CLOCK_ABSOLUTE) !== 0;
    const startMs = isAbsolute ? nowMs(subscription.clock) : 0;
    return Math.max(0, Math.ceil(Number(subscription.timeoutNs) / 1000 - startMs * 1000));
  };

  const subscriptionAt = (pointer: number): Subscription => ({
    userdata: memory.getU64(pointer),
    type: memory.getU8(pointer + 8),
    fd: memory.getU32(pointer + 16),
    clock: memory.getU32(pointer + 16),
    timeoutNs: memory.getU64(pointer + 24),
    clockFlags: memory.getU16(pointer + 40),
  });

  /** How many bytes a read would find; of what can't say, that there are some. */
  const readableBytes = (fd: number): number =>
    kernel.call("readable_bytes", { fd }) === 0 ? kernel.result : 1;

  const writeEvent = (pointer: number, { subscription, error, happened }: PollEvent): void => {
    const bytes = happened & POLLIN ? readableBytes(subscription.fd) : 1;
    memory.slice(pointer, EVENT_BYTES).fill(0);
    memory.setU64(pointer, subscription.userdata);
    memory.setU16(pointer + 8, error);
    memory.setU8(pointer + 10, subscription.type);
    if (subscription.type === EVENT_CLOCK) return;
    memory.setU64(pointer + 16, happened & (POLLIN | POLLOUT) ? BigInt(bytes) : 0n);
    memory.setU16(pointer + 24, happened & (POLLHUP | POLLERR) ? EVENT_HANGUP : 0);
  };

  /** What is wrong with a subscription, before anything is waited for. */
  const problemOf = ({ type, clock, fd }: Subscription): number => {
    if (type === EVENT_CLOCK) return clock < CLOCKS ? WASI_SUCCESS : WASI_INVAL;
    return program.rights.refuse(fd, Right.POLL_FD_READWRITE);
  };

  return {
    args_get: (pointers: number, buffer: number) => writeStrings(program.args, pointers, buffer),
    args_sizes_get: (count: number, size: number) => writeSizes(program.args, count, size),
    environ_get: (pointers: number, buffer: number) => writeStrings(program.env, pointers, buffer),
    environ_sizes_get: (count: number, size: number) => writeSizes(program.env, count, size),

    clock_res_get: (clock: number, pointer: number) => {
      if (clock >>> 0 >= CLOCKS) return WASI_INVAL;
      memory.setU64(pointer, program.isCoarse ? BigInt(NS_PER_MS) : CLOCK_RESOLUTION_NS);
      return WASI_SUCCESS;
    },

    clock_time_get: (clock: number, _precision: bigint, pointer: number) => {
      if (clock >>> 0 >= CLOCKS) return WASI_INVAL;
      const ms = nowMs(clock);
      // A product beyond 2^53 would have odd last digits.
      const ns = Number.isInteger(ms)
        ? BigInt(ms) * BigInt(NS_PER_MS)
        : BigInt(Math.round(ms * NS_PER_MS));
      memory.setU64(pointer, ns);
      return WASI_SUCCESS;
    },

    random_get: (pointer: number, length: number) => {
      const target = memory.slice(pointer, length);
      for (let offset = 0; offset < target.length; offset += RANDOM_CHUNK) {
        crypto.getRandomValues(target.subarray(offset, offset + RANDOM_CHUNK));
      }
      return WASI_SUCCESS;
    },

    sched_yield: () => WASI_SUCCESS,

    proc_exit: (code: number): never => {
      throw new ProgramExit(code);
    },

    proc_raise: (signal: number) => {
      kernel.call("getpid", {});
      return wasiErrno(kernel.call("kill", { pid: kernel.result, signal: linuxSignal(signal) }));
    },

    poll_oneoff: (input: number, output: number, count: number, countPointer: number) => {
      const total = count >>> 0;
      if (total > SUBSCRIPTIONS_MAX) return WASI_INVAL;
      const subscriptions = Array.from({ length: total }, (_, index) =>
        subscriptionAt((input >>> 0) + index * SUBSCRIPTION_BYTES),
      );
      if (total === 0 || subscriptions.some(({ type }) => type > EVENT_FD_WRITE)) return WASI_INVAL;
      const events: PollEvent[] = [];
      for (const subscription of subscriptions) {
        const error = problemOf(subscription);
        if (error) events.push({ subscription, error, happened: 0 });
      }
      const sound = subscriptions.filter((subscription) => problemOf(subscription) === 0);
      const clocks = sound
        .filter(({ type }) => type === EVENT_CLOCK)
        .map((subscription) => ({ subscription, waitUs: waitTimeUs(subscription) }));
      const firstUs = clocks.reduce((least, { waitUs }) => Math.min(least, waitUs), NEVER);
      const timeoutUs = events.length > 0 ? 0 : firstUs === NEVER ? -1 : firstUs;
      const descriptors = sound.filter(({ type }) => type !== EVENT_CLOCK);
      const interests = descriptors.flatMap(({ fd, type }) => [
        fd,
        type === EVENT_FD_READ ? POLLIN : POLLOUT,
      ]);
      const entries = new Uint8Array(Int32Array.from(interests).buffer);
      const failed = kernel.call("poll", { entries, timeoutUs });
      if (failed) return wasiErrno(failed);
      const happened = new Int32Array(kernel.resultBytes.slice().buffer);
      for (const [index, subscription] of descriptors.entries()) {
        const bits = happened[index] ?? 0;
        const error = bits & POLLNVAL ? WASI_BADF : WASI_SUCCESS;
        if (bits) events.push({ subscription, error, happened: bits });
      }
      // Time that was over at the start is over now; what was waited for only when nothing else came.
      const overUs = events.length === 0 ? firstUs : 0;
      for (const { subscription, waitUs } of clocks) {
        if (waitUs <= overUs) events.push({ subscription, error: WASI_SUCCESS, happened: 0 });
      }
      for (const [index, event] of events.entries()) {
        writeEvent((output >>> 0) + index * EVENT_BYTES, event);
      }
      memory.setU32(countPointer, events.length);
      return WASI_SUCCESS;
    },

    ...wasiSocketFunctions(program),
  };
}

interface PollEvent {
  readonly subscription: Subscription;
  readonly error: number;
  /** POLL* bits of a descriptor. */
  readonly happened: number;
}

interface Subscription {
  readonly userdata: bigint;
  readonly type: number;
  readonly fd: number;
  readonly clock: number;
  readonly timeoutNs: bigint;
  readonly clockFlags: number;
}

/** WASI leaves out Linux's 16 (SIGSTKFLT): from there on its signals are one lower. */
function linuxSignal(signal: number): number {
  return signal >= 16 ? signal + 1 : signal;
}
