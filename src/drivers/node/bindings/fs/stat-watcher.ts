/** `fs.watchFile`: a stat every interval. */
import type { Guest } from "../../guest/guest.js";
import type { HandleClass } from "../../guest/handle.js";
import type { FileStat } from "../../guest/kernel-calls.js";
import { fillStat, STAT_FIELDS } from "./stats.js";

type StatWatcherClass = new (isBigint: boolean) => object;

export function statWatcherClass(guest: Guest, HandleWrap: HandleClass): StatWatcherClass {
  interface Timers {
    setInterval(callback: () => void, ms: number): { ref(): void; unref(): void };
    clearInterval(timer: unknown): void;
  }

  return class StatWatcher extends HandleWrap {
    onchange: unknown;
    readonly #stats: Float64Array | BigInt64Array;
    #timer: ReturnType<Timers["setInterval"]> | null = null;

    constructor(isBigint: boolean) {
      super("STATWATCHER");
      this.#stats = isBigint
        ? new BigInt64Array(STAT_FIELDS * 2)
        : new Float64Array(STAT_FIELDS * 2);
    }

    start(path: string, intervalMs: number): number {
      const { setInterval } = guest.require("timers") as Timers;
      let last = kernelStat(path);
      this.#timer = setInterval(() => {
        const now = kernelStat(path);
        if (isSame(last, now)) return;
        this.#report(now, last);
        last = now;
      }, intervalMs);
      if (!this.isHandleReferenced) this.#timer.unref();
      // libuv tells at once of a file that is not there.
      if (typeof last === "number") guest.loop.enqueue(() => this.#report(last, last));
      return 0;
    }

    override ref(): void {
      super.ref();
      this.#timer?.ref();
    }

    override unref(): void {
      super.unref();
      this.#timer?.unref();
    }

    override onHandleClose(): void {
      if (this.#timer) (guest.require("timers") as Timers).clearInterval(this.#timer);
    }

    #report(now: FileStat | number, before: FileStat | number): void {
      if (this.isHandleClosed) return;
      for (const [index, stat] of [now, before].entries()) {
        const part = this.#stats.subarray(index * STAT_FIELDS, (index + 1) * STAT_FIELDS);
        if (typeof stat === "number") part.fill((part instanceof BigInt64Array ? 0n : 0) as never);
        else fillStat(part, stat);
      }
      const status = typeof now === "number" ? now : 0;
      guest.callback(this, this.onchange, [status, this.#stats]);
    }
  };

  function kernelStat(path: string): FileStat | number {
    return guest.kernel.stat(path, 0);
  }

  function isSame(a: FileStat | number, b: FileStat | number): boolean {
    if (typeof a === "number" || typeof b === "number") return a === b;
    return (
      a.mtimeNs === b.mtimeNs &&
      a.ctimeNs === b.ctimeNs &&
      a.size === b.size &&
      a.ino === b.ino &&
      a.mode === b.mode &&
      a.nlink === b.nlink
    );
  }
}
