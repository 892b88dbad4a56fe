/** Clocks and the calendar. Guests live in UTC: nothing of the host's place shows. */
import { WASI } from "../errno-map.js";
import type { Machine } from "../machine.js";

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
const CLOCK_MAX = 3;
const MS_PER_SECOND = 1000;
const US_PER_MS = 1000;
const NS_PER_MS = 1_000_000;
/** What the clocks are fine enough for. */
const RESOLUTION_NS = 1000n;
const MS_PER_DAY = 86_400_000;
/** The furthest moment that a `Date` can hold. */
const SECONDS_MAX = 8_640_000_000_000n;

export function timeImports(machine: Machine) {
  const { now } = machine.hooks;
  const putCalendar = (seconds: bigint, target: number): void => {
    const within =
      seconds > SECONDS_MAX ? SECONDS_MAX : seconds < -SECONDS_MAX ? -SECONDS_MAX : seconds;
    const date = new Date(Number(within) * 1000);
    const { memory } = machine;
    const yearStart = Date.UTC(date.getUTCFullYear(), 0, 1);
    const fields = [
      date.getUTCSeconds(),
      date.getUTCMinutes(),
      date.getUTCHours(),
      date.getUTCDate(),
      date.getUTCMonth(),
      date.getUTCFullYear() - 1900,
      date.getUTCDay(),
      Math.floor((date.getTime() - yearStart) / MS_PER_DAY),
      0,
      0,
    ];
    for (const [index, field] of fields.entries()) memory.setU32(target + index * 4, field);
  };

  /** The moment of a `struct tm`, whose fields are put in order. */
  const readCalendar = (pointer: number): bigint => {
    const field = (index: number) => machine.memory.i32(pointer + index * 4);
    // Two-digit years are years, not 1900 and some.
    const date = new Date(0);
    date.setUTCFullYear(field(5) + 1900, field(4), field(3));
    date.setUTCHours(field(2), field(1), field(0));
    if (Number.isNaN(date.getTime())) return -1n;
    const seconds = BigInt(date.getTime() / 1000);
    putCalendar(seconds, pointer);
    return seconds;
  };

  let lastCpuMs = 0;
  /** The CPU time of the process. Where the kernel can't tell it, what the program has lived. */
  const cpuMs = (): number => {
    let usedMs = 0;
    if (machine.call("resource_usage", { who: 0 }) === 0) {
      // User's time, then the system's: seconds and microseconds.
      const words = [0, 8, 16, 24].map((at) => Number(machine.structure.getBigInt64(at, true)));
      const [userS = 0, userUs = 0, systemS = 0, systemUs = 0] = words;
      usedMs = (userS + systemS) * MS_PER_SECOND + (userUs + systemUs) / US_PER_MS;
    }
    lastCpuMs = Math.max(lastCpuMs, usedMs || now() - machine.startMs);
    return lastCpuMs;
  };

  const readClock = (clock: number): number => {
    if (clock === CLOCK_REALTIME) return machine.originMs + now();
    return clock === CLOCK_MONOTONIC ? now() : cpuMs();
  };

  return {
    emscripten_date_now: (): number => Date.now(),
    emscripten_get_now: (): number => now(),
    clock_time_get(clock: number, _precision: bigint, target: number): number {
      if (clock < 0 || clock > CLOCK_MAX) return WASI.EINVAL;
      const ms = readClock(clock);
      const whole = Math.floor(ms);
      const ns = BigInt(whole) * BigInt(NS_PER_MS) + BigInt(Math.round((ms - whole) * NS_PER_MS));
      machine.memory.setI64(target, ns);
      return 0;
    },
    clock_res_get(clock: number, target: number): number {
      if (clock < 0 || clock > CLOCK_MAX) return WASI.EINVAL;
      machine.memory.setI64(target, RESOLUTION_NS);
      return 0;
    },
    _gmtime_js: putCalendar,
    _localtime_js: putCalendar,
    _timegm_js: readCalendar,
    _mktime_js: readCalendar,
    _tzset_js(timezone: number, daylight: number, standardName: number, summerName: number): void {
      const utc = new Uint8Array([0x55, 0x54, 0x43]);
      machine.memory.setU32(timezone, 0);
      machine.memory.setU32(daylight, 0);
      machine.memory.setString(standardName, utc, utc.length + 1);
      machine.memory.setString(summerName, utc, utc.length + 1);
    },
    /** setitimer(ITIMER_REAL): the timer of the process; CPU time is not known. */
    _setitimer_js(which: number, timeoutMs: number): number {
      if (which !== 0) return 0;
      const firstUs = Math.max(0, Math.round(timeoutMs * 1000));
      return machine.call("set_timer", { timer: 0, firstUs, intervalUs: 0 });
    },
  };
}
