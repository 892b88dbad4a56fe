// Many processes that make random calls and are killed at random moments, in one thread: a seed repeats it all.
// Whoever runs it must have faked the timers.

import { errno } from "../../src/kernel/errno.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import type { Process } from "../../src/kernel/process.js";
import { SIGCONT, SIGKILL, SIGSYS, SIGTERM } from "../../src/kernel/signals.js";
import { signalStatus } from "../../src/kernel/wait-status.js";
import { brokenInvariants } from "../kernel/invariants.js";
import { bootTables, start } from "../kernel/tables.js";
import type { Random } from "../random.js";
import { DirectGuest } from "./direct-guest.js";
import { RandomCalls } from "./random-calls.js";

/** Small enough that limits are met all the time. */
const limits = {
  fileSystemBytes: 4 << 20,
  fileBytes: 1 << 20,
  inodes: 300,
  processes: 40,
  descriptors: 64,
  pipes: 40,
  submissions: 50,
};
const ROOTS = 4;

const knownErrors = new Set(Object.values(errno).map(({ number }) => number));

interface Player {
  readonly process: Process;
  readonly guest: DirectGuest;
  /** How many answers there were when it last made a call. */
  answersBefore: number;
  isWaiting: boolean;
}

export class RandomWorld {
  readonly tables: KernelTables = bootTables(limits);
  /** The tables' dump before anything ran. */
  readonly fresh: object = this.tables.dump();
  readonly #random: Random;
  readonly #calls: RandomCalls;
  readonly #players = new Map<Process, Player>();
  /** Guests whose process is gone: their memory is used again. */
  readonly #spare: DirectGuest[] = [];
  calls = 0;
  answered = 0;
  succeeded = 0;
  kills = 0;
  /** The last calls, newest last, for the report of a failure. */
  readonly #log: string[] = [];

  constructor(random: Random) {
    this.#random = random;
    this.#calls = new RandomCalls(random, this.tables);
  }

  /** Makes one call, or kills somebody. Throws what is wrong. */
  step(): void {
    const player = this.#choose();
    if (this.#random.chance(0.003)) this.#kill(player.process);
    else if (player.isWaiting) this.#disturb(player);
    else this.#call(player);
    this.#look();
  }

  /** Checks all invariants: slower than a step. */
  check(): void {
    const broken = brokenInvariants(this.tables);
    if (broken.length > 0) this.#fail(broken.join("; "));
  }

  #choose(): Player {
    const running = [...this.tables.processes.all()].filter(({ isRunning }) => isRunning);
    if (running.length < ROOTS) running.push(start(this.tables));
    const process = this.#random.pick(running as [Process, ...Process[]]);
    const known = this.#players.get(process);
    if (known) return known;
    const guest = this.#spare.pop() ?? new DirectGuest(this.tables, process);
    guest.channel.process = process;
    guest.channel.replies.length = 0;
    const player = { process, guest, answersBefore: 0, isWaiting: false };
    this.#players.set(process, player);
    process.endListeners.add(() => {
      this.#players.delete(process);
      guest.channel.process = null;
      this.#spare.push(guest);
    });
    return player;
  }

  #call(player: Player): void {
    const { process, guest } = player;
    const { name, args } = this.#calls.next(process);
    this.#note(`${process.pid} ${name} ${describe(args)}`);
    const { replies } = guest.channel;
    replies.length = 0;
    const { releases } = guest.channel;
    this.calls++;
    guest.post(name, args);
    player.isWaiting = process.isRunning && replies.length === 0;
    if (guest.channel.releases !== releases) player.isWaiting = false;
    if (!player.isWaiting) this.#judge(player);
  }

  /** Looks whether a waiting guest has its answer; now and then ends its patience. */
  #disturb(player: Player): void {
    const { process, guest } = player;
    const waits = process.parked.size > 0 || process.gate.size > 0;
    if (guest.channel.replies.length > 0 || !waits) {
      player.isWaiting = false;
      this.#judge(player);
      return;
    }
    if (!this.#random.chance(0.05)) return;
    const signal = this.#random.pick([SIGCONT, SIGCONT, 10, SIGTERM]);
    this.#note(`signal ${signal} to ${process.pid}, which waits`);
    this.tables.processes.deliver(process, signal);
  }

  #kill(process: Process): void {
    this.kills++;
    this.#note(`kill of ${process.pid}`);
    if (this.#random.chance(0.5)) this.tables.processes.deliver(process, SIGKILL);
    // Its thread or guest host process died.
    else this.tables.processes.end(process, signalStatus(6));
  }

  #judge({ guest }: Player): void {
    const { replies } = guest.channel;
    if (replies.length > 1) this.#fail(`${replies.length} answers to one call`);
    const reply = replies[0];
    if (!reply) return;
    this.answered++;
    if (reply.errno === 0) this.succeeded++;
    else if (!knownErrors.has(reply.errno)) this.#fail(`unknown error ${reply.errno}`);
    if (reply.payloadLength < 0 || reply.payloadLength > guest.payload.length) {
      this.#fail(`an answer of ${reply.payloadLength} bytes`);
    }
  }

  /** A handler that threw has ended its process with SIGSYS. */
  #look(): void {
    for (const process of this.tables.processes.all()) {
      if (process.waitStatus === signalStatus(SIGSYS)) this.#fail(`${process.pid} has hit a bug`);
    }
  }

  #note(line: string): void {
    this.#log.push(line);
    if (this.#log.length > 12) this.#log.shift();
  }

  #fail(reason: string): never {
    throw new Error(`${reason}, after\n  ${this.#log.join("\n  ")}`);
  }
}

function describe(args: object): string {
  return Object.entries(args)
    .map(([key, value]) => {
      if (!(value instanceof Uint8Array)) return `${key}=${value}`;
      const text = value.length < 50 ? JSON.stringify(new TextDecoder().decode(value)) : "";
      return `${key}=${value.length} bytes ${text}`;
    })
    .join(" ");
}
