/**
 * From a call on a channel to its handler and back: the boundary that has to hold. Nothing here
 * or below throws for what a guest sends.
 */
import { Errno, errno } from "../kernel/errno.js";
import type { KernelTables } from "../kernel/kernel-tables.js";
import type { OnSignal } from "../kernel/parking.js";
import type { Process } from "../kernel/process.js";
import { refusingLimit } from "../kernel/refused-limit.js";
import { SIGPIPE, SIGSYS } from "../kernel/signals.js";
import { Blocked } from "../kernel/wait.js";
import { signalStatus } from "../kernel/wait-status.js";
import { withinAllowance } from "./allowance-calls.js";
import type { Channel, Reply } from "./channel.js";
import { Decoder } from "./decode.js";
import { descriptorCalls } from "./descriptor-calls.js";
import { fileCalls } from "./file-calls.js";
import type { Caller, Handlers } from "./handler.js";

import { limitCalls } from "./limit-calls.js";
import { lockCalls } from "./lock-calls.js";
import { loopCalls } from "./loop-calls.js";
import { networkCalls } from "./network-calls.js";
import { processCalls } from "./process-calls.js";
import { signalCalls } from "./signal-calls.js";
import { socketCalls } from "./socket-calls.js";
import { type ResultKind, type SyscallName, type SyscallRow, syscalls } from "./syscalls.js";
import { terminalCalls } from "./terminal-calls.js";
import { threadCalls } from "./thread-calls.js";
import { timeCalls } from "./time-calls.js";
import { watchCalls } from "./watch-calls.js";

const handlers: Handlers = {
  ...processCalls,
  ...descriptorCalls,
  ...fileCalls,
  ...limitCalls,
  ...lockCalls,
  ...watchCalls,
  ...loopCalls,
  ...signalCalls,
  ...timeCalls,
  ...terminalCalls,
  ...socketCalls,
  ...networkCalls,
  ...threadCalls,
};

type AnyHandler = (caller: Caller, args: Record<string, unknown>) => unknown;

interface Entry {
  readonly name: SyscallName;
  readonly row: SyscallRow;
  readonly serve: AnyHandler;
}

/** By syscall number. */
const entries: readonly (Entry | undefined)[] = (() => {
  const byNumber: (Entry | undefined)[] = [];
  for (const name of Object.keys(syscalls) as SyscallName[]) {
    // The types of `Handlers` tie each handler to its row's arguments; the decoder makes them.
    byNumber[syscalls[name].number] = {
      name,
      row: syscalls[name],
      serve: handlers[name] as AnyHandler,
    };
  }
  return byNumber;
})();

/** Serves the call that is on the channel: answers it now, or when it ends. */
export function dispatch(tables: KernelTables, channel: Channel): void {
  const { process } = channel;
  if (!process?.isRunning) return;
  const words = channel.takeCall();
  // What a stopped process asks for is served when it is continued.
  if (process.gate.isClosed) {
    process.gate.pass(() => serveTaken(tables, channel, process, words));
  } else serveTaken(tables, channel, process, words);
}

function serveTaken(
  tables: KernelTables,
  channel: Channel,
  process: Process,
  words: Int32Array,
): void {
  const entry = entries[words[0] ?? 0];
  if (!entry) {
    channel.answer(failure(errno.ENOSYS));
    return;
  }
  const { row } = entry;
  const outcome = serve(tables, process, entry, words, channel);
  if (outcome instanceof Blocked && isCutShort(process, row)) {
    settle(tables, channel, process, entry, outcome.interrupted(errno.EINTR));
  } else if (outcome instanceof Blocked) {
    const settled = (result: unknown) => settle(tables, channel, process, entry, result);
    process.parked.park(outcome, settled, undefined, onSignal(row));
  } else {
    settle(tables, channel, process, entry, outcome);
  }
}

/**
 * Carries out a posted write of a process that has just ended, as far as there is room: false for
 * any other call, which its guest did not live to make.
 */
export function dispatchLast(tables: KernelTables, channel: Channel, process: Process): boolean {
  const words = channel.takeCall();
  const entry = entries[words[0] ?? 0];
  if (entry?.row !== syscalls.posted_write) return false;
  const outcome = serve(tables, process, entry, words, channel);
  if (outcome instanceof Blocked) outcome.interrupted(errno.EPIPE);
  channel.release();
  return !(outcome instanceof Blocked);
}

/** Whether a signal that came while the guest computed ends the call it makes now. */
function isCutShort(process: Process, row: SyscallRow): boolean {
  if (process.unseenSignal === "none") return false;
  const effect = onSignal(row);
  return effect === "end" || (effect !== "nothing" && process.unseenSignal === "interrupting");
}

/** What a signal does to a call that waits. One that nobody waits for is left alone. */
function onSignal(row: SyscallRow): OnSignal {
  if (row.result === "never") return "nothing";
  return row.restarts ? "end unless restarting" : "end";
}

function serve(
  tables: KernelTables,
  process: Process,
  entry: Entry,
  words: Int32Array,
  channel: Channel,
): unknown {
  const decoder = new Decoder(words.subarray(1), channel.payload, channel.receivedBytes);
  const args = decoder.decode(entry.row);
  if (args instanceof Errno) return args;
  const thread = channel.thread ?? process.threads.main;
  const caller = { tables, process, thread };
  const run = () => contained(tables, process, () => entry.serve(caller, args));
  const { allowance } = process;
  return allowance.isOwn ? withinAllowance(tables, process, entry.name, args, run) : run();
}

/**
 * A broken invariant ends the sandboxed process, never the host, and shows it nothing. That holds for
 * a retry, too: it runs in somebody else's call, who woke it. A call whose store answers later is
 * suspended here, and runs again.
 */
function contained(tables: KernelTables, process: Process, run: () => unknown): unknown {
  let outcome: unknown;
  try {
    outcome = tables.replay.run(run);
  } catch {
    tables.processes.end(process, signalStatus(SIGSYS));
    return errno.EIO;
  }
  if (!(outcome instanceof Blocked)) return outcome;
  const blocked: Blocked<unknown> = outcome;
  return new Blocked<unknown>({
    queues: blocked.queues,
    retry: () => contained(tables, process, blocked.retry),
    interrupted: blocked.interrupted,
    deadline: blocked.deadline,
  });
}

function settle(
  tables: KernelTables,
  channel: Channel,
  process: Process,
  { name, row }: Entry,
  result: unknown,
): void {
  if (result instanceof Errno) {
    const limit = refusingLimit(tables, process.allowance, name, result);
    if (limit) process.allowance.tell(process, limit);
  }
  if (result === errno.EPIPE) tables.processes.deliver(process, SIGPIPE);
  // Its guest is gone, or the channel serves another process already.
  if (!process.isRunning || channel.process !== process) return;
  if (row.result === "never") {
    channel.release();
    return;
  }
  // A stopped process goes on when it is continued.
  if (process.gate.isClosed) process.gate.pass(() => reply(channel, row, result));
  else reply(channel, row, result);
}

function reply(channel: Channel, row: SyscallRow, result: unknown): void {
  channel.answer(
    result instanceof Errno ? failure(result) : encodeResult(row.result, result, channel.payload),
  );
}

function failure(reason: Errno): Reply {
  return { result: -1, resultHigh: 0, errno: reason.number, payloadLength: 0 };
}

function success(result = 0, resultHigh = 0, payloadLength = 0): Reply {
  return { result, resultHigh, errno: 0, payloadLength };
}

/** The casts hold by `Handlers`: a handler's result type follows from its row's result kind. */
function encodeResult(kind: ResultKind, result: unknown, payload: Uint8Array): Reply {
  switch (kind) {
    case "none":
    case "never":
      return success();
    case "i32":
      return success(result as number);
    case "filled":
      return success(result as number, 0, result as number);
    case "i64": {
      const value = result as number;
      return success(value | 0, Math.floor(value / 0x1_0000_0000));
    }
    case "pair": {
      const [first, second] = result as readonly [number, number];
      return success(first, second);
    }
    case "bytes": {
      const bytes = result as Uint8Array;
      if (bytes.length > payload.length) return failure(errno.EMSGSIZE);
      payload.set(bytes);
      return success(bytes.length, 0, bytes.length);
    }
  }
}
