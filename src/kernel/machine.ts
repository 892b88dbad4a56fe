/**
 * The machine that guests believe to run on: its name, kernel version, processors, memory and clock.
 * Every value is made up here; none is the host's.
 */
import type { Limits } from "./limits.js";

export class Machine {
  readonly hostname = "sandbox";
  readonly ostype = "Linux";
  readonly osrelease = "6.1.0";
  readonly version = "#1 SMP secure-exec";
  /** One process at a time is inside the kernel, so one processor is what a guest should plan for. */
  readonly cpus = 1;
  /** Files are kept in memory: the quota of files is the memory that can be used up. */
  readonly memoryBytes: number;
  readonly bootId = randomUuid();
  readonly #bootedAtMs = performance.now();
  /** Wall-clock time of the boot, in seconds since 1970. */
  readonly bootTimeS = Math.floor(Date.now() / 1000);

  constructor(limits: Limits) {
    this.memoryBytes = limits.fileSystemBytes;
  }

  /** How long after the boot `atMs` (of `performance.now()`) is, in seconds; now by default. */
  uptimeS(atMs = performance.now()): number {
    return Math.max(0, atMs - this.#bootedAtMs) / 1000;
  }
}

/** A random UUID, version 4 (RFC 9562). `crypto.randomUUID` is missing in insecure browser pages. */
export function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map((at) => hex.slice(...at))
    .join("-");
}
