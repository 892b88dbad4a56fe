// A111: SIGSTOP to the shell, SIGTTIN and SIGTTOU, orphaned groups, zombies, waiting twice → POSIX, and a
// kernel that goes on. A085: stopped jobs and deadlocked waits do not hold up `dispose`. A086: E2BIG.

import { expect, test } from "vitest";
import { WNOHANG, WUNTRACED } from "../../src/kernel/constants.js";
import { createKernel } from "../../src/kernel/kernel.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { SIGCONT, SIGKILL, SIGSTOP, SIGTTIN, SIGTTOU } from "../../src/kernel/signals.js";
import { Puppets } from "../kernel/drivers.js";
import { bootTables, codeOf, start, tryStart } from "../kernel/tables.js";
import { Attacker } from "./guest.js";
import { underOracle } from "./universal-oracle.js";

test("a stopped shell: its parent is told, others go on, SIGKILL ends it", () =>
  underOracle(() => {
    const tables = bootTables();
    const host = new Attacker(tables);
    const shell = new Attacker(tables, { parent: host.process, newGroup: true });
    const job = new Attacker(tables, { parent: shell.process, newGroup: true });
    shell.guest.post("waitpid", { pid: -1, options: WUNTRACED });
    host.guest.do("kill", { pid: shell.process.pid, signal: SIGSTOP });
    expect(host.guest.do("waitpid", { pid: -1, options: WUNTRACED })).toBe(shell.process.pid);
    expect(job.guest.try("getpid", {})).toBe("ok");
    job.guest.post("exit", { code: 0 });
    expect(shell.guest.answers).toBe(0);
    host.guest.do("kill", { pid: shell.process.pid, signal: SIGKILL });
    expect(host.guest.do("waitpid", { pid: -1, options: 0 })).toBe(shell.process.pid);
    expect(tables.processes.size).toBe(1);
  }));

test("processes that stop themselves over and over hold nobody up", () =>
  underOracle(() => {
    const tables = bootTables();
    const parent = new Attacker(tables);
    const child = new Attacker(tables, { parent: parent.process, newGroup: true });
    const { pid } = child.process;
    for (const signal of [SIGTTIN, SIGTTOU, SIGSTOP]) {
      for (let round = 0; round < 100; round++) {
        expect(child.guest.try("kill", { pid: 0, signal })).toBe("waits");
        parent.guest.do("kill", { pid, signal: SIGCONT });
        expect(child.guest.outcome).toBe("ok");
      }
    }
    expect([child.process.gate.size, child.process.parked.size]).toEqual([0, 0]);
  }));

test("a group that everybody has left: no stop is for ever", () =>
  underOracle(() => {
    const tables = bootTables();
    const leader = start(tables);
    let parent = start(tables, { parent: leader, newGroup: true });
    const stopped = [];
    for (let depth = 0; depth < 20; depth++) {
      const child = start(tables, { parent, newGroup: true });
      tables.processes.deliver(child, SIGSTOP);
      stopped.push(child);
      parent = child;
    }
    for (const process of [leader, ...stopped.slice(0, -1)]) {
      tables.processes.deliver(process, SIGKILL);
    }
    const last = stopped.at(-1);
    expect(last?.isStopped).toBe(false);
  }));

test("zombies count against the limit, and go with their parent", () =>
  underOracle(() => {
    const tables = bootTables({ processes: 20 });
    const attacker = new Attacker(tables);
    const parent = attacker.process;
    for (let count = 0; count < 19; count++) tables.processes.end(start(tables, { parent }), 0);
    expect(codeOf(tryStart(tables, { parent }) as never)).toBe("EAGAIN");
    attacker.guest.post("exit", { code: 0 });
    expect(tables.processes.size).toBe(0);
  }));

test("a status is told once, whoever waits how often", () =>
  underOracle(() => {
    const tables = bootTables();
    const attacker = new Attacker(tables);
    const { pid } = start(tables, { parent: attacker.process });
    tables.processes.deliver(attacker.process, SIGCONT);
    attacker.guest.post("waitpid", { pid, options: 0 });
    attacker.guest.post("waitpid", { pid: -1, options: 0 });
    const child = tables.processes.get(pid);
    if ("isRunning" in child) tables.processes.end(child, 0);
    const outcomes = attacker.guest.channel.replies.map((reply) => reply.errno);
    // The first is answered; the second finds no child any more: ECHILD.
    expect(outcomes).toEqual([0, 10]);
    expect(attacker.guest.try("waitpid", { pid, options: WNOHANG })).toBe("ECHILD");
  }));

test("A085: a kernel with stopped jobs and deadlocked waits is gone without SIGKILL", () =>
  underOracle(async () => {
    const puppets = new Puppets();
    const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
    await kernel.mount(puppets);
    const shells = Array.from({ length: 5 }, () => kernel.spawn("puppet", []));
    for (const { pid } of shells) {
      const { readFd } = puppets.ki.pipe(pid);
      puppets.ki.fdRead(pid, readFd, 1).catch(() => {});
      const job = puppets.ki.spawn("puppet", [], { ppid: pid });
      puppets.ki.waitpid(job.pid).catch(() => {});
      job.kill(SIGSTOP);
    }
    shells[0]?.kill(SIGSTOP);
    await kernel.dispose();
    expect(puppets.all.flatMap(({ calls }) => calls)).toEqual(Array(10).fill("kill 15"));
  }));

test("A086: 10 MB of arguments and environment is E2BIG", () =>
  underOracle(() => {
    const tables = bootTables();
    const huge = "x".repeat(10_000_000);
    expect(codeOf(tryStart(tables, { args: [huge] }) as never)).toBe("E2BIG");
    expect(codeOf(tryStart(tables, { env: { HUGE: huge } }) as never)).toBe("E2BIG");
    expect(codeOf(tryStart(tables, { args: Array(100_000).fill("xx") }) as never)).toBe("E2BIG");
    expect(tables.processes.size).toBe(0);
  }));
