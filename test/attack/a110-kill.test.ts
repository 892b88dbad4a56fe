// A110: kill(-1), pid 1, another session, another sandbox, a pid used before → EPERM or ESRCH.

import { expect, test } from "vitest";
import { SIGCONT, SIGKILL, SIGSTOP, SIGTERM } from "../../src/kernel/signals.js";
import { bootTables, start } from "../kernel/tables.js";
import { Attacker } from "./guest.js";
import { underOracle } from "./universal-oracle.js";

const deadly = [SIGKILL, SIGTERM, SIGSTOP, SIGCONT, 0];

/** An attacker, and who must not feel it: a server of the host application with its child. */
function scene() {
  const tables = bootTables();
  const server = start(tables);
  const worker = start(tables, { parent: server, newGroup: true });
  const attacker = new Attacker(tables);
  const kill = (pid: number, signal: number) => attacker.guest.try("kill", { pid, signal });
  const victims = () => [server, worker].map(({ state }) => state);
  return { tables, server, worker, attacker, kill, victims };
}

test("kill(-1) reaches the attacker's own children only", () =>
  underOracle(() => {
    const { tables, attacker, kill, victims } = scene();
    expect(kill(-1, SIGKILL)).toBe("ESRCH");
    const child = start(tables, { parent: attacker.process });
    expect(kill(-1, SIGKILL)).toBe("ok");
    expect([child.state, victims()]).toEqual(["zombie", ["running", "running"]]);
    expect(attacker.process.state).toBe("running");
  }));

test("pid 1 is nobody's", () =>
  underOracle(() => {
    const { kill } = scene();
    for (const signal of deadly) expect(kill(1, signal)).toBe("EPERM");
    expect(kill(-1 * 2 ** 31, SIGKILL)).toBe("ESRCH");
  }));

test("another session's processes and groups, as root too", () =>
  underOracle(() => {
    const { server, worker, kill, victims } = scene();
    for (const signal of deadly) {
      for (const { pid, pgid } of [server, worker]) {
        expect([kill(pid, signal), kill(-pgid, signal)]).toEqual(["EPERM", "EPERM"]);
      }
    }
    expect(victims()).toEqual(["running", "running"]);
  }));

test("by sigqueue, priorities, groups and waiting: nothing", () =>
  underOracle(() => {
    const { server, attacker, victims } = scene();
    const { guest } = attacker;
    const { pid } = server;
    expect(guest.try("queue_signal", { pid, signal: SIGKILL, low: 0, high: 0 })).toBe("EPERM");
    expect(guest.try("set_priority", { which: 0, who: pid, nice: 19 })).toBe("ESRCH");
    expect(guest.try("set_priority", { which: 2, who: 0, nice: 19 })).toBe("ok");
    expect(guest.try("setpgid", { pid, pgid: 0 })).toBe("ESRCH");
    expect(guest.try("setpgid", { pid: 0, pgid: server.pgid })).toBe("EPERM");
    expect(guest.try("waitpid", { pid, options: 0 })).toBe("ECHILD");
    expect([server.nice, victims()]).toEqual([0, ["running", "running"]]);
  }));

test("an orphan is no way into another family", () =>
  underOracle(() => {
    const { tables, server, kill, attacker } = scene();
    const middle = start(tables, { parent: attacker.process });
    const orphan = new Attacker(tables, { parent: middle });
    tables.processes.end(middle, 0);
    expect(orphan.process.ppid).toBe(1);
    expect(orphan.guest.try("kill", { pid: server.pid, signal: SIGKILL })).toBe("EPERM");
    expect(kill(orphan.process.pid, 0)).toBe("ok");
  }));

test("another sandbox has its own pids", () =>
  underOracle(() => {
    const [one, other] = [bootTables(), bootTables()];
    const victim = start(other);
    const attacker = new Attacker(one);
    expect(attacker.process.pid).toBe(victim.pid);
    attacker.guest.post("kill", { pid: victim.pid, signal: SIGKILL });
    expect([attacker.process.isRunning, victim.isRunning]).toEqual([false, true]);
  }));

test("a pid of the past is never somebody else's", () =>
  underOracle(() => {
    const { tables, attacker, kill } = scene();
    const past = start(tables, { parent: attacker.process });
    tables.processes.end(past, 0);
    expect(attacker.guest.do("waitpid", { pid: past.pid, options: 0 })).toBe(past.pid);
    for (let count = 0; count < 500; count++) tables.processes.end(start(tables), 0);
    expect([kill(past.pid, SIGKILL), kill(-past.pid, SIGKILL)]).toEqual(["ESRCH", "ESRCH"]);
  }));
