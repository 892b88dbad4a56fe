// Processes that start, stop, signal, wait for and kill each other at random: the tables stay sound, and
// nothing is left at the end. Seeded; the seed is in the test's name.

import { describe, expect, test } from "vitest";
import { WCONTINUED, WNOHANG, WUNTRACED } from "../../src/kernel/constants.js";
import type { Process } from "../../src/kernel/process.js";
import type { DriverProcess } from "../../src/kernel/runtime-driver.js";
import {
  SIGCHLD,
  SIGCONT,
  SIGKILL,
  SIGSTOP,
  SIGTERM,
  SIGTSTP,
  SIGUSR1,
} from "../../src/kernel/signals.js";
import { DirectGuest } from "../bridge/direct-guest.js";
import { driverOf, idleProcess } from "../driver-process.js";
import { Random } from "../random.js";
import { brokenInvariants } from "./invariants.js";
import { bootTables, start, utf8 } from "./tables.js";

function mortal(): DriverProcess {
  const { process } = idleProcess();
  process.kill = (signal) => process.onExit?.(128 + signal);
  return process;
}

const sent = [SIGSTOP, SIGTSTP, SIGCONT, SIGCONT, SIGUSR1, SIGCHLD, SIGTERM, SIGKILL, 40] as const;
const none = new Uint8Array(0);
const program = { path: utf8("mortal"), argv: utf8("mortal\0"), env: none, actions: none };

describe("a storm of processes", () => {
  test.each([1, 2, 3, 4, 5])("seed %d", (seed) => {
    const random = new Random(seed);
    const tables = bootTables({ processes: 40 });
    tables.commands.register(driverOf("mortal", mortal));
    const guests = new Map<Process, DirectGuest>();
    const first = start(tables, { command: "mortal" });
    guests.set(first, new DirectGuest(tables, first));
    const busy = new Map<DirectGuest, number>();
    for (let step = 0; step < 4000; step++) {
      for (const process of tables.processes.all()) {
        if (!guests.has(process)) guests.set(process, new DirectGuest(tables, process));
      }
      const [one, ...others] = [...guests].filter(([process]) => process.isRunning);
      if (!one) {
        const next = start(tables, { command: "mortal" });
        guests.set(next, new DirectGuest(tables, next));
        continue;
      }
      const [process, guest] = random.pick([one, ...others]);
      // One call at a time: who waits for an answer makes no other.
      if (busy.get(guest) === guest.answers) continue;
      const other = random.pick([one, ...others])[0];
      busy.set(guest, guest.answers);
      const signal = random.pick(sent);
      const flags = random.below(2);
      random.pick([
        () => guest.post("spawn", { ...program, flags, attributes: none }),
        () => guest.post("spawn", { ...program, flags, attributes: none }),
        () => guest.post("kill", { pid: other.pid, signal }),
        () => guest.post("kill", { pid: -other.pgid, signal }),
        () => guest.post("waitpid", { pid: -1, options: random.below(2) ? 0 : WNOHANG }),
        () => guest.post("waitpid", { pid: -1, options: WNOHANG | WUNTRACED | WCONTINUED }),
        () => guest.post("signal_mask", { how: random.below(3), low: 1 << 9, high: 0 }),
        () =>
          guest.post("signal_action", {
            signal: SIGUSR1,
            disposition: random.below(3),
            flags: random.below(32),
            maskLow: 0,
            maskHigh: 0,
          }),
        () => guest.post("take_signal", {}),
        () => guest.post("pipe", { flags: 0 }),
        () => guest.post("read", { fd: 0, target: 1 }),
        () => guest.post("write", { fd: 1, data: utf8("x") }),
        () => guest.post("setpgid", { pid: 0, pgid: random.below(2) ? other.pgid : 0 }),
        () => guest.post("set_timer", { timer: 0, firstUs: 60_000_000, intervalUs: 0 }),
        () => process.depth > 0 && guest.post("exit", { code: step & 0xff }),
      ])();
      if (step % 50 === 0) expect(brokenInvariants(tables)).toEqual([]);
    }
    for (const process of [...tables.processes.all()]) tables.processes.deliver(process, SIGKILL);
    expect(brokenInvariants(tables)).toEqual([]);
    expect([tables.processes.size, tables.pipes.size, tables.timers.dump()]).toEqual([0, 0, []]);
    for (const process of guests.keys())
      expect([process.parked.size, process.gate.size]).toEqual([0, 0]);
  });
});
