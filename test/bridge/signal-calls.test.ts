// Masks, pending sets, dispositions, taking and waiting, as signal(7) and its pages say it.

import { describe, expect, test } from "vitest";
import {
  SIGCHLD,
  SIGINT,
  SIGKILL,
  SIGRTMIN,
  SIGSTOP,
  SIGTERM,
  SIGUSR1,
  SIGUSR2,
} from "../../src/kernel/signals.js";
import { exitStatus } from "../../src/kernel/wait-status.js";
import { turn } from "../kernel/drivers.js";
import { bootTables, start } from "../kernel/tables.js";
import { DirectGuest } from "./direct-guest.js";

const BLOCK = 0;
const UNBLOCK = 1;
const SET = 2;
const [INTERRUPTS, NOCLDWAIT, RESETHAND, NODEFER] = [1, 4, 8, 16];

const bit = (...signals: number[]) => signals.reduce((set, signal) => set | (1 << (signal - 1)), 0);

function boot() {
  const tables = bootTables();
  const process = start(tables);
  const guest = new DirectGuest(tables, process);
  const send = (signal: number) => tables.processes.deliver(process, signal);
  const mask = (how: number, low: number, high = 0) => guest.do("signal_mask", { how, low, high });
  const action = (signal: number, disposition: number, flags = 0, maskLow = 0) =>
    guest.try("signal_action", { signal, disposition, flags, maskLow, maskHigh: 0 });
  const caught = (...signals: number[]) => {
    for (const signal of signals) action(signal, 2);
  };
  return { tables, process, guest, send, mask, action, caught };
}

/** The words of the signal that the last call has answered; null: none. */
function taken({ resultBytes }: DirectGuest) {
  if (resultBytes.length === 0) return null;
  const words = new Int32Array(resultBytes.slice().buffer);
  const [signal, code, pid, uid, status, , low, high, maskLow] = words;
  return { signal, code, pid, uid, status, value: [low, high], maskLow };
}

function take(guest: DirectGuest) {
  guest.do("take_signal", {});
  return taken(guest);
}

describe("the mask", () => {
  test("block, unblock and set; the old one is answered; an unknown how is EINVAL", () => {
    const { guest, mask } = boot();
    expect(mask(BLOCK, bit(SIGINT))).toBe(0);
    expect(mask(BLOCK, bit(SIGTERM), 1)).toBe(bit(SIGINT));
    expect(mask(UNBLOCK, bit(SIGINT))).toBe(bit(SIGINT, SIGTERM));
    expect(mask(SET, bit(SIGUSR1))).toBe(bit(SIGTERM));
    expect(guest.secondResult).toBe(1);
    expect(guest.try("signal_mask", { how: 3, low: 0, high: 0 })).toBe("EINVAL");
    expect(mask(BLOCK, 0)).toBe(bit(SIGUSR1));
  });

  test("never holds SIGKILL and SIGSTOP", () => {
    const { mask } = boot();
    mask(SET, -1, -1);
    expect(mask(BLOCK, 0)).toBe(~bit(SIGKILL, SIGSTOP));
  });

  test("keeps a signal until it is unblocked, and then it acts", async () => {
    const { process, guest, send, mask } = boot();
    mask(BLOCK, bit(SIGTERM, SIGINT));
    send(SIGTERM);
    send(SIGTERM);
    expect(guest.do("pending_signals", {})).toBe(bit(SIGTERM));
    expect(process.isRunning).toBe(true);
    guest.post("signal_mask", { how: UNBLOCK, low: bit(SIGTERM), high: 0 });
    await turn();
    expect(process.waitStatus).toBe(SIGTERM);
  });

  test("keeps what is ignored by default or by the program, until it is ignored anew", () => {
    const { guest, send, mask, action } = boot();
    mask(BLOCK, bit(SIGCHLD, SIGUSR1));
    action(SIGUSR1, 1);
    send(SIGCHLD);
    send(SIGUSR1);
    expect(guest.do("pending_signals", {})).toBe(bit(SIGCHLD, SIGUSR1));
    action(SIGUSR1, 1);
    action(SIGCHLD, 0);
    expect(guest.do("pending_signals", {})).toBe(0);
  });
});

describe("pending signals", () => {
  test("standard signals merge, real-time signals queue up in order with their values", () => {
    const { process, guest, caught } = boot();
    const signal = SIGRTMIN + 1;
    caught(SIGUSR1, signal);
    for (const low of [1, 2, 3]) {
      guest.do("queue_signal", { pid: process.pid, signal: SIGUSR1, low, high: 0 });
      guest.do("queue_signal", { pid: process.pid, signal, low, high: -1 });
    }
    const mask = guest.do("signal_mask", { how: BLOCK, low: 0, high: 0 });
    const all = [];
    for (let next = take(guest); next; next = take(guest)) {
      all.push([next.signal, ...next.value]);
      guest.do("signal_mask", { how: SET, low: mask, high: 0 });
    }
    expect(all).toEqual([
      [SIGUSR1, 1, 0],
      [signal, 1, -1],
      [signal, 2, -1],
      [signal, 3, -1],
    ]);
  });

  test("are bounded: sigqueue is EAGAIN, kill goes on", () => {
    const { process, guest, mask } = boot();
    mask(BLOCK, 0, -1);
    const queue = () =>
      guest.try("queue_signal", { pid: process.pid, signal: 40, low: 0, high: 0 });
    for (let count = 0; count < 1024; count++) expect(queue()).toBe("ok");
    expect(queue()).toBe("EAGAIN");
    expect(guest.try("kill", { pid: process.pid, signal: 40 })).toBe("ok");
  });

  test("are shown with each answer, but for blocked ones", () => {
    const { guest, send, mask, caught } = boot();
    caught(SIGUSR1, SIGUSR2);
    mask(BLOCK, bit(SIGUSR2));
    send(SIGUSR1);
    send(SIGUSR2);
    guest.do("getpid", {});
    expect(guest.pendingSignals).toBe(bit(SIGUSR1));
  });
});

describe("take_signal", () => {
  test("answers who sent it; nothing when there is nothing", () => {
    const { process, guest, caught } = boot();
    caught(SIGUSR1);
    expect(take(guest)).toBe(null);
    guest.do("kill", { pid: process.pid, signal: SIGUSR1 });
    expect(take(guest)).toMatchObject({ signal: SIGUSR1, code: 0, pid: process.pid, uid: 0 });
  });

  test("of SIGCHLD says which child and how it ended", () => {
    const { tables, process, guest, caught } = boot();
    caught(SIGCHLD);
    const child = start(tables, { parent: process });
    tables.processes.end(child, exitStatus(3));
    expect(take(guest)).toMatchObject({ signal: SIGCHLD, code: 1, pid: child.pid, status: 3 });
  });

  test("blocks the signal and the action's mask until the given mask is set", () => {
    const { guest, send, mask, action } = boot();
    action(SIGUSR1, 2, 0, bit(SIGUSR2));
    action(SIGUSR2, 2);
    send(SIGUSR1);
    const first = take(guest);
    send(SIGUSR1);
    send(SIGUSR2);
    expect(take(guest)).toBe(null);
    expect(mask(SET, first?.maskLow ?? -1)).toBe(bit(SIGUSR1, SIGUSR2));
    expect(take(guest)?.signal).toBe(SIGUSR1);
  });

  test("SA_NODEFER: not the signal itself", () => {
    const { guest, send, mask, action } = boot();
    action(SIGUSR1, 2, NODEFER);
    send(SIGUSR1);
    expect(take(guest)?.signal).toBe(SIGUSR1);
    expect(mask(BLOCK, 0)).toBe(0);
  });

  test("SA_RESETHAND: the next one does what it does by default", async () => {
    const { process, guest, send, action } = boot();
    action(SIGUSR1, 2, RESETHAND | NODEFER);
    send(SIGUSR1);
    expect(take(guest)?.signal).toBe(SIGUSR1);
    send(SIGUSR1);
    await turn();
    expect(process.waitStatus).toBe(SIGUSR1);
  });
});

describe("signal_action", () => {
  test.each([
    ["SIGKILL caught", SIGKILL, 2, 0],
    ["SIGSTOP ignored", SIGSTOP, 1, 0],
    ["signal 0", 0, 0, 0],
    ["signal 65", 65, 0, 0],
    ["disposition 3", SIGINT, 3, 0],
    ["an unknown flag", SIGINT, 2, 32],
  ])("%s is EINVAL", (_, signal, disposition, flags) => {
    expect(boot().action(signal, disposition, flags)).toBe("EINVAL");
  });

  test("can be asked for", () => {
    const { guest, action } = boot();
    action(SIGINT, 2, INTERRUPTS | RESETHAND, bit(SIGTERM));
    guest.do("get_signal_action", { signal: SIGINT });
    expect([...new Int32Array(guest.resultBytes.slice().buffer)]).toEqual([2, 9, bit(SIGTERM), 0]);
    guest.do("get_signal_action", { signal: SIGTERM });
    expect([...new Int32Array(guest.resultBytes.slice().buffer)]).toEqual([0, 0, 0, 0]);
    expect(guest.try("get_signal_action", { signal: 65 })).toBe("EINVAL");
  });

  test("SA_NOCLDWAIT: children leave no zombies, with SIGCHLD at its default, too", () => {
    const { tables, process, action } = boot();
    action(SIGCHLD, 0, NOCLDWAIT);
    tables.processes.end(start(tables, { parent: process }), 0);
    expect(tables.processes.size).toBe(1);
  });

  test("a pending signal whose handler is taken away does what it does by default", async () => {
    const { process, guest, send, caught } = boot();
    caught(SIGTERM);
    send(SIGTERM);
    guest.post("signal_action", {
      signal: SIGTERM,
      disposition: 0,
      flags: 0,
      maskLow: 0,
      maskHigh: 0,
    });
    await turn();
    expect(process.waitStatus).toBe(SIGTERM);
  });
});

describe("suspend", () => {
  test("waits with its mask for a caught signal, takes it, and gives the old mask back", () => {
    const { guest, send, mask, caught } = boot();
    caught(SIGUSR1, SIGUSR2);
    mask(SET, bit(SIGUSR1));
    expect(guest.try("suspend", { low: bit(SIGUSR2), high: 0 })).toBe("waits");
    send(SIGUSR2);
    expect(guest.outcome).toBe("ok");
    expect(guest.answers).toBe(3);
    send(SIGUSR1);
    expect(taken(guest)).toMatchObject({ signal: SIGUSR1, maskLow: bit(SIGUSR1) });
    expect(mask(SET, bit(SIGUSR1))).toBe(bit(SIGUSR1, SIGUSR2));
  });

  test("takes what was pending and becomes unblocked at once", () => {
    const { guest, send, mask, caught } = boot();
    caught(SIGUSR1);
    mask(SET, bit(SIGUSR1));
    send(SIGUSR1);
    expect(guest.try("suspend", { low: 0, high: 0 })).toBe("ok");
    expect(taken(guest)?.signal).toBe(SIGUSR1);
  });
});

describe("wait_signal", () => {
  test("takes a pending signal at once, waits for one otherwise", () => {
    const { guest, send, mask } = boot();
    mask(SET, bit(SIGUSR1, SIGUSR2, SIGTERM));
    send(SIGUSR1);
    const wait = () =>
      guest.try("wait_signal", { low: bit(SIGUSR1, SIGUSR2), high: 0, timeoutUs: -1 });
    expect(wait()).toBe("ok");
    expect(taken(guest)?.signal).toBe(SIGUSR1);
    expect(wait()).toBe("waits");
    send(SIGTERM);
    expect(guest.answers).toBe(2);
    send(SIGUSR2);
    expect(taken(guest)?.signal).toBe(SIGUSR2);
  });

  test("with time 0 it does not wait: EAGAIN; another caught signal is EINTR", () => {
    const { guest, send, mask, caught } = boot();
    mask(SET, bit(SIGUSR1));
    caught(SIGINT);
    const wait = (timeoutUs: number) =>
      guest.try("wait_signal", { low: bit(SIGUSR1), high: 0, timeoutUs });
    expect(wait(0)).toBe("EAGAIN");
    expect(wait(-1)).toBe("waits");
    send(SIGINT);
    expect(guest.outcome).toBe("EINTR");
  });
});

describe("a caught signal while the program computes", () => {
  test("cuts the call short that would wait next, once", () => {
    const { guest, send, action } = boot();
    action(SIGINT, 2, INTERRUPTS);
    guest.do("pipe", { flags: 0 });
    send(SIGINT);
    expect(guest.try("read", { fd: 0, target: 1 })).toBe("EINTR");
    expect(guest.try("read", { fd: 0, target: 1 })).toBe("waits");
  });

  test("does not with SA_RESTART, but for calls that are never restarted", () => {
    const { guest, send, action } = boot();
    action(SIGINT, 2);
    guest.do("pipe", { flags: 0 });
    send(SIGINT);
    expect(guest.try("poll", { entries: new Uint8Array(0), timeoutUs: -1 })).toBe("EINTR");
    send(SIGINT);
    expect(guest.try("read", { fd: 0, target: 1 })).toBe("waits");
  });
});

test("queue_signal refuses what kill refuses, and groups", () => {
  const { tables, process, guest } = boot();
  const stranger = start(tables);
  const queue = (pid: number, signal: number) =>
    guest.try("queue_signal", { pid, signal, low: 0, high: 0 });
  expect([queue(process.pid, 65), queue(4711, 0), queue(-process.pid, 0)]).toEqual([
    "EINVAL",
    "ESRCH",
    "ESRCH",
  ]);
  expect([queue(stranger.pid, SIGTERM), queue(1, SIGTERM)]).toEqual(["EPERM", "ESRCH"]);
});
