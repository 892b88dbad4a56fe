// A112: TIOCSTI, answerback, OSC 52, title set → refused in the kernel; raw bytes only to a raw consumer.
// No call types on behalf of another, and no output, whatever it asks of a terminal, becomes input.

import { expect, test } from "vitest";
import { syscalls } from "../../src/bridge/syscalls.js";
import { bootKernel } from "../boot.js";
import { DirectGuest } from "../bridge/direct-guest.js";
import { bootTables, ok, start, textOf, utf8 } from "../kernel/tables.js";
import { ProbeDriver } from "../probe-driver.js";
import { underOracle } from "./universal-oracle.js";

/** What makes real terminals type an answer, or do things: answerback, reports, OSC 52, titles, DECRQSS. */
const requests = [
  ...["\x05", "\x1b[c", "\x1b[>c", "\x1b[6n", "\x1b[5n", "\x1b[18t", "\x1b[21t", "\x1b]52;c;?\x07"],
  ...[
    "\x1b]52;c;cm0gLXJmIC8=\x07",
    "\x1b]0;rm -rf /\x07\x1b[21t",
    "\x1b]10;?\x07",
    "\x1bP$qm\x1b\\",
  ],
  ...["\x1b]50;?\x07", "\x1b[?1000h", "\x1bZ", "\x9bc"],
];

test("there is no call that types: TIOCSTI has no row, and WASI has no ioctl", () =>
  underOracle(() => {
    expect(Object.keys(syscalls).filter((name) => /ioctl|sti|simulate|inject/.test(name))).toEqual(
      [],
    );
    // The number of Linux's TIOCSTI is no call either.
    const tables = bootTables();
    const guest = new DirectGuest(tables, start(tables));
    guest.channel.dispatch(tables, 0x5412);
    expect(guest.outcome).toBe("ENOSYS");
  }));

test("what is printed never becomes input, and what is typed comes from the master only", () =>
  underOracle((saw) => {
    const tables = bootTables();
    const process = start(tables);
    const guest = new DirectGuest(tables, process);
    const master = guest.do("openpty", { flags: 0 });
    const slave = guest.secondResult;
    for (const request of requests) {
      guest.do("write", { fd: slave, data: utf8(request) });
      expect(guest.do("readable_bytes", { fd: slave })).toBe(0);
      guest.do("read", { fd: master, target: 1000 });
      // A raw consumer gets the bytes as they are, and nothing of the kernel's own.
      saw(guest.resultBytes);
      expect(textOf(guest.resultBytes)).toBe(textOf(utf8(request)));
    }
    // Nor does a window's title or size that a guest sets come back as input.
    guest.do("set_window_size", { fd: slave, size: utf8("rm -rf/\n") });
    expect(guest.do("readable_bytes", { fd: slave })).toBe(0);
    ok(process.fds.close(master));
  }));

test("a program of another session can't type into a terminal by opening it", () =>
  underOracle(() => {
    const tables = bootTables();
    const victim = new DirectGuest(tables, start(tables));
    victim.do("openpty", { flags: 0 });
    const attacker = new DirectGuest(tables, start(tables));
    const path = utf8("/dev/pts/0");
    const fd = attacker.do("open", { directory: -100, path, flags: 0o402, mode: 0, minimum: 0 });
    attacker.do("write", { fd, data: utf8("rm -rf /\n") });
    expect(victim.do("readable_bytes", { fd: 1 })).toBe(0);
    expect(attacker.try("tcsetpgrp", { fd, pgid: 2 })).toBe("ENOTTY");
    expect(attacker.try("set_controlling_terminal", { fd })).toBe("ok");
    // Its own terminal now, of which the victim's session knows nothing: the victim had not taken it.
    expect(victim.try("set_controlling_terminal", { fd: 1 })).toBe("EPERM");
  }));

test("openShell hands output over untouched and types nothing by itself", () =>
  underOracle(async (saw) => {
    const driver = new ProbeDriver("program");
    const kernel = await bootKernel([driver]);
    const shell = kernel.openShell({ command: "program" });
    const { ki, pid, exit } = driver.adopt(shell.pid);
    const chunks: Uint8Array[] = [];
    shell.onData = (data) => void chunks.push(data);
    const typed = ki.fdRead(pid, 0, 100);
    for (const request of requests) ki.fdWrite(pid, 1, utf8(request));
    expect(Buffer.concat(chunks).toString()).toBe(requests.join(""));
    saw(Buffer.concat(chunks));
    exit(0);
    await expect(typed).rejects.toMatchObject({ code: "ESRCH" });
    expect(await shell.wait()).toBe(0);
  }));
