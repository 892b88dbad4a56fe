/** Arguments of `fs` that Node's native half checks, with its errors. */
import type { Guest } from "../../guest/guest.js";

export function fsArguments(guest: Guest) {
  /** Numbers as Node's native half checks them, with its errors. */
  const validators = (): {
    validateInteger(value: unknown, name: string, minimum?: number, maximum?: number): void;
    validateInt32(value: unknown, name: string, minimum: number): void;
    validateNumber(value: unknown, name: string): void;
  } => guest.require("internal/validators") as never;

  function validFd(fd: unknown): number {
    if (typeof fd !== "number" || fd < 0 || (fd | 0) !== fd) {
      validators().validateInt32(fd, "fd", 0);
    }
    return fd as number;
  }

  /** The mode of `access` and `copyFile`: Node's native half checks it. */
  function validMode(mode: unknown): number {
    if (mode === undefined || mode === null) return 0;
    const MODE_MAX = 7;
    if (typeof mode !== "number" || (mode | 0) !== mode) {
      const error = new TypeError("mode must be int32 or null/undefined");
      throw Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
    }
    if (mode < 0 || mode > MODE_MAX) {
      const error = new RangeError(`mode is out of range: >= 0 && <= ${MODE_MAX}`);
      throw Object.assign(error, { code: "ERR_OUT_OF_RANGE" });
    }
    return mode;
  }

  return { validators, validFd, validMode };
}
