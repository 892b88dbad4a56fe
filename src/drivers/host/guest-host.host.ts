/**
 * The program of a guest host process (`dist/guest-host.cjs RUNTIME AWAITED STRAY`: the URL of a runtime's
 * file, and descriptors that it should not have): it serves one guest after the other over
 * descriptor 3, its only way out, and ends with it. While it waits for a guest it
 * sleeps in a read, so that nothing of a guest that has left can run.
 */
import { closeSync, readSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { ProcessEnded } from "../../bridge/guest/guest-stub.js";
import { type BlockingSocket, SocketStub } from "../../bridge/guest/socket-stub.js";
import { syscalls } from "../../bridge/syscalls.js";
import { SIGABRT } from "../../kernel/signals.js";
import type { GuestLimit, GuestRuntime, GuestStart } from "./guest-runtime.js";
import { readStart } from "./start-message.js";
import { limitMemory, raiseWalls, seeOnly } from "./walls.host.js";

const CHANNEL_FD = 3;
/** The shell's exit code for a command that was found but can't be run. */
const CANNOT_RUN = 126;
/** Says that the first guest waits already. */
const AWAITED = "awaited";

/** Ends this process: the kernel is gone. Not by `exit`, which would run what guests left behind. */
function die(): never {
  process.kill(process.pid, "SIGKILL");
  throw new Error("unreachable");
}

const socket: BlockingSocket = {
  read(target, offset, length) {
    try {
      const count = readSync(CHANNEL_FD, target, offset, length, null);
      return count === 0 ? die() : count;
    } catch {
      return die();
    }
  },
  write(bytes, offset, length) {
    try {
      return writeSync(CHANNEL_FD, bytes, offset, length);
    } catch {
      return die();
    }
  },
};

function fill(target: Uint8Array): void {
  let filled = 0;
  while (filled < target.length) filled += socket.read(target, filled, target.length - filled);
}

/** The runtime in that file, or why it can't be had. To load a first ES module takes Node 8 ms: what is in a hurry is none. */
async function load(file: string): Promise<GuestRuntime | Error> {
  try {
    const url = new URL(file);
    const isModule = !url.pathname.endsWith(".cjs");
    const runtime: GuestRuntime = isModule
      ? await import(file)
      : createRequire(import.meta.url)(fileURLToPath(url));
    await runtime.prepare?.(url);
    return runtime;
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
}

/** Paths and URLs of files: here they would be the host's. */
const HOST_PATH = /(?:\w+:\/\/)?\/[^\s'"`,;)]*/g;

/** Tells the guest's reader what went wrong: one line, without a stack or a path of the host. */
function report(stub: SocketStub, start: GuestStart, failure: unknown): void {
  const reason = failure instanceof Error ? failure.message : String(failure);
  const [firstLine = ""] = reason.split("\n", 1);
  const line = `${start.command}: ${firstLine.replace(HOST_PATH, "…")}\n`;
  stub.call("write", { fd: 2, data: new TextEncoder().encode(line) });
}

/** Runs one guest. Ends this process when the runtime is broken. */
async function serve(stub: SocketStub, runtime: GuestRuntime | Error): Promise<void> {
  const start = readStart(fill);
  if (start.memoryBytes !== undefined) limitMemory(start.memoryBytes);
  try {
    if (runtime instanceof Error) {
      report(stub, start, runtime);
      stub.post("exit", { code: CANNOT_RUN });
      return;
    }
    const code = await runtime.run(stub, start);
    stub.post("exit", { code });
    if (runtime.isSpent?.()) die();
  } catch (thrown) {
    if (thrown instanceof ProcessEnded) {
      if (!(runtime instanceof Error) && runtime.isSpent?.()) die();
      return;
    }
    abort(stub, start, thrown);
  }
}

/** The runtime's file is a bundle of its own, with a class of its own. */
function isLimit(thrown: unknown): thrown is GuestLimit {
  return thrown instanceof Error && "limit" in thrown && "value" in thrown;
}

function abort(stub: SocketStub, start: GuestStart, thrown: unknown): void {
  try {
    report(stub, start, thrown);
    if (isLimit(thrown)) stub.call("abort_at_limit", { limit: thrown.limit, value: thrown.value });
    stub.call("kill", { pid: start.pid, signal: SIGABRT });
  } catch {
    // The process has ended already.
  }
  die();
}

/** Closes descriptors that the host application was started with and does not know of. */
function closeStray(numbers: string): void {
  for (const fd of numbers.split(" ").filter(Boolean).map(Number)) {
    try {
      closeSync(fd);
    } catch {
      // EBADF: the shell's own, gone with it.
    }
  }
}

async function main(): Promise<void> {
  const [, , file = "", awaited, stray = ""] = process.argv;
  closeStray(stray);
  const hasNamespaces = process.env.NAMESPACES === "1";
  // The shell that started this process leaves a PWD.
  for (const name of Object.keys(process.env)) delete process.env[name];
  const runtime = await load(file);
  if (hasNamespaces) seeOnly(runtime instanceof Error ? [] : (runtime.filesOfHost?.() ?? []));
  raiseWalls();
  const stub = new SocketStub(socket, syscalls);
  const rest = () => {
    if (!(runtime instanceof Error)) runtime.rest?.();
  };
  // Who waits for a process waits for this, too: nobody has asked for it before it is there.
  rest();
  for (let isFirst = true; ; isFirst = false) {
    stub.ready();
    rest();
    stub.rested();
    // The event loop is not entered any more: nothing of this process may run beside a guest.
    if (isFirst && awaited !== AWAITED && !(runtime instanceof Error)) runtime.prepareMore?.();
    await serve(stub, runtime);
  }
}

void main();
