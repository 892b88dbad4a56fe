// A guest at the other end of a socket channel, in the test itself: its bytes go to the kernel at once, and
// where a real guest would sleep it says so.

import { dispatch, dispatchLast } from "../../src/bridge/dispatcher.js";
import type { GuestStub } from "../../src/bridge/guest/guest-stub.js";
import { LoopClient } from "../../src/bridge/guest/loop-client.js";
import { type BlockingSocket, SocketStub } from "../../src/bridge/guest/socket-stub.js";
import { SocketChannel } from "../../src/bridge/socket-channel.js";
import { syscalls } from "../../src/bridge/syscalls.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import type { Process } from "../../src/kernel/process.js";

/** Thrown where a guest would sleep for its answer. */
export class Asleep extends Error {
  override readonly name = "Asleep";
}

export class SocketGuest {
  readonly channel: SocketChannel;
  readonly stub: SocketStub;
  readonly loop: LoopClient;
  /** What happened on the channel, oldest first. */
  readonly events: string[] = [];
  /** Bytes the kernel has sent and the guest has not read. */
  #answers: Uint8Array[] = [];
  /** Sent by the guest and still in the socket: the kernel has stopped the flow. */
  #inSocket: Uint8Array[] = [];
  isFlowing = true;
  /** How many bytes go over at once; small numbers cut frames into pieces. */
  pieceBytes = Number.POSITIVE_INFINITY;

  constructor(tables: KernelTables, process: Process) {
    this.channel = new SocketChannel(
      {
        send: (bytes) => void this.#answers.push(bytes.slice()),
        setFlowing: (isFlowing) => {
          this.isFlowing = isFlowing;
        },
        readNow: () => this.#inSocket.shift() ?? null,
      },
      {
        onCall: () => dispatch(tables, this.channel),
        onReady: () => void this.events.push("ready"),
        onRested: () => void this.events.push("rested"),
        onViolation: () => void this.events.push("violation"),
        onIdle: () => {},
      },
    );
    this.channel.process = process;
    process.drainPosted = () =>
      this.channel.drain(() => dispatchLast(tables, this.channel, process));
    process.endListeners.add(() => {
      this.events.push(`ended ${this.channel.dismiss() ? "in a call" : "outside"}`);
    });
    const socket: BlockingSocket = {
      read: (target, offset, length) => this.#read(target, offset, length),
      write: (bytes, offset, length) => {
        const count = Math.min(length, this.pieceBytes);
        this.send(bytes.slice(offset, offset + count));
        return count;
      },
    };
    this.stub = new SocketStub(socket, syscalls);
    this.loop = new LoopClient(this.stub);
  }

  /** Whether the kernel has answered something that the guest has not read. */
  get hasAnswer(): boolean {
    return this.#answers.length > 0;
  }

  /** Sends raw bytes. */
  send(bytes: Uint8Array): void {
    if (!this.isFlowing) this.#inSocket.push(bytes);
    else this.channel.receive(bytes);
  }

  /** Lets what was held back in the socket go on. */
  flow(): void {
    while (this.isFlowing) {
      const bytes = this.#inSocket.shift();
      if (!bytes) return;
      this.channel.receive(bytes);
    }
  }

  /** Reads the answer that a call which threw `Asleep` has got meanwhile: its errno. */
  wakeUp(): number {
    (this.stub as unknown as { receive(): void }).receive();
    return errnoOf(this.stub);
  }

  #read(target: Uint8Array, offset: number, length: number): number {
    const next = this.#answers[0];
    if (!next) throw new Asleep("the kernel has not answered");
    const part = next.subarray(0, Math.min(length, this.pieceBytes));
    target.set(part, offset);
    if (part.length === next.length) this.#answers.shift();
    else this.#answers[0] = next.subarray(part.length);
    return part.length;
  }
}

function errnoOf(stub: GuestStub): number {
  return (stub as unknown as { header: Int32Array }).header[10] ?? 0;
}
