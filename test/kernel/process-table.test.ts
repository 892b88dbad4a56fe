import { describe, expect, test } from "vitest";
import { WNOHANG } from "../../src/kernel/constants.js";
import { openPipe } from "../../src/kernel/descriptor-pair.js";
import { Errno } from "../../src/kernel/errno.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import type { Process } from "../../src/kernel/process.js";
import { SIGCHLD, SIGKILL, SIGTERM, SIGWINCH } from "../../src/kernel/signals.js";
import { Blocked } from "../../src/kernel/wait.js";
import { type ChildStatus, waitForChild } from "../../src/kernel/wait-for-child.js";
import { exitCodeOf, exitStatus, signalStatus } from "../../src/kernel/wait-status.js";
import { driverOf, idleProcess } from "../driver-process.js";
import { blocked, bootTables, codeOf, ok, start, tryStart } from "./tables.js";

/** The pids in the table, dead ones marked. */
function pids(tables: KernelTables): string[] {
  return tables.processes
    .dump()
    .map(({ pid, status }) => (status === "running" ? `${pid}` : `${pid} zombie`));
}

/** A parent with `count` children. */
function family(count: number, tables = bootTables()) {
  const parent = start(tables);
  const children = Array.from({ length: count }, () => start(tables, { parent }));
  return { tables, parent, children: children as [Process, Process, Process] };
}

describe("process ids", () => {
  test("go up and are never used again", () => {
    const tables = bootTables();
    const seen: number[] = [];
    for (let round = 0; round < 300; round++) {
      const process = start(tables);
      seen.push(process.pid);
      tables.processes.end(process, 0);
    }
    expect(new Set(seen).size).toBe(300);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(tables.processes.size).toBe(0);
  });

  test("a parent's group, session, umask and ignored signals are the child's", () => {
    const tables = bootTables();
    const leader = start(tables);
    leader.umask = 0o077;
    leader.ignoredSignals.add(SIGTERM);
    const child = start(tables, { parent: leader });
    const { pgid, sid, ppid, umask, depth } = child;
    expect({ pgid, sid, ppid, umask, depth }).toEqual({
      pgid: leader.pid,
      sid: leader.pid,
      ppid: leader.pid,
      umask: 0o077,
      depth: 1,
    });
    leader.ignoredSignals.delete(SIGTERM);
    expect(child.ignoredSignals.has(SIGTERM)).toBe(true);
  });

  test("a child started as a group of its own leads it", () => {
    const tables = bootTables();
    const parent = start(tables);
    const child = start(tables, { parent, newGroup: true });
    expect([child.pgid, child.sid]).toEqual([child.pid, parent.pid]);
  });
});

describe("limits", () => {
  test("256 processes, and the next is EAGAIN", () => {
    const tables = bootTables();
    for (let count = 0; count < 256; count++) start(tables);
    expect(codeOf(tryStart(tables))).toBe("EAGAIN");
    tables.processes.end(ok(tables.processes.get(100)), 0);
    start(tables);
  });

  test("a zombie still counts until its status is fetched", () => {
    const { tables, parent, children } = family(3, bootTables({ processes: 4 }));
    tables.processes.end(children[0], 0);
    expect(codeOf(tryStart(tables, { parent }))).toBe("EAGAIN");
    ok(waitForChild(tables.processes, parent, -1, 0));
    start(tables, { parent });
  });

  test("64 ancestors, and the next generation is EAGAIN", () => {
    const tables = bootTables();
    let process = start(tables);
    for (let depth = 1; depth <= 64; depth++) process = start(tables, { parent: process });
    expect(process.depth).toBe(64);
    expect(codeOf(tryStart(tables, { parent: process }))).toBe("EAGAIN");
  });
});

describe("the end of a process", () => {
  test("closes its descriptors, abandons its calls, and keeps its status for the parent", () => {
    const { tables, children } = family(1);
    const [child] = children;
    const { readFd } = ok(openPipe(tables, child, false));
    const results: unknown[] = [];
    const reading = blocked(ok(child.fds.get(readFd)).read(new Uint8Array(1)));
    child.parked.park(reading, (result) => results.push(result));
    tables.processes.end(child, exitStatus(3));
    expect(results).toHaveLength(1);
    expect(results[0]).toBeInstanceOf(Errno);
    expect(tables.dump()).toMatchObject({ openPipes: 0 });
    const entry = tables.processes.dump().find(({ pid }) => pid === child.pid);
    expect(entry).toMatchObject({ status: "exited", parkedCalls: 0, fds: {} });
    expect(exitCodeOf(entry?.waitStatus ?? 0)).toBe(3);
  });

  test("happens once: later calls change nothing and tell nobody", () => {
    const { tables, children } = family(1);
    const [child] = children;
    const told: number[] = [];
    child.endListeners.add((status) => {
      told.push(status);
      tables.processes.end(child, exitStatus(9));
    });
    tables.processes.end(child, exitStatus(3));
    tables.processes.end(child, exitStatus(4));
    expect(told).toEqual([exitStatus(3)]);
    expect(child.waitStatus).toBe(exitStatus(3));
  });

  test("wakes the parent that waits", () => {
    const { tables, parent, children } = family(1);
    const results: unknown[] = [];
    parent.parked.park(blocked(waitForChild(tables.processes, parent, -1, 0)), (result) =>
      results.push(result),
    );
    tables.processes.end(children[0], exitStatus(7));
    expect(results).toEqual([{ pid: children[0].pid, waitStatus: exitStatus(7) }]);
    expect(tables.processes.size).toBe(1);
  });

  test("hands its children to the kernel, which reaps them, dead ones at once", () => {
    const { tables, parent, children } = family(2);
    const [dead, alive] = children;
    tables.processes.end(dead, 0);
    tables.processes.end(parent, 0);
    expect(pids(tables)).toEqual([`${alive.pid}`]);
    expect([alive.ppid, alive.isRunning]).toEqual([1, true]);
    tables.processes.end(alive, 0);
    expect(pids(tables)).toEqual([]);
  });

  test("of a process of the host leaves no zombie", () => {
    const tables = bootTables();
    tables.processes.end(start(tables), 0);
    expect(tables.processes.size).toBe(0);
  });

  test("leaves no zombie when the parent ignores SIGCHLD", () => {
    const { tables, parent, children } = family(2);
    parent.ignoredSignals.add(SIGCHLD);
    tables.processes.end(children[0], 0);
    expect(pids(tables)).toEqual([`${parent.pid}`, `${children[1].pid}`]);
  });

  test("of the last child ends the wait of a parent that ignores SIGCHLD, with ECHILD", () => {
    const { tables, parent, children } = family(2);
    parent.ignoredSignals.add(SIGCHLD);
    const results: unknown[] = [];
    parent.parked.park(blocked(waitForChild(tables.processes, parent, -1, 0)), (result) =>
      results.push(codeOf(result)),
    );
    tables.processes.end(children[0], 0);
    expect(results).toEqual([]);
    tables.processes.end(children[1], 0);
    expect(results).toEqual(["ECHILD"]);
  });
});

describe("waitpid", () => {
  /** Children of a parent: 0 and 1 in its group, 2 in a group of its own. */
  function grouped() {
    const tables = bootTables();
    // Group 1 can't be named by -pgid: -1 means all.
    start(tables);
    const all = family(2, tables);
    const leader = start(tables, { parent: all.parent, newGroup: true });
    return { ...all, children: [all.children[0], all.children[1], leader] as const };
  }

  test.each<[string, (pids: readonly number[], own: number) => number, number[]]>([
    ["-1: any child", () => -1, [0, 1, 2]],
    ["0: of the caller's group", () => 0, [0, 1]],
    ["-pgid: of that group", ([, , leader]) => -(leader ?? 0), [2]],
    ["-pgid of the caller's group", (_, own) => -own, [0, 1]],
    ["pid: that child", ([, second]) => second ?? 0, [1]],
  ])("%s", (_, which, expected) => {
    const { tables, parent, children } = grouped();
    const pid = which(
      children.map((child) => child.pid),
      parent.pgid,
    );
    const wait = () => waitForChild(tables.processes, parent, pid, WNOHANG);
    expect(wait()).toEqual({ pid: 0, waitStatus: 0 });
    for (const [index, child] of children.entries()) tables.processes.end(child, exitStatus(index));
    const got: number[] = [];
    for (let found = wait(); !(found instanceof Errno); found = wait()) {
      const status = ok(found);
      got.push(children.findIndex((child) => child.pid === status.pid));
      expect(exitCodeOf(status.waitStatus)).toBe(got.at(-1));
    }
    expect(got).toEqual(expected);
    expect(codeOf(wait() as Errno)).toBe("ECHILD");
  });

  test.each<[string, (tables: KernelTables, parent: Process) => number]>([
    ["without children", () => -1],
    ["for itself", (_, parent) => parent.pid],
    ["for a grandchild", (tables, parent) => grandchild(tables, parent).pid],
    ["for another's child", (tables) => start(tables, { parent: start(tables) }).pid],
    ["for a pid that never was", () => 4711],
    ["for a group without children of its", () => -4711],
    ["for pid -2^31", () => -(2 ** 31)],
  ])("%s is ECHILD", (_, which) => {
    const tables = bootTables();
    const parent = start(tables);
    const pid = which(tables, parent);
    expect(codeOf(waitForChild(tables.processes, parent, pid, 0) as Errno)).toBe("ECHILD");
    expect(codeOf(waitForChild(tables.processes, parent, pid, WNOHANG) as Errno)).toBe("ECHILD");
  });

  test("waits while there is a child that has not ended; the status is fetched once", () => {
    const { tables, parent, children } = family(1);
    const waiting = blocked(waitForChild(tables.processes, parent, children[0].pid, 0));
    expect(waiting.retry()).toBeInstanceOf(Blocked);
    tables.processes.end(children[0], signalStatus(SIGKILL));
    expect(waiting.retry()).toEqual({ pid: children[0].pid, waitStatus: 9 });
    expect(codeOf(waiting.retry() as Errno | ChildStatus)).toBe("ECHILD");
  });

  test("unknown options are EINVAL", () => {
    const { tables, parent } = family(1);
    expect(codeOf(waitForChild(tables.processes, parent, -1, 0x100) as Errno)).toBe("EINVAL");
  });
});

function grandchild(tables: KernelTables, parent: Process): Process {
  return start(tables, { parent: start(tables, { parent }) });
}

describe("kill", () => {
  test.each([
    [-1, "EINVAL"],
    [65, "EINVAL"],
    [1.5, "EINVAL"],
    [Number.NaN, "EINVAL"],
    [0, "ok"],
    [64, "ok"],
  ])("signal %d is %s", (signal, expected) => {
    const tables = bootTables();
    const process = start(tables);
    expect(codeOf(tables.processes.kill(process.pid, signal, null) ?? "ok")).toBe(expected);
  });

  test.each([4711, -4711, -(2 ** 31), 2 ** 31])("nobody is %d: ESRCH", (pid) => {
    const tables = bootTables();
    const process = start(tables);
    expect(codeOf(tables.processes.kill(pid, 0, process) ?? "ok")).toBe("ESRCH");
  });

  test.each<[string, (sender: Process, others: readonly Process[]) => number, boolean[]]>([
    ["a pid reaches that process", (_, [first]) => first?.pid ?? 0, [false, true, false, false]],
    ["0 reaches the sender's group", () => 0, [true, true, false, false]],
    ["-pgid reaches that group", (_, [, other]) => -(other?.pid ?? 0), [false, false, true, false]],
    ["-1 reaches the sender's family but the sender", () => -1, [false, true, true, false]],
  ])("%s", (_, which, killed) => {
    const tables = bootTables();
    const sender = start(tables);
    const others = [
      start(tables, { parent: sender }),
      start(tables, { parent: sender, newGroup: true }),
      start(tables),
    ];
    expect(tables.processes.kill(which(sender, others), SIGKILL, sender)).toBeUndefined();
    expect([sender, ...others].map((process) => !process.isRunning)).toEqual(killed);
  });

  test("another family's processes and groups are EPERM, signal 0 included", () => {
    const tables = bootTables();
    const [sender, stranger] = [start(tables), start(tables)];
    const kill = (pid: number, signal: number) =>
      codeOf(tables.processes.kill(pid, signal, sender));
    expect([kill(stranger.pid, 0), kill(stranger.pid, SIGKILL)]).toEqual(["EPERM", "EPERM"]);
    expect(kill(-stranger.pgid, SIGKILL)).toBe("EPERM");
    expect(stranger.isRunning).toBe(true);
  });

  test("a family is who descends from one process of the host, orphans included", () => {
    const { tables, parent, children } = family(2);
    const grown = start(tables, { parent: children[0] });
    tables.processes.end(children[0], 0);
    expect(grown.ppid).toBe(1);
    expect(codeOf(tables.processes.kill(grown.pid, 0, parent))).toBe(undefined);
    expect(codeOf(tables.processes.kill(parent.pid, 0, grown))).toBe(undefined);
  });

  test("pid 1 stands for the kernel: EPERM", () => {
    const tables = bootTables();
    const sender = start(tables);
    expect(sender.pid).toBe(2);
    expect(codeOf(tables.processes.kill(1, SIGKILL, sender))).toBe("EPERM");
    expect(codeOf(tables.processes.kill(1, 0, sender))).toBe("EPERM");
  });

  test("-1 with nobody else in the family is ESRCH", () => {
    const tables = bootTables();
    const sender = start(tables);
    start(tables);
    expect(codeOf(tables.processes.kill(-1, SIGKILL, sender))).toBe("ESRCH");
  });

  test("a zombie can be signalled: nothing happens, and it is no error", () => {
    const { tables, children } = family(1);
    tables.processes.end(children[0], exitStatus(1));
    expect(tables.processes.kill(children[0].pid, SIGKILL, null)).toBeUndefined();
    expect(children[0].waitStatus).toBe(exitStatus(1));
  });

  test("signal 0 asks only whether somebody is there", () => {
    const { tables, children } = family(1);
    expect(tables.processes.kill(children[0].pid, 0, null)).toBeUndefined();
    expect(children[0].isRunning).toBe(true);
  });
});

describe("signals", () => {
  /** A process whose driver notes what it is told, and does nothing about it. */
  function deaf() {
    const tables = bootTables();
    const told: string[] = [];
    const driver = driverOf("deaf", () => ({
      ...idleProcess().process,
      kill: (signal) => void told.push(`kill ${signal}`),
      onSignal: (signal) => told.push(`signal ${signal}`) > 0,
    }));
    tables.commands.register(driver);
    return { tables, told, process: start(tables, { command: "deaf" }) };
  }

  test("SIGKILL ends the process at once, whatever its driver does", () => {
    const { tables, process, told } = deaf();
    tables.processes.deliver(process, SIGKILL);
    expect(process.isRunning).toBe(false);
    expect(process.waitStatus).toBe(signalStatus(SIGKILL));
    expect(told).toEqual(["kill 9"]);
  });

  test("SIGKILL can't be ignored; SIGTERM can, and its driver hears nothing", () => {
    const { tables, process, told } = deaf();
    process.ignoredSignals.add(SIGTERM).add(SIGKILL);
    tables.processes.deliver(process, SIGTERM);
    expect(told).toEqual([]);
    tables.processes.deliver(process, SIGKILL);
    expect(process.isRunning).toBe(false);
  });

  test("a deadly signal is the driver's to carry out; one ignored by default goes to onSignal", () => {
    const { tables, process, told } = deaf();
    tables.processes.deliver(process, SIGTERM);
    tables.processes.deliver(process, SIGWINCH);
    expect(told).toEqual(["kill 15", "signal 28"]);
    expect(process.isRunning).toBe(true);
  });

  test.each(["kill", "onSignal"] as const)("a driver whose %s throws stops nobody else", (call) => {
    const tables = bootTables();
    const throwing = (): never => {
      throw new Error("broken driver");
    };
    tables.commands.register(
      driverOf("broken", () => ({ ...idleProcess().process, [call]: throwing })),
    );
    const broken = start(tables, { command: "broken" });
    const other = start(tables, { parent: broken });
    const signal = call === "kill" ? SIGTERM : SIGWINCH;
    expect(() => tables.processes.kill(-broken.pgid, signal, null)).not.toThrow();
    expect(broken.isRunning).toBe(call !== "kill");
    tables.processes.signalSession(broken.sid, SIGKILL);
    expect([broken.isRunning, other.isRunning]).toEqual([false, false]);
  });
});

describe("setpgid", () => {
  /** A session leader with two children, and a stranger in another session. */
  function session() {
    const all = family(2);
    const stranger = start(all.tables);
    return {
      ...all,
      leader: all.parent,
      first: all.children[0],
      second: all.children[1],
      stranger,
    };
  }
  type Session = ReturnType<typeof session>;

  test.each<[string, (s: Session) => [Process, Process, number], string]>([
    ["a child into a group of its own, by 0", (s) => [s.leader, s.first, 0], "ok"],
    ["a child into a group of its own", (s) => [s.leader, s.first, s.first.pid], "ok"],
    ["itself into a group of its own", (s) => [s.first, s.first, 0], "ok"],
    ["into an existing group", (s) => [s.leader, s.first, s.leader.pgid], "ok"],
    ["a negative group", (s) => [s.leader, s.first, -1], "EINVAL"],
    ["into a group that is not there", (s) => [s.leader, s.first, 4711], "EPERM"],
    ["into a group of another session", (s) => [s.leader, s.first, s.stranger.pgid], "EPERM"],
    ["a session leader", (s) => [s.leader, s.leader, 0], "EPERM"],
    ["a sibling", (s) => [s.first, s.second, 0], "ESRCH"],
    ["the parent", (s) => [s.first, s.leader, 0], "ESRCH"],
    ["a session leader into a negative group", (s) => [s.leader, s.leader, -1], "EINVAL"],
  ])("%s", (_, which, expected) => {
    const s = session();
    const [caller, target, pgid] = which(s);
    const result = s.tables.processes.setGroup(caller, target, pgid);
    expect(result === undefined ? "ok" : result.code).toBe(expected);
    const wanted = pgid === 0 ? target.pid : pgid;
    if (expected === "ok") expect(target.pgid).toBe(wanted);
    else expect(target.pgid).toBe(s.leader.pid);
  });

  test("into the group of a sibling, once there is one", () => {
    const { tables, leader, first, second } = session();
    ok(tables.processes.setGroup(leader, first, 0));
    ok(tables.processes.setGroup(leader, second, first.pid));
    expect(second.pgid).toBe(first.pid);
  });

  test("a child that has started its own session is out of reach", () => {
    const { tables, leader, first } = session();
    ok(tables.processes.startSession(first));
    expect(codeOf(tables.processes.setGroup(leader, first, leader.pgid) ?? "ok")).toBe("EPERM");
  });
});

describe("setsid", () => {
  test("makes a process the leader of a session and a group", () => {
    const { tables, children } = family(1);
    const [child] = children;
    expect(tables.processes.startSession(child)).toBe(child.pid);
    expect([child.sid, child.pgid]).toEqual([child.pid, child.pid]);
  });

  test("is EPERM for a group leader", () => {
    const { tables, parent, children } = family(1);
    expect(codeOf(tables.processes.startSession(parent))).toBe("EPERM");
    ok(tables.processes.setGroup(parent, children[0], 0));
    expect(codeOf(tables.processes.startSession(children[0]))).toBe("EPERM");
  });

  test("is EPERM while the group it once led has members", () => {
    const { tables, parent, children } = family(2);
    const [first, second] = children;
    ok(tables.processes.setGroup(parent, first, 0));
    ok(tables.processes.setGroup(parent, second, first.pid));
    ok(tables.processes.setGroup(first, first, parent.pgid));
    expect(codeOf(tables.processes.startSession(first))).toBe("EPERM");
    tables.processes.end(second, 0);
    ok(waitForChild(tables.processes, parent, second.pid, 0));
    expect(tables.processes.startSession(first)).toBe(first.pid);
  });
});
