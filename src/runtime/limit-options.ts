/** The option `limits`: the kernel's own, and those of guests' memory. */
import { defaultLimits, type Limits } from "../kernel/limits.js";
import { checkKeys, checkNumber } from "./check-options.js";

export interface LimitOptions extends Partial<Limits> {
  /** A Node guest's JavaScript heap in MiB, 8 or more. Default 128. */
  memoryMb?: number;
}

export interface LimitSettings {
  readonly kernel: Partial<Limits>;
  readonly memoryLimitMb: number | undefined;
}

export function limitsOf(call: string, given: LimitOptions | undefined): LimitSettings {
  checkKeys(`${call}: limits`, given, ["memoryMb", ...Object.keys(defaultLimits)]);
  const { memoryMb, ...kernel } = given ?? {};
  checkNumber(`${call}: limits.memoryMb`, memoryMb, 8);
  for (const [name, value] of Object.entries(kernel)) {
    checkNumber(`${call}: limits.${name}`, value, 0);
  }
  return { kernel, memoryLimitMb: memoryMb };
}
