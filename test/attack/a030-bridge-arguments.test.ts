// A030: unknown syscall numbers → ENOSYS. A031: lengths and offsets at the edge of the world → an error, and
// nothing allocated. A035: somebody else's pid, descriptor or process in an argument → identity is the channel's.
// A037: a payload larger than the channel → an error or a short count, and bounded memory. A040: the memory of a
// channel can be neither detached nor resized.

import { expect, test } from "vitest";
import { SharedMemoryChannel } from "../../src/bridge/shared-memory-channel.js";
import { type SyscallRow, syscalls } from "../../src/bridge/syscalls.js";
import { HEADER_BYTES, PAYLOAD_BYTES, word } from "../../src/bridge/wire.js";
import { O_CREAT, O_RDWR } from "../../src/kernel/constants.js";
import { openPipe } from "../../src/kernel/descriptor-pair.js";
import { errno } from "../../src/kernel/errno.js";
import { SIGKILL, SIGSYS } from "../../src/kernel/signals.js";
import { signalStatus } from "../../src/kernel/wait-status.js";
import { MemoryChannel } from "../bridge/direct-guest.js";
import { SocketGuest } from "../bridge/socket-guest.js";
import { bootTables, ok, openIn, start, utf8 } from "../kernel/tables.js";
import { Attacker } from "./guest.js";
import { underOracle } from "./universal-oracle.js";

const known = new Set<number>(Object.values(syscalls).map(({ number }) => number));

test("A030: unknown numbers are ENOSYS, whatever they are", () =>
  underOracle(() => {
    const tables = bootTables();
    const channel = new MemoryChannel(start(tables));
    const numbers = [0, -1, -(2 ** 31), 2 ** 31 - 1, 2 ** 32 - 1, Number.NaN, 4096];
    for (let number = 0; number < 1000; number++) numbers.push(number);
    for (const number of numbers) {
      if (known.has(number)) continue;
      channel.dispatch(tables, number);
      expect(channel.replies.at(-1)).toMatchObject({ errno: errno.ENOSYS.number });
    }
    expect(channel.process?.isRunning).toBe(true);
  }));

test("A031: every row with every length and offset at the edge answers an error or nothing of note", () =>
  underOracle(() => {
    const edges = [2 ** 31 - 1, -(2 ** 31), -1, PAYLOAD_BYTES, PAYLOAD_BYTES + 1, 2 ** 30, 0];
    const memory = process.memoryUsage().arrayBuffers;
    for (const [name, row] of Object.entries(syscalls) as [string, SyscallRow][]) {
      if (name === "exit" || name === "kill") continue;
      for (const edge of edges) {
        const tables = bootTables();
        const caller = start(tables);
        ok(openPipe(tables, caller, false));
        openIn(tables, caller, "/tmp/f", O_CREAT | O_RDWR);
        const channel = new MemoryChannel(caller);
        channel.dispatch(tables, row.number, Array(6).fill(edge));
        const reply = channel.replies.at(-1);
        expect(reply?.payloadLength ?? 0).toBeLessThanOrEqual(PAYLOAD_BYTES);
        expect(caller.waitStatus).not.toBe(signalStatus(SIGSYS));
        for (const process of [...tables.processes.all()]) tables.processes.end(process, 0);
      }
    }
    // Every channel is gone with its memory, or will be: no length was ever taken at its word.
    expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(2 ** 30);
  }));

test("A031: offsets beyond 2^53 are EINVAL, a file never larger than its limit", () =>
  underOracle(() => {
    const tables = bootTables();
    const { guest, open } = attackerWith(tables);
    const fd = open("/tmp/f");
    for (const position of [2 ** 53, 2 ** 62, -(2 ** 60)]) {
      expect(guest.try("pwrite", { fd, position, data: utf8("x") })).toBe("EINVAL");
    }
    expect(guest.try("pwrite", { fd, position: 2 ** 53 - 1, data: utf8("x") })).toBe("EFBIG");
    expect(guest.try("ftruncate", { fd, size: 2 ** 52 })).toBe("EFBIG");
    expect(guest.try("seek", { fd, offset: 2 ** 53 - 1, whence: 0 })).toBe("ok");
    expect(guest.try("seek", { fd, offset: 2 ** 53 - 1, whence: 1 })).toBe("EOVERFLOW");
    expect(guest.try("write", { fd, data: utf8("x") })).toBe("EFBIG");
  }));

test("A035: no argument makes a guest somebody else", () =>
  underOracle(() => {
    const tables = bootTables();
    const victim = start(tables);
    ok(openPipe(tables, victim, false));
    const { guest, process } = attackerWith(tables);
    // Descriptors are one's own, whatever numbers others have.
    expect(guest.try("read", { fd: 0, target: 1 })).toBe("EBADF");
    expect(guest.try("dup", { fd: 1, minimum: 0, flags: 0 })).toBe("EBADF");
    expect(guest.try("setpgid", { pid: victim.pid, pgid: process.pid })).toBe("ESRCH");
    expect(guest.try("waitpid", { pid: victim.pid, options: 1 })).toBe("ECHILD");
    guest.do("getpid", {});
    expect(guest.result).toBe(process.pid);
    expect(victim.isRunning).toBe(true);
  }));

test("A037: a payload beyond the channel is refused, and the kernel's memory does not grow with it", () =>
  underOracle(() => {
    const tables = bootTables();
    const { guest, open } = attackerWith(tables);
    const fd = open("/tmp/f");
    const huge = new Uint8Array(100_000_000);
    expect(guest.try("write", { fd, data: huge })).toBe("EFAULT");
    expect(guest.try("pwrite", { fd, position: 0, data: huge })).toBe("EFAULT");
    expect(guest.do("fstat", { fd })).toBe(96);
    expect(ok(tables.vfs.stat(tables.userActor, "/", "/tmp/f")).size).toBe(0);

    const sender = start(tables);
    const overSocket = new SocketGuest(tables, sender);
    const header = new Int32Array(HEADER_BYTES / 4);
    header[word.number] = syscalls.write.number;
    header[word.payloadLength] = huge.length;
    overSocket.send(new Uint8Array(header.buffer));
    expect(overSocket.events).toContain("violation");
    tables.processes.deliver(sender, SIGKILL);
  }));

test("A040: a channel's memory can't be taken away or resized during a call", () =>
  underOracle(() => {
    const none = () => {};
    const listener = { onCall: none, onPosted: none, onMore: none, onViolation: none };
    const { buffer } = new SharedMemoryChannel(listener);
    const resizable = buffer as unknown as { grow?: (bytes: number) => void };
    expect(() => resizable.grow?.(2 ** 20) ?? fail()).toThrow();
    expect(() => structuredClone(buffer, { transfer: [buffer as never] })).toThrow();
    expect(buffer.byteLength).toBeGreaterThan(PAYLOAD_BYTES);
  }));

function fail(): never {
  throw new Error("SharedArrayBuffer cannot grow here");
}

function attackerWith(tables: ReturnType<typeof bootTables>) {
  const attacker = new Attacker(tables);
  const open = (path: string): number => {
    const fd = attacker.open(path, O_CREAT | O_RDWR);
    if (typeof fd === "string") throw new Error(fd);
    return fd;
  };
  return { ...attacker, guest: attacker.guest, process: attacker.process, open };
}
