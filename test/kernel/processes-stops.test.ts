// Job control: stop signals, SIGCONT, what a stopped process does not do, and who is told.

import { describe, expect, test, vi } from "vitest";
import { WCONTINUED, WNOHANG, WUNTRACED } from "../../src/kernel/constants.js";
import { openPipe } from "../../src/kernel/descriptor-pair.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import type { Process } from "../../src/kernel/process.js";
import {
  SIGCHLD,
  SIGCONT,
  SIGHUP,
  SIGKILL,
  SIGSTOP,
  SIGTERM,
  SIGTSTP,
  SIGTTIN,
  SIGTTOU,
  SIGUSR1,
} from "../../src/kernel/signals.js";
import { waitForChild } from "../../src/kernel/wait-for-child.js";
import { CONTINUED_STATUS, signalStatus, stopStatus } from "../../src/kernel/wait-status.js";
import { DirectGuest } from "../bridge/direct-guest.js";
import { driverOf, idleProcess } from "../driver-process.js";
import { bootKernel, Puppets, turn } from "./drivers.js";
import { blocked, bootTables, codeOf, ok, start, utf8 } from "./tables.js";

/** A shell with a job: a child that leads a group of its own. */
function jobs() {
  const tables = bootTables();
  const shell = start(tables);
  const job = start(tables, { parent: shell, newGroup: true });
  const send = (signal: number, process = job) => tables.processes.deliver(process, signal);
  const wait = (options: number, pid = -1) =>
    codeOf(ok(waitForChild(tables.processes, shell, pid, options | WNOHANG)));
  return { tables, shell, job, send, wait };
}

describe("stop signals", () => {
  test.each([SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU])("%d stops, SIGCONT continues", (signal) => {
    const { job, send } = jobs();
    send(signal);
    expect([job.state, job.stopSignal]).toEqual(["stopped", signal]);
    send(SIGCONT);
    expect(job.state).toBe("running");
  });

  test.each([SIGTSTP, SIGTTIN, SIGTTOU])("%d does nothing to an orphaned group", (signal) => {
    const tables = bootTables();
    const lonely = start(tables);
    tables.processes.deliver(lonely, signal);
    expect(lonely.state).toBe("running");
    tables.processes.deliver(lonely, SIGSTOP);
    expect(lonely.state).toBe("stopped");
  });

  test("ignored and blocked ones do not stop, SIGSTOP always does", () => {
    const { job, send } = jobs();
    job.ignoredSignals.add(SIGTSTP);
    job.blockedSignals.add(SIGTTIN);
    job.blockedSignals.add(SIGSTOP);
    send(SIGTSTP);
    send(SIGTTIN);
    expect([job.state, job.pendingSignals.has(SIGTTIN)]).toEqual(["running", true]);
    send(SIGSTOP);
    expect(job.state).toBe("stopped");
  });

  test("SIGCONT discards pending stops, a stop signal discards a pending SIGCONT", () => {
    const { job, send } = jobs();
    for (const signal of [SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT]) job.blockedSignals.add(signal);
    for (const signal of [SIGTSTP, SIGTTIN, SIGTTOU]) send(signal);
    send(SIGCONT);
    expect([...job.pendingSignals.set]).toEqual([SIGCONT]);
    send(SIGTTOU);
    expect([...job.pendingSignals.set]).toEqual([SIGTTOU]);
  });

  test("a blocked or ignored SIGCONT continues all the same", () => {
    const { job, send } = jobs();
    job.blockedSignals.add(SIGCONT);
    job.ignoredSignals.add(SIGCONT);
    send(SIGSTOP);
    send(SIGCONT);
    expect(job.state).toBe("running");
  });
});

describe("a stopped process", () => {
  test("dies of SIGKILL at once, of SIGTERM when it is continued", async () => {
    const { job, send, wait } = jobs();
    send(SIGSTOP);
    send(SIGTERM);
    expect(job.state).toBe("stopped");
    send(SIGCONT);
    await turn();
    expect(wait(0)).toEqual({ pid: job.pid, waitStatus: signalStatus(SIGTERM) });
    const other = jobs();
    other.send(SIGSTOP);
    other.send(SIGKILL);
    expect(other.job.state).toBe("zombie");
  });

  test("takes a caught signal when it is continued", () => {
    const { job, send, tables } = jobs();
    const guest = new DirectGuest(tables, job);
    guest.do("signal_action", { signal: SIGUSR1, disposition: 2, flags: 0 });
    send(SIGSTOP);
    send(SIGUSR1);
    guest.post("getpid", {});
    expect(guest.answers).toBe(1);
    send(SIGCONT);
    expect([guest.answers, guest.pendingSignals]).toEqual([2, 1 << (SIGUSR1 - 1)]);
  });

  test("makes calls that are served when it is continued", () => {
    const { job, send, tables } = jobs();
    const guest = new DirectGuest(tables, job);
    send(SIGSTOP);
    expect(guest.try("umask", { mask: 0 })).toBe("waits");
    expect(job.umask).toBe(0o022);
    send(SIGCONT);
    expect([guest.outcome, job.umask]).toEqual(["ok", 0]);
  });

  test("that stopped itself gets the answer of kill when it is continued", () => {
    const { job, send, tables } = jobs();
    const guest = new DirectGuest(tables, job);
    expect(guest.try("kill", { pid: job.pid, signal: SIGSTOP })).toBe("waits");
    send(SIGCONT);
    expect(guest.outcome).toBe("ok");
  });

  test("takes nothing from a pipe: who else reads gets the data", () => {
    const { job, shell, send, tables } = jobs();
    const { readFd, writeFd } = ok(openPipe(tables, shell, false));
    const source = ok(shell.fds.get(readFd));
    job.fds.install(0, source);
    const guest = new DirectGuest(tables, job);
    expect(guest.try("read", { fd: 0, target: 10 })).toBe("waits");
    send(SIGSTOP);
    ok(ok(shell.fds.get(writeFd)).write(utf8("line")));
    expect(ok(source.read(new Uint8Array(2)))).toBe(2);
    send(SIGCONT);
    expect([guest.outcome, new TextDecoder().decode(guest.resultBytes)]).toEqual(["ok", "ne"]);
  });

  test("whose time is up meanwhile hears of it when it is continued", () => {
    vi.useFakeTimers();
    try {
      const { job, send, tables } = jobs();
      const guest = new DirectGuest(tables, job);
      guest.post("poll", { entries: new Uint8Array(0), timeoutUs: 5000 });
      send(SIGSTOP);
      vi.advanceTimersByTime(100);
      expect(guest.answers).toBe(0);
      send(SIGCONT);
      expect(guest.answers).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test("is killed with calls and answers held: nothing of it is left", () => {
    const { job, send, tables } = jobs();
    const guest = new DirectGuest(tables, job);
    guest.post("kill", { pid: job.pid, signal: SIGSTOP });
    send(SIGKILL);
    expect([guest.answers, job.gate.size, job.parked.size]).toEqual([0, 0, 0]);
  });
});

describe("drivers in process", () => {
  test("are told, and their output and input wait", async () => {
    const told: string[] = [];
    const puppets = new Puppets("puppet", (puppet) => {
      puppet.process.onStop = () => void told.push("stop");
      puppet.process.onContinue = () => void told.push("continue");
      puppet.process.onSignal = (signal) => told.push(`signal ${signal}`) === 0;
    });
    const { kernel } = await bootKernel([puppets]);
    let output = "";
    const onStdout = (data: Uint8Array) => {
      output += new TextDecoder().decode(data);
    };
    const handle = kernel.spawn("puppet", [], { onStdout });
    await turn();
    handle.kill(SIGSTOP);
    expect(kernel.processes.get(handle.pid)?.status).toBe("stopped");
    puppets.last.write("held");
    void handle.writeStdin("typed");
    await turn();
    expect([output, puppets.last.calls]).toEqual(["", []]);
    handle.kill(SIGCONT);
    await turn();
    expect([output, puppets.last.calls]).toEqual(["held", ["stdin typed"]]);
    expect(told).toEqual(["stop", "continue", "signal 18"]);
  });

  test("get promises that are kept when the process is continued, or broken at its end", async () => {
    const puppets = new Puppets();
    const { kernel } = await bootKernel([puppets]);
    const { ki } = puppets;
    const [first, second] = [kernel.spawn("puppet", []), kernel.spawn("puppet", [])];
    await turn();
    const { readFd, writeFd } = ki.pipe(first.pid);
    ki.fdWrite(first.pid, writeFd, utf8("data"));
    const settled: string[] = [];
    first.kill(SIGSTOP);
    second.kill(SIGSTOP);
    const reading = ki.fdRead(first.pid, readFd, 4).then((data) => settled.push(`${data.length}`));
    const lost = ki.fdRead(second.pid, 0, 4).catch((error) => settled.push(error.code));
    await turn();
    expect(settled).toEqual([]);
    first.kill(SIGCONT);
    await reading;
    second.kill(SIGKILL);
    await lost;
    expect(settled).toEqual(["4", "ESRCH"]);
  });

  test("an exit of a stopped process is told when it is continued", async () => {
    const puppets = new Puppets();
    const { kernel } = await bootKernel([puppets]);
    const handle = kernel.spawn("puppet", []);
    handle.kill(SIGSTOP);
    puppets.last.exit(3);
    await turn();
    expect(handle.exitCode).toBe(null);
    handle.kill(SIGCONT);
    expect(await handle.wait()).toBe(3);
  });

  test("may take care of a stop signal, but not of SIGSTOP", () => {
    const tables = bootTables();
    const careful = driverOf("careful", () => ({ ...idleProcess().process, onSignal: () => true }));
    tables.commands.register(careful);
    const process = start(tables, { command: "careful", parent: start(tables), newGroup: true });
    tables.processes.deliver(process, SIGTSTP);
    expect(process.state).toBe("running");
    tables.processes.deliver(process, SIGSTOP);
    expect(process.state).toBe("stopped");
  });
});

describe("waitpid", () => {
  test("tells a stop once, with WUNTRACED only", () => {
    const { job, send, wait } = jobs();
    send(SIGTSTP);
    expect(wait(WCONTINUED)).toEqual({ pid: 0, waitStatus: 0 });
    expect(wait(WUNTRACED)).toEqual({ pid: job.pid, waitStatus: stopStatus(SIGTSTP) });
    expect(wait(WUNTRACED)).toEqual({ pid: 0, waitStatus: 0 });
  });

  test("tells a continuation once, with WCONTINUED only; a stop not fetched is past", () => {
    const { job, send, wait } = jobs();
    send(SIGSTOP);
    send(SIGCONT);
    expect(wait(WUNTRACED)).toEqual({ pid: 0, waitStatus: 0 });
    expect(wait(WCONTINUED, job.pid)).toEqual({ pid: job.pid, waitStatus: CONTINUED_STATUS });
    expect(wait(WCONTINUED)).toEqual({ pid: 0, waitStatus: 0 });
    send(SIGCONT);
    expect(wait(WCONTINUED)).toEqual({ pid: 0, waitStatus: 0 });
  });

  test("by group, and waiting", () => {
    const { tables, shell, job, send } = jobs();
    const results: unknown[] = [];
    const waiting = waitForChild(tables.processes, shell, -job.pid, WUNTRACED);
    shell.parked.park(blocked(waiting), (result) => results.push(result));
    send(SIGSTOP);
    expect(results).toEqual([{ pid: job.pid, waitStatus: stopStatus(SIGSTOP) }]);
  });
});

describe("SIGCHLD", () => {
  function caught(noStops: boolean) {
    const all = jobs();
    all.shell.caughtSignals.set(SIGCHLD, { interrupts: false });
    all.shell.ignoresChildStops = noStops;
    return all;
  }
  const came = (shell: Process) => {
    const has = shell.pendingSignals.has(SIGCHLD);
    shell.pendingSignals.delete(SIGCHLD);
    return has;
  };

  test("tells the parent of stops, continuations and ends", () => {
    const { shell, send } = caught(false);
    for (const signal of [SIGSTOP, SIGCONT, SIGKILL]) {
      send(signal);
      expect(came(shell)).toBe(true);
    }
  });

  test("with SA_NOCLDSTOP of ends only", () => {
    const { shell, send } = caught(true);
    const told = [SIGSTOP, SIGCONT, SIGKILL].map((signal) => {
      send(signal);
      return came(shell);
    });
    expect(told).toEqual([false, false, true]);
  });
});

describe("a group that loses its last tie to the session", () => {
  /** A session: a leader, a job shell with two jobs. */
  function session(): { tables: KernelTables; shell: Process; stopped: Process; running: Process } {
    const tables = bootTables();
    const leader = start(tables);
    const shell = start(tables, { parent: leader, newGroup: true });
    const stopped = start(tables, { parent: shell, newGroup: true });
    const running = start(tables, { parent: shell, newGroup: true });
    for (const process of [stopped, running])
      process.caughtSignals.set(SIGHUP, { interrupts: false });
    tables.processes.deliver(stopped, SIGSTOP);
    return { tables, shell, stopped, running };
  }

  test("gets SIGHUP and SIGCONT when a member is stopped", () => {
    const { tables, shell, stopped, running } = session();
    tables.processes.end(shell, 0);
    expect([stopped.state, stopped.pendingSignals.has(SIGHUP)]).toEqual(["running", true]);
    expect(running.pendingSignals.isEmpty).toBe(true);
  });

  test("dies of the SIGHUP that it does not catch", async () => {
    const { tables, shell, stopped } = session();
    stopped.caughtSignals.clear();
    tables.processes.end(shell, 0);
    await turn();
    expect(stopped.waitStatus).toBe(signalStatus(SIGHUP));
  });

  test("by the end of its own leader, whose parent was the tie", () => {
    const tables = bootTables();
    const shell = start(tables);
    const leader = start(tables, { parent: shell, newGroup: true });
    const member = start(tables, { parent: leader });
    member.caughtSignals.set(SIGHUP, { interrupts: false });
    tables.processes.deliver(member, SIGSTOP);
    tables.processes.end(leader, 0);
    expect([member.state, member.pendingSignals.has(SIGHUP)]).toEqual(["running", true]);
  });

  test("is left alone while another member has a parent in the session", () => {
    const { tables, shell, stopped } = session();
    const other = start(tables, {
      parent: start(tables, { parent: shell.parent, newGroup: true }),
    });
    other.pgid = stopped.pgid;
    tables.processes.end(shell, 0);
    expect(stopped.state).toBe("stopped");
  });
});

test("the end of a session leader is told, its descriptors closed, its group still there", () => {
  const tables = bootTables();
  const leader = start(tables);
  const child = start(tables, { parent: leader });
  const seen: unknown[] = [];
  tables.processes.sessionEndListeners.add((process) =>
    seen.push([process.pid, process.fds.numbers(), child.pgid]),
  );
  tables.processes.end(child, 0);
  tables.processes.end(leader, 0);
  expect(seen).toEqual([[leader.pid, [], leader.pid]]);
});

test("dispose ends stopped processes and deadlocked waits without waiting for them", async () => {
  const puppets = new Puppets();
  const { kernel } = await bootKernel([puppets]);
  const handle = kernel.spawn("puppet", []);
  const child = puppets.ki.spawn("puppet", [], { ppid: handle.pid });
  void puppets.ki.waitpid(child.pid).catch(() => {});
  handle.kill(SIGSTOP);
  child.kill(SIGSTOP);
  await kernel.dispose();
  // No SIGKILL after the second of grace.
  expect(puppets.all.map(({ calls }) => calls)).toEqual([["kill 15"], ["kill 15"]]);
});

describe("spawn attributes", () => {
  function attributes(flags: number, group = 0, defaults = 0, mask = 0): Uint8Array {
    const bytes = new Uint8Array(32);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, flags, true);
    view.setInt32(4, group, true);
    view.setInt32(8, defaults, true);
    view.setInt32(16, mask, true);
    return bytes;
  }
  function spawner() {
    const tables = bootTables();
    const parent = start(tables);
    const guest = new DirectGuest(tables, parent);
    const none = new Uint8Array(0);
    const request = {
      path: utf8("idle"),
      argv: utf8("idle\0"),
      env: none,
      actions: none,
      flags: 0,
    };
    const spawn = (bytes: Uint8Array) => {
      const outcome = guest.try("spawn", { ...request, attributes: bytes });
      return outcome === "ok" ? ok(tables.processes.get(guest.result)) : outcome;
    };
    return { tables, parent, spawn };
  }

  test("a group of its own, or an existing one of the session", () => {
    const { spawn } = spawner();
    const first = spawn(attributes(2)) as Process;
    expect(first.pgid).toBe(first.pid);
    expect(spawn(attributes(2, first.pid))).toMatchObject({ pgid: first.pid });
  });

  test.each([
    ["a group that is not there", attributes(2, 4711), "EPERM"],
    ["a negative group", attributes(2, -2), "EINVAL"],
    ["a session leader in a group", attributes(0x82, 0), "EPERM"],
    ["an unknown flag", attributes(0x1000), "EINVAL"],
    ["a wrong length", new Uint8Array(31), "EINVAL"],
  ])("%s", (_, bytes, code) => {
    const { tables, spawn } = spawner();
    expect([spawn(bytes), tables.processes.size]).toEqual([code, 1]);
  });

  test("a session of its own", () => {
    const child = spawner().spawn(attributes(0x80)) as Process;
    expect([child.sid, child.pgid]).toEqual([child.pid, child.pid]);
  });

  test("signals back to their defaults, and the mask, which is the parent's otherwise", () => {
    const { parent, spawn } = spawner();
    parent.ignoredSignals.add(SIGTERM).add(SIGHUP);
    parent.blockedSignals.add(SIGUSR1);
    const plain = spawn(new Uint8Array(0)) as Process;
    expect([[...plain.ignoredSignals], plain.blockedSignals.has(SIGUSR1)]).toEqual([
      [SIGTERM, SIGHUP],
      true,
    ]);
    const other = spawn(attributes(4 | 8, 0, 1 << (SIGTERM - 1), 1 << (SIGHUP - 1))) as Process;
    expect([...other.ignoredSignals]).toEqual([SIGHUP]);
    expect([...other.blockedSignals]).toEqual([SIGHUP]);
  });
});
