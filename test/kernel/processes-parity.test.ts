// The same steps by processes of our kernel and of the Linux that runs the tests: signals, masks, stops,
// waits, groups, sessions, limits, credentials. Answers and states are the same.

import { rmSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { enterHandler } from "../../src/kernel/caught-signals.js";
import { WCONTINUED, WNOHANG, WUNTRACED } from "../../src/kernel/constants.js";
import { Errno, errno } from "../../src/kernel/errno.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import type { Process } from "../../src/kernel/process.js";
import type { DriverProcess } from "../../src/kernel/runtime-driver.js";
import { setMask } from "../../src/kernel/signal-actions.js";
import { SignalSet } from "../../src/kernel/signal-set.js";
import * as signals from "../../src/kernel/signals.js";
import { DirectGuest } from "../bridge/direct-guest.js";
import { driverOf, idleProcess } from "../driver-process.js";
import { compile, LinuxProcesses } from "./linux-processes.js";
import { bootTables, start, utf8 } from "./tables.js";

const {
  SIGALRM,
  SIGCHLD,
  SIGCONT,
  SIGHUP,
  SIGINT,
  SIGKILL,
  SIGPIPE,
  SIGSTOP,
  SIGTERM,
  SIGTSTP,
  SIGTTIN,
  SIGTTOU,
  SIGURG,
  SIGUSR1,
  SIGUSR2,
  SIGWINCH,
  SIGXFSZ,
} = signals;

/** Who, what, arguments; a process's name stands for its pid, with a minus for its group. */
type Step = readonly [who: string, command: string, ...args: (number | string)[]];

const [DEFAULT, IGNORE, CATCH] = [0, 1, 2];
const [INTERRUPTS, NOCLDSTOP, NOCLDWAIT, RESETHAND, NODEFER] = [1, 2, 4, 8, 16];
const [BLOCK, UNBLOCK, SET] = [0, 1, 2];
const set = (...members: number[]): string =>
  String(members.reduce((bits, signal) => bits | (1n << BigInt(signal - 1)), 0n));

const codes = new Map(Object.values(errno).map(({ number, code }) => [number, code]));

/** Which numbers of an answer are pids. */
const pidPlaces: Record<string, number[]> = {
  spawn: [0],
  waitpid: [0],
  getpgid: [0],
  getsid: [0],
  setsid: [0],
  getppid: [0],
  sigwait: [2],
};

function named(command: string, numbers: number[], nameOf: (pid: number) => string): unknown[] {
  const places = pidPlaces[command] ?? [];
  return numbers.map((number, at) => (places.includes(at) && number ? nameOf(number) : number));
}

function pidFrom(arg: number | string, pidOf: (name: string) => number): number | string {
  if (typeof arg === "number" || /^\d/.test(arg)) return arg;
  return arg.startsWith("-") ? -pidOf(arg.slice(1)) : pidOf(arg);
}

async function onLinux(folder: string, steps: readonly Step[]): Promise<unknown[]> {
  const linux = new LinuxProcesses(folder);
  const results: unknown[] = [];
  const commands = new Map<string, string>();
  const answerOf = (who: string): unknown => {
    const answer = linux.takeAnswer(who);
    const command = commands.get(who) ?? "";
    if (answer === null) return "waits";
    if (!answer.startsWith("ok")) return codes.get(Number(answer)) ?? answer;
    const numbers = answer.split(" ").slice(1).map(Number);
    if (command === "took") numbers.sort((a, b) => a - b);
    return named(command, numbers, (pid) => linux.nameOf(pid));
  };
  try {
    await linux.start();
    for (const [who, command, ...args] of steps) {
      if (command === "state") results.push(linux.stateOf(who));
      else if (command === "reply") results.push(answerOf(who));
      else if (command === "spawn") {
        const [name = "", session = 0, group = -1] = args;
        const pgid = pidFrom(group, (other) => linux.pidOf(other));
        await linux.spawn(who, String(name), `spawn ${session} ${pgid} 0 0 ${name}`);
        results.push("ok");
      } else {
        const words = args.map((arg) => pidFrom(arg, (name) => linux.pidOf(name)));
        commands.set(who, command);
        const answer = await linux.ask(who, [command, ...words].join(" "));
        if (answer === null) results.push("waits");
        else {
          const numbers = answer.split(" ").slice(1).map(Number);
          if (command === "took") numbers.sort((a, b) => a - b);
          const isOk = answer.startsWith("ok");
          const nameOf = (pid: number) => linux.nameOf(pid);
          results.push(
            isOk ? named(command, numbers, nameOf) : (codes.get(Number(answer)) ?? answer),
          );
        }
      }
    }
    return results;
  } finally {
    await linux.end();
  }
}

/** A process whose guest carries out commands as linux-processes.c does. */
class Here {
  readonly process: Process;
  readonly guest: DirectGuest;
  readonly took: number[] = [];
  command = "";
  answered = 0;

  constructor(tables: KernelTables, process: Process) {
    this.process = process;
    this.guest = new DirectGuest(tables, process);
  }
}

/** Processes that die at once of what kills them. */
function mortal(): DriverProcess {
  const { process } = idleProcess();
  process.kill = (signal) => process.onExit?.(128 + signal);
  return process;
}

interface Call {
  readonly guest: DirectGuest;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly set: { readonly low: number; readonly high: number };
}

/** The commands of linux-processes.c as calls of ours. */
const calls: Record<string, (call: Call) => void> = {
  kill: ({ guest, a, b }) => guest.post("kill", { pid: a, signal: b }),
  queue: ({ guest, a, b, c }) => guest.post("queue_signal", { pid: a, signal: b, low: c, high: 0 }),
  setpgid: ({ guest, a, b }) => guest.post("setpgid", { pid: a, pgid: b }),
  getpgid: ({ guest, a }) => guest.post("getpgid", { pid: a }),
  getsid: ({ guest, a }) => guest.post("getsid", { pid: a }),
  setsid: ({ guest }) => guest.post("setsid", {}),
  getppid: ({ guest }) => guest.post("getppid", {}),
  exit: ({ guest, a }) => guest.post("exit", { code: a }),
  waitpid: ({ guest, a, b }) => guest.post("waitpid", { pid: a, options: b }),
  action: ({ guest, a, b, c }) => {
    const action = { signal: a, disposition: b, flags: c, maskLow: 0, maskHigh: 0 };
    guest.post("signal_action", action);
  },
  mask: ({ guest, a, set }) => guest.post("signal_mask", { how: a, ...set }),
  pending: ({ guest }) => guest.post("pending_signals", {}),
  sigwait: ({ guest, b, set }) => guest.post("wait_signal", { ...set, timeoutUs: b ? -1 : 0 }),
  suspend: ({ guest, set }) => guest.post("suspend", set),
  sleep: ({ guest, a }) => guest.post("sleep", { clock: 1, flags: 0, timeUs: a * 1_000_000 }),
  alarm: ({ guest, a }) => {
    guest.post("set_timer", { timer: 0, firstUs: a * 1_000_000, intervalUs: 0 });
  },
  pipe: ({ guest }) => {
    guest.do("pipe", { flags: 0 });
    const [reader, writer] = [guest.result, guest.secondResult];
    guest.do("dup2", { fd: reader, newFd: 10, flags: 0 });
    guest.do("dup2", { fd: writer, newFd: 11, flags: 0 });
    guest.do("close", { fd: reader });
    guest.post("close", { fd: writer });
  },
  read: ({ guest, a }) => guest.post("read", { fd: 10, target: a }),
  write: ({ guest, a }) => guest.post("write", { fd: 11, data: new Uint8Array(a) }),
  close: ({ guest, a }) => guest.post("close", { fd: a }),
  getrlimit: ({ guest, a }) => guest.post("get_limit", { resource: a }),
  setrlimit: ({ guest, a, b, c }) => guest.post("set_limit", { resource: a, soft: b, hard: c }),
  setresuid: ({ guest, a, b, c }) => {
    guest.post("set_user_ids", { real: a, effective: b, saved: c });
  },
  setresgid: ({ guest, a, b, c }) => {
    guest.post("set_group_ids", { real: a, effective: b, saved: c });
  },
  setuid: ({ guest, a }) => guest.post("set_user", { id: a }),
  setgid: ({ guest, a }) => guest.post("set_group", { id: a }),
  getresuid: ({ guest }) => guest.post("get_ids", {}),
  getresgid: ({ guest }) => guest.post("get_ids", {}),
  setpriority: ({ guest, a, b, c }) => guest.post("set_priority", { which: a, who: b, nice: c }),
  getpriority: ({ guest, a, b }) => guest.post("get_priority", { which: a, who: b }),
};

class HereProcesses {
  readonly tables = bootTables();
  readonly #all = new Map<string, Here>();

  constructor() {
    this.tables.commands.register(driverOf("mortal", mortal));
    const first = start(this.tables, { command: "mortal" });
    this.#all.set("A", new Here(this.tables, first));
  }

  run([who, command, ...args]: Step): unknown {
    const here = this.#of(who);
    if (command === "state") {
      const { state } = here.process;
      if (this.tables.processes.get(here.process.pid) instanceof Errno) return "gone";
      return state === "running" ? "alive" : state;
    }
    this.#handle();
    if (command === "took") {
      const took = here.took.splice(0).sort((a, b) => a - b);
      return took;
    }
    if (command !== "reply") {
      here.command = command;
      here.answered = here.guest.answers;
      if (command === "spawn") {
        this.#spawn(here, args);
        return "ok";
      }
      const numbers = args.map((arg) => pidFrom(arg, (name) => this.#of(name).process.pid));
      this.#call(here, command, numbers.map(Number), String(args[command === "mask" ? 1 : 0]));
    }
    this.#handle();
    return this.#answerOf(here);
  }

  #of(name: string): Here {
    const here = this.#all.get(name);
    if (!here) throw new Error(`no process ${name}`);
    return here;
  }

  #nameOf(pid: number): string {
    for (const [name, { process }] of this.#all) if (process.pid === pid) return name;
    return "outside";
  }

  #spawn({ guest }: Here, [name = "", session = 0, group = -1]: (number | string)[]): void {
    const attributes = new Uint8Array(32);
    const view = new DataView(attributes.buffer);
    const pgid = Number(pidFrom(group, (other) => this.#of(other).process.pid));
    view.setUint32(0, (session ? 0x80 : 0) | (pgid >= 0 ? 2 : 0), true);
    view.setInt32(4, Math.max(0, pgid), true);
    const none = new Uint8Array(0);
    const text = { path: utf8("mortal"), argv: utf8("mortal\0"), env: none, actions: none };
    const pid = guest.do("spawn", { ...text, flags: 0, attributes });
    const process = this.tables.processes.get(pid);
    if (process instanceof Errno) throw new Error("no child");
    this.#all.set(String(name), new Here(this.tables, process));
  }

  #call({ guest }: Here, name: string, [a = 0, b = 0, c = 0]: number[], bits: string): void {
    const call = calls[name];
    if (!call) throw new Error(`no command ${name}`);
    const value = /^\d+$/.test(bits) ? BigInt(bits) : 0n;
    const set = { low: Number(value & 0xffff_ffffn), high: Number(value >> 32n) };
    call({ guest, a, b, c, set });
  }

  /** Runs the handlers of caught signals, as Linux does wherever a program is. */
  #handle(): void {
    const { processes } = this.tables;
    for (const { process, took } of this.#all.values()) {
      while (process.state === "running") {
        const taken = enterHandler(process);
        if (!taken) break;
        took.push(taken.info.signal);
        setMask(processes, process, taken.mask);
      }
    }
  }

  #answerOf(here: Here): unknown {
    const { guest, command } = here;
    if (guest.answers === here.answered || guest.outcome === undefined) return "waits";
    if (guest.outcome !== "ok") return guest.outcome;
    const bytes = guest.resultBytes.slice();
    const ints = () => [...new Int32Array(bytes.buffer)];
    const longs = () => [...new BigInt64Array(bytes.buffer)].map(Number);
    const pair = BigInt.asUintN(32, BigInt(guest.result)) | (BigInt(guest.secondResult) << 32n);
    const nameOf = (pid: number) => this.#nameOf(pid);
    switch (command) {
      case "waitpid":
        return named(command, [guest.result, guest.secondResult], nameOf);
      case "getpgid":
      case "getsid":
      case "setsid":
      case "getppid":
        return named(command, [guest.result], nameOf);
      case "mask":
      case "pending":
        return [Number(BigInt.asUintN(64, pair))];
      case "sigwait": {
        const [signal = 0, code = 0, pid = 0, , status = 0, , value = 0] = ints();
        return named(command, [signal, code, pid, code > 0 ? status : 0, value], nameOf);
      }
      case "suspend": {
        // The handler runs before sigsuspend returns, which is always EINTR.
        const [signal = 0, , , , , , , , low = 0, high = 0] = ints();
        here.took.push(signal);
        const { processes } = this.tables;
        setMask(processes, here.process, new SignalSet(low, high));
        return "EINTR";
      }
      case "sleep":
        return [guest.longResult > 0n ? 1 : 0];
      case "alarm":
        return [Math.round((longs()[0] ?? 0) / 1_000_000)];
      case "read":
      case "write":
        return [guest.result];
      case "getrlimit":
        return longs();
      case "getresuid":
        return ints().slice(0, 3);
      case "getresgid":
        return ints().slice(3);
      case "getpriority":
        return [guest.result + 100];
      default:
        return [0];
    }
  }
}

const folder = compile();
afterAll(() => {
  if (folder) rmSync(folder, { recursive: true });
});

/** A is a shell, B its job in a group of its own. */
const job: Step[] = [["A", "spawn", "B", 0, 0]];

const endings = [SIGHUP, SIGINT, SIGKILL, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGXFSZ, 34, 64];
const harmless = [SIGCHLD, SIGURG, SIGWINCH, SIGCONT];

const cases: Record<string, Step[]> = {
  "default actions that end": endings.flatMap((signal, at): Step[] => [
    ["A", "spawn", `B${at}`, 0, 0],
    ["A", "kill", `B${at}`, signal],
    [`B${at}`, "state"],
    ["A", "waitpid", `B${at}`, 0],
    [`B${at}`, "state"],
  ]),
  "default actions that do nothing": [
    ...job,
    ...harmless.flatMap((signal): Step[] => [
      ["A", "kill", "B", signal],
      ["B", "state"],
    ]),
  ],
  "stops, told by waitpid": [
    ...job,
    ...[SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU].flatMap((signal): Step[] => [
      ["A", "kill", "B", signal],
      ["B", "state"],
      ["A", "waitpid", -1, WNOHANG],
      ["A", "waitpid", -1, WNOHANG | WUNTRACED],
      ["A", "waitpid", -1, WNOHANG | WUNTRACED],
      ["A", "kill", "B", SIGCONT],
      ["B", "state"],
      ["A", "waitpid", -1, WNOHANG | WUNTRACED],
      ["A", "waitpid", -1, WNOHANG | WCONTINUED],
      ["A", "waitpid", -1, WNOHANG | WCONTINUED],
    ]),
  ],
  "a stop that nobody fetched is past after SIGCONT": [
    ...job,
    ["A", "kill", "B", SIGSTOP],
    ["A", "kill", "B", SIGCONT],
    ["A", "waitpid", "B", WNOHANG | WUNTRACED | WCONTINUED],
    ["A", "kill", "B", SIGSTOP],
    ["A", "waitpid", "B", WNOHANG | WCONTINUED],
    ["A", "waitpid", "B", WNOHANG | WUNTRACED],
  ],
  "a wait for a stop": [
    ...job,
    ["A", "waitpid", -1, WUNTRACED],
    ["B", "kill", "B", SIGSTOP],
    ["A", "reply"],
    ["A", "kill", "B", SIGCONT],
    ["B", "reply"],
  ],
  "a stopped process dies of SIGKILL, of others when it goes on": [
    ...job,
    ["A", "spawn", "C", 0, 0],
    ["A", "kill", "B", SIGSTOP],
    ["A", "kill", "C", SIGSTOP],
    ["A", "kill", "B", SIGTERM],
    ["B", "state"],
    ["A", "kill", "C", SIGKILL],
    ["C", "state"],
    ["A", "kill", "B", SIGCONT],
    ["B", "state"],
    ["A", "waitpid", "B", 0],
    ["A", "waitpid", "C", 0],
  ],
  "stop signals in an orphaned group": [
    ["A", "kill", "A", SIGTSTP],
    ["A", "kill", "A", SIGTTIN],
    ["A", "kill", "A", SIGTTOU],
    ["A", "state"],
    ["A", "spawn", "B"],
    ["A", "kill", "B", SIGTSTP],
    ["B", "state"],
    ["A", "kill", "B", SIGSTOP],
    ["B", "state"],
  ],
  "a blocked or ignored SIGCONT continues": [
    ...job,
    ["B", "mask", BLOCK, set(SIGCONT)],
    ["A", "kill", "B", SIGSTOP],
    ["A", "kill", "B", SIGCONT],
    ["B", "state"],
    ["B", "pending"],
    ["B", "action", SIGCONT, IGNORE],
    ["B", "pending"],
    ["A", "kill", "B", SIGSTOP],
    ["A", "kill", "B", SIGCONT],
    ["B", "state"],
  ],
  "SIGCONT and stop signals discard each other": [
    ...job,
    ["B", "mask", BLOCK, set(SIGCONT, SIGTSTP, SIGTTIN)],
    ["A", "kill", "B", SIGTSTP],
    ["A", "kill", "B", SIGTTIN],
    ["B", "pending"],
    ["B", "action", SIGCONT, CATCH],
    ["A", "kill", "B", SIGCONT],
    ["B", "pending"],
    ["A", "kill", "B", SIGTSTP],
    ["B", "pending"],
    ["B", "mask", UNBLOCK, set(SIGTSTP)],
    ["B", "state"],
    ["A", "kill", "B", SIGCONT],
    ["B", "reply"],
    ["B", "took"],
  ],
  "caught while stopped": [
    ...job,
    ["B", "action", SIGUSR1, CATCH],
    ["A", "kill", "B", SIGSTOP],
    ["A", "kill", "B", SIGUSR1],
    ["A", "kill", "B", SIGUSR1],
    ["B", "state"],
    ["A", "kill", "B", SIGCONT],
    ["B", "took"],
  ],
  "a caught SIGTSTP does not stop; SIGSTOP and SIGKILL can't be caught": [
    ...job,
    ["B", "action", SIGTSTP, CATCH],
    ["B", "action", SIGSTOP, CATCH],
    ["B", "action", SIGKILL, IGNORE],
    ["B", "action", 65, IGNORE],
    ["A", "kill", "B", SIGTSTP],
    ["B", "state"],
    ["B", "took"],
  ],
  "SIGCHLD of stops, continuations and ends": [
    ["A", "mask", BLOCK, set(SIGCHLD)],
    ...job,
    ["A", "kill", "B", SIGSTOP],
    ["A", "sigwait", set(SIGCHLD), 0],
    ["A", "kill", "B", SIGCONT],
    ["A", "sigwait", set(SIGCHLD), 0],
    ["A", "kill", "B", SIGTERM],
    ["A", "sigwait", set(SIGCHLD), 0],
    ["A", "sigwait", set(SIGCHLD), 0],
    ["A", "spawn", "C"],
    ["C", "exit", 3],
    ["A", "sigwait", set(SIGCHLD), 0],
  ],
  SA_NOCLDSTOP: [
    ["A", "action", SIGCHLD, CATCH, NOCLDSTOP],
    ...job,
    ["A", "kill", "B", SIGSTOP],
    ["A", "took"],
    ["A", "kill", "B", SIGCONT],
    ["A", "took"],
    ["B", "exit", 1],
    ["A", "took"],
    ["A", "waitpid", -1, 0],
  ],
  "SA_NOCLDWAIT leaves no zombies, and a wait ends with ECHILD": [
    ["A", "action", SIGCHLD, DEFAULT, NOCLDWAIT],
    ...job,
    ["A", "waitpid", -1, 0],
    ["B", "exit", 1],
    ["B", "state"],
    ["A", "reply"],
  ],
  "an ignored SIGCHLD leaves no zombies": [
    ["A", "action", SIGCHLD, IGNORE],
    ...job,
    ["B", "exit", 1],
    ["B", "state"],
    ["A", "waitpid", "B", 0],
  ],
  "zombies can be signalled and are told once": [
    ...job,
    ["B", "exit", 7],
    ["B", "state"],
    ["A", "kill", "B", 0],
    ["A", "kill", "B", SIGKILL],
    ["A", "kill", "-B", SIGTERM],
    ["A", "getpgid", "B"],
    ["A", "waitpid", "B", WNOHANG],
    ["A", "waitpid", "B", WNOHANG],
    ["A", "kill", "B", 0],
    ["A", "kill", "-B", 0],
  ],
  "exit codes have eight bits": [
    ...[0, 255, 256, 257, -1].flatMap((code, at): Step[] => [
      ["A", "spawn", `B${at}`],
      [`B${at}`, "exit", code],
      ["A", "waitpid", -1, 0],
    ]),
  ],
  "waitpid in all forms": [
    ["A", "spawn", "B"],
    ["A", "spawn", "C", 0, 0],
    ["A", "spawn", "D", 0, "C"],
    ["B", "spawn", "E"],
    ["A", "waitpid", 0, WNOHANG],
    ["A", "waitpid", "-C", WNOHANG],
    ["A", "waitpid", "E", WNOHANG],
    ["A", "waitpid", "A", WNOHANG],
    ["A", "waitpid", "-B", WNOHANG],
    ["A", "waitpid", -1, 0x100],
    ["D", "exit", 4],
    ["A", "waitpid", 0, WNOHANG],
    ["A", "waitpid", "-C", 0],
    ["B", "exit", 2],
    ["A", "waitpid", 0, 0],
    ["A", "waitpid", 0, WNOHANG],
    ["E", "getppid"],
    ["C", "exit", 3],
    ["A", "waitpid", -1, 0],
    ["A", "waitpid", -1, 0],
  ],
  "a wait that others end": [
    ["A", "spawn", "B"],
    ["A", "spawn", "C"],
    ["A", "waitpid", -1, 0],
    ["C", "exit", 5],
    ["A", "reply"],
    ["A", "waitpid", "B", 0],
    ["B", "kill", "B", SIGTERM],
    ["A", "reply"],
  ],
  "a wait and a caught signal: EINTR without SA_RESTART, going on with it": [
    ...job,
    ["A", "action", SIGUSR1, CATCH, INTERRUPTS],
    ["A", "action", SIGUSR2, CATCH],
    ["A", "waitpid", -1, 0],
    ["B", "kill", "A", SIGUSR2],
    ["A", "reply"],
    ["B", "kill", "A", SIGUSR1],
    ["A", "reply"],
    ["A", "took"],
  ],
  "a read from a pipe and signals": [
    ["A", "pipe"],
    ["A", "spawn", "B"],
    ["A", "action", SIGUSR1, CATCH, INTERRUPTS],
    ["A", "action", SIGUSR2, CATCH],
    ["A", "read", 10],
    ["B", "kill", "A", SIGUSR2],
    ["A", "reply"],
    ["B", "kill", "A", SIGUSR1],
    ["A", "reply"],
    ["A", "read", 10],
    ["B", "kill", "A", SIGWINCH],
    ["A", "reply"],
    ["B", "write", 3],
    ["A", "reply"],
  ],
  "a full pipe and signals: a partial write is told, an empty one is EINTR": [
    ["A", "pipe"],
    ["A", "spawn", "B"],
    ["A", "action", SIGUSR1, CATCH, INTERRUPTS],
    ["A", "write", 100_000],
    ["B", "kill", "A", SIGUSR1],
    ["A", "reply"],
    ["A", "write", 100],
    ["B", "kill", "A", SIGUSR1],
    ["A", "reply"],
  ],
  "SIGPIPE: default, ignored, caught": [
    ["A", "pipe"],
    ["A", "close", 10],
    ["A", "spawn", "B"],
    ["A", "spawn", "C"],
    ["A", "spawn", "D"],
    ["B", "write", 1],
    ["B", "state"],
    ["A", "waitpid", "B", 0],
    ["C", "action", SIGPIPE, IGNORE],
    ["C", "write", 1],
    ["D", "action", SIGPIPE, CATCH],
    ["D", "write", 1],
    ["D", "took"],
  ],
  "a reader that goes away in the middle of a write": [
    ["A", "pipe"],
    ["A", "spawn", "B"],
    ["B", "close", 10],
    ["B", "action", SIGPIPE, CATCH],
    ["B", "write", 100_000],
    ["A", "read", 4096],
    ["A", "close", 10],
    ["B", "reply"],
    ["B", "took"],
    ["B", "write", 1],
    ["B", "took"],
  ],
  "a stopped reader takes nothing": [
    ["A", "pipe"],
    ["A", "spawn", "B", 0, 0],
    ["B", "read", 10],
    ["A", "kill", "B", SIGSTOP],
    ["A", "write", 5],
    ["B", "reply"],
    ["A", "read", 2],
    ["A", "kill", "B", SIGCONT],
    ["B", "reply"],
  ],
  "a stopped writer goes on when it is continued": [
    ["A", "pipe"],
    ["A", "spawn", "B", 0, 0],
    ["B", "write", 65_536],
    ["B", "write", 10],
    ["A", "kill", "B", SIGSTOP],
    ["A", "read", 65_536],
    ["B", "reply"],
    ["A", "kill", "B", SIGCONT],
    ["B", "reply"],
    ["A", "read", 65_536],
  ],
  "masks: block, unblock, set, ask": [
    ["A", "mask", BLOCK, set(SIGINT, SIGTERM)],
    ["A", "mask", BLOCK, set(SIGUSR1)],
    ["A", "mask", UNBLOCK, set(SIGTERM)],
    ["A", "mask", SET, set(SIGHUP, 40)],
    ["A", "mask", BLOCK, set()],
    ["A", "mask", 3, set()],
    ["A", "mask", SET, set(SIGKILL, SIGSTOP, SIGINT)],
    ["A", "mask", BLOCK, set()],
  ],
  "blocked signals wait, merged, and act when they are unblocked": [
    ...job,
    ["B", "action", SIGUSR1, CATCH],
    ["B", "action", SIGUSR2, IGNORE],
    ["B", "mask", BLOCK, set(SIGUSR1, SIGUSR2, SIGTERM, SIGCHLD)],
    ["A", "kill", "B", SIGUSR1],
    ["A", "kill", "B", SIGUSR1],
    ["A", "kill", "B", SIGUSR2],
    ["A", "kill", "B", SIGCHLD],
    ["B", "pending"],
    ["B", "mask", UNBLOCK, set(SIGUSR1, SIGUSR2, SIGCHLD)],
    ["B", "took"],
    ["B", "pending"],
    ["A", "kill", "B", SIGTERM],
    ["B", "state"],
    ["B", "mask", UNBLOCK, set(SIGTERM)],
    ["B", "state"],
    ["A", "waitpid", "B", 0],
  ],
  "ignoring forgets what is pending": [
    ["A", "mask", BLOCK, set(SIGUSR1, SIGURG)],
    ["A", "kill", "A", SIGUSR1],
    ["A", "kill", "A", SIGURG],
    ["A", "pending"],
    ["A", "action", SIGUSR1, IGNORE],
    ["A", "action", SIGURG, DEFAULT],
    ["A", "pending"],
  ],
  "the mask is a child's, too, what is pending is not": [
    ["A", "mask", BLOCK, set(SIGUSR1)],
    ["A", "kill", "A", SIGUSR1],
    ["A", "spawn", "B"],
    ["B", "pending"],
    ["B", "mask", BLOCK, set()],
  ],
  "what is ignored stays so in a child, what is caught does not": [
    ["A", "action", SIGUSR1, IGNORE],
    ["A", "action", SIGUSR2, CATCH],
    ["A", "spawn", "B"],
    ["A", "kill", "B", SIGUSR1],
    ["B", "state"],
    ["A", "kill", "B", SIGUSR2],
    ["B", "state"],
    ["A", "waitpid", "B", 0],
  ],
  SA_RESETHAND: [
    ...job,
    ["B", "action", SIGUSR1, CATCH, RESETHAND],
    ["A", "kill", "B", SIGUSR1],
    ["B", "took"],
    ["A", "kill", "B", SIGUSR1],
    ["B", "state"],
  ],
  SA_NODEFER: [
    ["A", "action", SIGUSR1, CATCH, NODEFER],
    ["A", "kill", "A", SIGUSR1],
    ["A", "took"],
    ["A", "mask", BLOCK, set()],
  ],
  "sigtimedwait: who sent it, with what; standard signals once, real-time ones in order": [
    ["A", "mask", BLOCK, set(SIGUSR1, 36, 37)],
    ["A", "spawn", "B"],
    ["A", "sigwait", set(SIGUSR1, 36, 37), 0],
    ["B", "queue", "A", 37, 1],
    ["B", "queue", "A", 36, 2],
    ["B", "queue", "A", 36, 3],
    ["B", "queue", "A", SIGUSR1, 4],
    ["B", "queue", "A", SIGUSR1, 5],
    ["B", "kill", "A", 36],
    ["A", "pending"],
    ...Array.from({ length: 6 }, (): Step => ["A", "sigwait", set(SIGUSR1, 36, 37), 0]),
    ["A", "pending"],
  ],
  "sigtimedwait waits, and ends with EINTR for another caught signal": [
    ["A", "spawn", "B"],
    ["A", "mask", BLOCK, set(SIGUSR1)],
    ["A", "action", SIGUSR2, CATCH],
    ["A", "sigwait", set(SIGUSR1), 1],
    ["B", "kill", "A", SIGUSR1],
    ["A", "reply"],
    ["A", "sigwait", set(SIGUSR1), 1],
    ["B", "kill", "A", SIGUSR2],
    ["A", "reply"],
    ["A", "took"],
  ],
  sigsuspend: [
    ["A", "spawn", "B"],
    ["A", "action", SIGUSR1, CATCH],
    ["A", "action", SIGUSR2, CATCH],
    ["A", "mask", SET, set(SIGUSR1)],
    ["A", "suspend", set(SIGUSR2)],
    ["B", "kill", "A", SIGUSR2],
    ["B", "kill", "A", SIGWINCH],
    ["A", "reply"],
    ["B", "kill", "A", SIGUSR1],
    ["A", "reply"],
    ["A", "took"],
    ["A", "mask", BLOCK, set()],
  ],
  "sigsuspend takes what is pending at once": [
    ["A", "action", SIGUSR1, CATCH],
    ["A", "mask", SET, set(SIGUSR1)],
    ["A", "kill", "A", SIGUSR1],
    ["A", "suspend", set()],
    ["A", "took"],
    ["A", "mask", BLOCK, set()],
  ],
  "sleep ends early for a caught signal only": [
    ["A", "spawn", "B", 0, 0],
    ["B", "action", SIGUSR1, CATCH],
    ["B", "sleep", 1000],
    ["A", "kill", "B", SIGWINCH],
    ["B", "reply"],
    ["A", "kill", "B", SIGSTOP],
    ["A", "kill", "B", SIGCONT],
    ["B", "reply"],
    ["A", "kill", "B", SIGUSR1],
    ["B", "reply"],
  ],
  "alarm answers what was left, and is not inherited": [
    ["A", "alarm", 0],
    ["A", "alarm", 100],
    ["A", "spawn", "B"],
    ["B", "alarm", 0],
    ["A", "alarm", 50],
    ["A", "alarm", 0],
    ["A", "alarm", 0],
  ],
  "kill: errors": [
    ["A", "kill", "A", -1],
    ["A", "kill", "A", 65],
    ["A", "kill", "A", 0],
    ["A", "kill", 4_000_000, 0],
    ["A", "kill", -4_000_000, 0],
    ["A", "queue", "A", 65, 0],
    ["A", "queue", 4_000_000, 0, 0],
  ],
  "kill by group": [
    ["A", "spawn", "B", 0, 0],
    ["A", "spawn", "C", 0, "B"],
    ["A", "spawn", "D"],
    ["A", "action", SIGUSR1, CATCH],
    ["A", "kill", "-B", SIGSTOP],
    ["B", "state"],
    ["C", "state"],
    ["D", "state"],
    ["A", "kill", "-B", SIGCONT],
    ["D", "action", SIGUSR1, IGNORE],
    ["A", "kill", 0, SIGUSR1],
    ["A", "took"],
    ["B", "state"],
    ["A", "kill", "-B", SIGKILL],
    ["B", "state"],
    ["C", "state"],
    ["A", "kill", "-B", 0],
  ],
  groups: [
    ["A", "spawn", "B"],
    ["A", "spawn", "C"],
    ["A", "getpgid", "B"],
    ["A", "getpgid", 0],
    ["B", "setpgid", 0, 0],
    ["A", "getpgid", "B"],
    ["C", "setpgid", 0, "B"],
    ["A", "getpgid", "C"],
    ["C", "setpgid", 0, 4_000_000],
    ["C", "setpgid", 0, -1],
    ["C", "setpgid", "B", 0],
    ["C", "setpgid", "A", 0],
    ["A", "setpgid", "A", 0],
    ["A", "setpgid", "C", "C"],
    ["A", "getpgid", "C"],
    ["A", "getpgid", 4_000_000],
    ["A", "getsid", 4_000_000],
  ],
  sessions: [
    ["A", "setsid"],
    ["A", "spawn", "B"],
    ["A", "getsid", "B"],
    ["B", "setsid"],
    ["B", "setsid"],
    ["A", "getsid", "B"],
    ["A", "getpgid", "B"],
    ["A", "setpgid", "B", "A"],
    ["B", "spawn", "C"],
    ["A", "getsid", "C"],
    ["C", "setpgid", 0, "A"],
    ["C", "setpgid", 0, 0],
    ["C", "setsid"],
    ["A", "spawn", "D", 1],
    ["A", "getsid", "D"],
    ["A", "getpgid", "D"],
  ],
  "setsid of one whose group goes on without it": [
    ["A", "spawn", "B", 0, 0],
    ["B", "spawn", "C"],
    ["B", "setpgid", 0, "A"],
    ["B", "setsid"],
    ["C", "exit", 0],
    ["B", "waitpid", "C", 0],
    ["B", "setsid"],
  ],
  "orphans: SIGHUP and SIGCONT for a group with a stopped member": [
    ["A", "spawn", "S", 0, 0],
    ["S", "spawn", "B", 0, 0],
    ["S", "spawn", "C", 0, "B"],
    ["S", "spawn", "D", 0, 0],
    ["B", "action", SIGHUP, CATCH],
    ["C", "action", SIGHUP, CATCH],
    ["D", "action", SIGHUP, CATCH],
    ["S", "kill", "B", SIGSTOP],
    ["S", "exit", 0],
    ["B", "state"],
    ["B", "took"],
    ["C", "took"],
    ["D", "took"],
    ["B", "getppid"],
  ],
  "orphans: the group's own leader was the tie": [
    ["A", "spawn", "L", 0, 0],
    ["L", "spawn", "B"],
    ["B", "action", SIGHUP, CATCH],
    ["A", "kill", "B", SIGSTOP],
    ["A", "kill", "L", SIGKILL],
    ["B", "state"],
    ["B", "took"],
  ],
  "orphans: nobody stopped, nobody told; another tie holds": [
    ["A", "spawn", "S", 0, 0],
    ["S", "spawn", "B", 0, 0],
    ["A", "spawn", "C", 0, "B"],
    ["B", "action", SIGHUP, CATCH],
    ["A", "kill", "B", SIGSTOP],
    ["S", "exit", 0],
    ["B", "state"],
    ["A", "kill", "C", SIGKILL],
    ["B", "state"],
    ["A", "waitpid", "C", 0],
  ],
  "a parent that ends leaves its zombies to nobody": [
    ["A", "spawn", "P"],
    ["P", "spawn", "B"],
    ["B", "exit", 1],
    ["B", "state"],
    ["P", "exit", 2],
    ["B", "state"],
    ["A", "waitpid", -1, 0],
    ["A", "waitpid", -1, 0],
  ],
  "limits: set, bounded by the hard one, inherited": [
    ["A", "setrlimit", 3, 1000, 2000],
    ["A", "getrlimit", 3],
    ["A", "setrlimit", 3, 3000, 2000],
    ["A", "setrlimit", 16, 1, 1],
    ["A", "getrlimit", 99],
    ["A", "spawn", "B"],
    ["B", "getrlimit", 3],
    ["B", "setresuid", 1000, 1000, 1000],
    ["B", "setrlimit", 3, 1000, 2001],
    ["B", "setrlimit", 3, 1000, 1500],
    ["B", "setrlimit", 3, 1000, 1600],
  ],
  NOFILE: [
    ["A", "setrlimit", 7, 11, 200],
    ["A", "getrlimit", 7],
    ["A", "setrlimit", 7, 12, 200],
    ["A", "pipe"],
    ["A", "getrlimit", 7],
  ],
  "nice values": [
    ["A", "getpriority", 0, 0],
    ["A", "setpriority", 0, 0, 5],
    ["A", "spawn", "B", 0, 0],
    ["A", "getpriority", 0, "B"],
    ["A", "setpriority", 1, "B", 100],
    ["A", "getpriority", 1, "B"],
    ["A", "setpriority", 0, 4_000_000, 1],
    ["A", "setpriority", 5, 0, 1],
    ["B", "setresuid", 1000, 1000, 1000],
    ["B", "setpriority", 0, 0, 1],
    ["B", "setpriority", 0, "A", 19],
  ],
  "user ids": [
    ["A", "spawn", "B"],
    ["B", "setresuid", 1, 2, 3],
    ["B", "getresuid"],
    ["B", "setresuid", 4, -1, -1],
    ["B", "setresuid", 2, 3, -1],
    ["B", "getresuid"],
    ["B", "setuid", 2],
    ["B", "setuid", 1],
    ["B", "getresuid"],
    ["A", "spawn", "C"],
    ["C", "setuid", 7],
    ["C", "getresuid"],
    ["C", "setuid", 0],
  ],
  "group ids": [
    ["A", "spawn", "B"],
    ["B", "setresgid", 1, 2, 3],
    ["B", "setgid", 4],
    ["B", "getresgid"],
    ["B", "setresuid", 1000, 1000, 1000],
    ["B", "setresgid", 5, -1, -1],
    ["B", "setgid", 5],
    ["B", "setgid", 4],
  ],
  "who may signal whom": [
    ["A", "spawn", "B"],
    ["A", "spawn", "C"],
    ["A", "spawn", "D", 1],
    ["B", "setresuid", 1000, 1000, 1000],
    ["B", "kill", "C", 0],
    ["B", "kill", "C", SIGTERM],
    ["B", "kill", "C", SIGCONT],
    ["B", "kill", "D", SIGCONT],
    ["C", "setresuid", 5, 6, 1000],
    ["B", "kill", "C", 0],
    ["C", "kill", "B", 0],
    ["A", "kill", "B", SIGKILL],
    ["B", "state"],
  ],
};

describe.skipIf(!folder)("as on this machine's Linux", { timeout: 120_000 }, () => {
  let steps = 0;

  test.each(Object.entries(cases))("%s", async (_, each) => {
    const theirs = await onLinux(folder ?? "", each);
    const here = new HereProcesses();
    const ours = each.map((step) => here.run(step));
    const shown = (results: unknown[]) =>
      each.map((step, at) => `${step.join(" ")}: ${JSON.stringify(results[at])}`);
    expect(shown(ours)).toEqual(shown(theirs));
    steps += each.length;
  });

  test("that is more than 450 steps", () => {
    expect(steps).toBeGreaterThan(450);
  });
});
