// A113: a line of 1 MB, termios races, hangup while reading, a storm of resizes → POSIX, bounded.

import { expect, test } from "vitest";
import { SIGWINCH } from "../../src/kernel/signals.js";
import { defaultTermios } from "../../src/kernel/termios.js";
import { encodeTermios } from "../../src/kernel/termios-structure.js";
import { bootKernel } from "../boot.js";
import { DirectGuest } from "../bridge/direct-guest.js";
import { bootTables, ok, start, utf8 } from "../kernel/tables.js";
import { ProbeDriver } from "../probe-driver.js";
import { Random } from "../random.js";
import { underOracle } from "./universal-oracle.js";

const MiB = 1024 * 1024;

/** A guest with a terminal on 0 (master) and 1 (slave), its own. */
function boot() {
  const tables = bootTables();
  const process = start(tables);
  const guest = new DirectGuest(tables, process);
  guest.do("openpty", { flags: 0 });
  guest.do("set_controlling_terminal", { fd: 1 });
  return { tables, process, guest };
}

test("a line of 1 MB: 4095 characters and its end are kept, the master never waits", () =>
  underOracle(() => {
    const { guest } = boot();
    const line = new Uint8Array(64 * 1024).fill(0x78);
    // A call takes a part of it, but it always takes some.
    for (let sent = 0; sent < MiB; ) {
      const taken = guest.do("write", { fd: 0, data: line });
      expect(taken).toBeGreaterThan(0);
      sent += taken;
    }
    guest.do("write", { fd: 0, data: utf8("\n") });
    expect(guest.do("readable_bytes", { fd: 1 })).toBe(4096);
    expect(guest.do("read", { fd: 1, target: 10_000 })).toBe(4096);
    expect(guest.resultBytes[4095]).toBe(10);
    // The echo that nobody read is bounded as well.
    expect(guest.do("readable_bytes", { fd: 0 })).toBeLessThanOrEqual(64 * 1024);
  }));

test("1 MB typed by the host, without a newline and with: bounded, and the program goes on", () =>
  underOracle(async () => {
    const driver = new ProbeDriver("program");
    const kernel = await bootKernel([driver]);
    const shell = kernel.openShell({ command: "program" });
    const { ki, pid, exit } = driver.adopt(shell.pid);
    shell.onData = () => {};
    const reading = ki.fdRead(pid, 0, 10_000);
    await shell.write(new Uint8Array(MiB).fill(0x61));
    await shell.write("\n");
    expect(await reading).toHaveLength(4096);
    // Lines that nobody reads fill the terminal; then the host's queue; then it is an error that says so.
    const lines = utf8("line\n".repeat(50_000));
    const refused = () => {
      for (let count = 0; count < 10; count++) void shell.write(lines);
    };
    expect(refused).toThrow(/ENOSPC.*queuedBytes/);
    exit(0);
    expect(await shell.wait()).toBe(0);
  }));

test("attributes that change while bytes come, are read and are waited for", () =>
  underOracle(() => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = new Random(seed);
      const { tables, process, guest } = boot();
      const reader = start(tables, { parent: process });
      reader.fds.install(1, ok(process.fds.get(1)));
      const other = new DirectGuest(tables, reader);
      for (let step = 0; step < 500; step++) {
        const termios = defaultTermios();
        const flags = Object.keys(termios).filter((name) => name !== "cc");
        for (const name of flags) Object.assign(termios, { [name]: random.below(2) === 0 });
        // A signal character would end the guests: that is not what is tried here.
        termios.isig = false;
        termios.tostop = false;
        for (const name of Object.keys(termios.cc)) {
          Object.assign(termios.cc, { [name]: random.below(256) });
        }
        termios.cc.vtime = 0;
        const attributes = encodeTermios(termios);
        guest.do("tcsetattr", { fd: 1, action: random.below(3), attributes });
        const data = Uint8Array.from({ length: random.below(300) }, () => random.below(256));
        guest.do("set_status", { fd: 0, flags: 0o4000 });
        expect(["ok", "EAGAIN"]).toContain(guest.try("write", { fd: 0, data }));
        if (reader.parked.size === 0) other.try("read", { fd: 1, target: random.below(500) });
        guest.try("read", { fd: 0, target: random.below(70_000) });
        if (random.below(10) === 0) guest.do("tcflush", { fd: 1, queue: random.below(3) });
        guest.do("tcflow", { fd: 1, action: 1 });
      }
      const [pty] = tables.terminals.dump() as Record<string, number>[];
      expect(pty?.inputBytes).toBeLessThanOrEqual(4096);
      expect(pty?.typedBytes).toBeLessThanOrEqual(65_536);
      expect(pty?.outputBytes).toBeLessThanOrEqual(65_536);
      tables.processes.end(reader, 0);
      tables.processes.end(process, 0);
      expect(tables.dump()).toMatchObject({ terminals: [], processes: [] });
    }
  }));

test("hangup while reading, writing and polling: everyone is answered, nothing is left", () =>
  underOracle(() => {
    const { tables, process, guest } = boot();
    // Room for a part of what is written below.
    for (const length of [32_000, 20_000]) {
      expect(guest.do("write", { fd: 1, data: new Uint8Array(length) })).toBe(length);
    }
    const waiting = ["read", "write", "poll", "read_until"].map((what) => {
      const child = start(tables);
      child.fds.install(1, ok(process.fds.get(1)));
      return { what, child, guest: new DirectGuest(tables, child) };
    });
    const calls = {
      read: { fd: 1, target: 10 },
      read_until: { fd: 1, delimiter: 10, target: 10 },
      write: { fd: 1, data: new Uint8Array(20_000) },
      poll: { entries: new Uint8Array(Int32Array.of(1, 1).buffer), timeoutUs: -1 },
    };
    for (const { what, guest: each } of waiting) {
      const name = what as keyof typeof calls;
      expect(each.try(name, calls[name])).toBe("waits");
    }
    process.ignoredSignals.add(1);
    guest.do("close", { fd: 0 });
    const outcomes = waiting.map(({ what, guest: each }) => [what, each.outcome]);
    expect(outcomes).toEqual([
      ["read", "EIO"],
      // What went in before is its result.
      ["write", "ok"],
      ["poll", "ok"],
      ["read_until", "EIO"],
    ]);
    for (const { child } of waiting) {
      expect(child.parked.size).toBe(0);
      tables.processes.end(child, 0);
    }
    tables.processes.end(process, 0);
    expect(tables.dump()).toMatchObject({ terminals: [], processes: [] });
  }));

test("a master that is closed by the very signal that its input raises", () =>
  underOracle(() => {
    const tables = bootTables();
    const leader = start(tables);
    const guest = new DirectGuest(tables, leader);
    guest.do("openpty", { flags: 0 });
    guest.do("set_controlling_terminal", { fd: 1 });
    // The leader holds both sides: ^C ends it in the middle of its own write.
    guest.try("write", { fd: 0, data: utf8("a\x03b\x03c\n") });
    tables.processes.end(leader, 0);
    expect(tables.dump()).toMatchObject({ terminals: [], processes: [] });
  }));

test("a storm of resizes: the last one counts, one signal waits", () =>
  underOracle(() => {
    const { process, guest } = boot();
    process.caughtSignals.set(SIGWINCH, { interrupts: false });
    for (let size = 1; size <= 20_000; size++) {
      const bytes = new Uint8Array(Uint16Array.of(size, 65_535 - size, 0, 0).buffer);
      guest.do("set_window_size", { fd: 1, size: bytes });
    }
    expect([...process.pendingSignals.set]).toEqual([SIGWINCH]);
    guest.do("get_window_size", { fd: 1 });
    expect([...new Uint16Array(guest.resultBytes.slice().buffer)]).toEqual([20_000, 45_535, 0, 0]);
  }));

test("terminals by the hundred are ENOSPC at the limit, and all go with their process", () =>
  underOracle(() => {
    const tables = bootTables();
    const process = start(tables);
    const guest = new DirectGuest(tables, process);
    const outcomes = Array.from({ length: 100 }, () => guest.try("openpty", { flags: 0 }));
    expect(outcomes.filter((outcome) => outcome === "ok")).toHaveLength(tables.limits.terminals);
    expect(outcomes.at(-1)).toBe("ENOSPC");
    tables.processes.end(process, 0);
    expect(tables.terminals.size).toBe(0);
  }));
