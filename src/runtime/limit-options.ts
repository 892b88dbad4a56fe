/** The option `limits`: of the runtime, and of one call. */
import { type CallLimits, isCallLimit } from "../kernel/call-limits.js";
import { defaultLimits, type Limits } from "../kernel/limits.js";
import { checkKeys, checkNumber } from "./check-options.js";

/** Node's and V8's own minimum of a heap. */
const HEAP_MIN_MB = 8;
const MiB = 1024 * 1024;
/** CPU time of a call that waits for its end, unless the runtime or the call says otherwise. */
const CALL_CPU_MS = 30_000;

/** A Node guest's JavaScript heap in MiB, 8 or more, for `heapBytes`. Default 128. */
interface HeapOption {
  memoryMb?: number;
}

/** Limits of a runtime; each has a default. Those of a call can be set for one call, too. */
export interface LimitOptions extends Partial<Limits>, HeapOption {}

/** Limits of one call and all that it starts; see `CallLimits`. */
export interface CallLimitOptions extends CallLimits, HeapOption {}

export interface LimitSettings {
  readonly kernel: Partial<Limits>;
  /** Of calls that wait for their end. */
  readonly callCpuMs: number;
}

export function limitsOf(call: string, given: LimitOptions | undefined): LimitSettings {
  const kernel = checked(call, given, Object.keys(defaultLimits), 0);
  return { kernel, callCpuMs: kernel.cpuMs ?? CALL_CPU_MS };
}

export function checkCallLimits(call: string, given: CallLimitOptions | undefined): void {
  checked(call, given, Object.keys(defaultLimits).filter(isCallLimit), 1);
}

/** As the kernel has them; checked before. */
export function callLimitsOf({ memoryMb, ...limits }: CallLimitOptions = {}): CallLimits {
  return memoryMb === undefined ? limits : { ...limits, heapBytes: memoryMb * MiB };
}

function checked(
  call: string,
  given: LimitOptions | undefined,
  names: readonly string[],
  least: number,
): Partial<Limits> {
  checkKeys(`${call}: limits`, given, ["memoryMb", ...names]);
  const { memoryMb, ...limits } = given ?? {};
  checkNumber(`${call}: limits.memoryMb`, memoryMb, HEAP_MIN_MB);
  for (const [name, value] of Object.entries(limits)) {
    const isTime = name.endsWith("Ms");
    const leastOfIt = name === "heapBytes" ? HEAP_MIN_MB * MiB : least;
    checkNumber(`${call}: limits.${name}`, value, isTime ? 1 : leastOfIt, !isTime);
  }
  return callLimitsOf(given);
}
