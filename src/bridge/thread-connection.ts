/**
 * The channels of a guest host process's threads but the main one, over one socketpair. Frames are those of
 * `socket-channel.ts`, with the thread's number in a word of the header, both ways. The kernel has to have made the thread
 * (`create_thread`); it is served until it says `exit_thread`. Nothing is posted here: each frame is a call.
 */
import type { KernelTables } from "../kernel/kernel-tables.js";
import type { Process } from "../kernel/process.js";
import { SIGSYS } from "../kernel/signals.js";
import { signalStatus } from "../kernel/wait-status.js";
import { dispatch } from "./dispatcher.js";
import { SocketChannel } from "./socket-channel.js";
import { syscalls } from "./syscalls.js";
import { HEADER_BYTES, HEADER_WORDS, PAYLOAD_BYTES, word } from "./wire.js";

export class ThreadConnection {
  readonly #send: (bytes: Uint8Array) => void;
  readonly #onViolation: () => void;
  readonly #channels = new Map<number, SocketChannel>();
  #tables: KernelTables | null = null;
  #process: Process | null = null;
  /** The frame that is coming. */
  readonly #frame = new Uint8Array(HEADER_BYTES + PAYLOAD_BYTES);
  readonly #header = new Int32Array(this.#frame.buffer, 0, HEADER_WORDS);
  #filled = 0;
  #isBroken = false;

  /**
   * @param send - Sends bytes, which stay as they are until the guest has them.
   * @param onViolation - Called when the guest has broken the rules and has to go.
   */
  constructor(send: (bytes: Uint8Array) => void, onViolation: () => void) {
    this.#send = send;
    this.#onViolation = onViolation;
  }

  /** Serves the threads of `process` from now on. */
  serve(tables: KernelTables, process: Process): void {
    this.#tables = tables;
    this.#process = process;
    process.endListeners.add(() => {
      this.#process = null;
      for (const channel of this.#channels.values()) channel.dismiss();
      this.#channels.clear();
    });
  }

  /** Takes bytes that have come from the guest. */
  receive(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.#isBroken; ) {
      const end = this.#filled < HEADER_BYTES ? HEADER_BYTES : this.#frameEnd;
      const part = bytes.subarray(at, at + end - this.#filled);
      this.#frame.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < HEADER_BYTES) return;
      const length = this.#header[word.payloadLength] ?? 0;
      if (length < 0 || length > PAYLOAD_BYTES) {
        this.#break();
        return;
      }
      if (this.#filled < this.#frameEnd) continue;
      const frame = this.#frame.slice(0, this.#frameEnd);
      this.#filled = 0;
      this.#pass(frame, this.#header[word.thread] ?? 0);
    }
  }

  get #frameEnd(): number {
    return HEADER_BYTES + (this.#header[word.payloadLength] ?? 0);
  }

  #pass(frame: Uint8Array, number: number): void {
    // Its process has ended: nobody answers any more.
    if (!this.#process) return;
    const call = this.#header[word.number];
    if (call === syscalls.exit_thread.number) {
      this.#endThread(number, this.#header[word.arguments] ?? 0);
      return;
    }
    const channel = call === syscalls.posted_write.number ? undefined : this.#channelOf(number);
    if (channel) channel.receive(frame);
    else this.#break();
  }

  #channelOf(number: number): SocketChannel | undefined {
    const known = this.#channels.get(number);
    if (known) return known;
    const tables = this.#tables;
    const process = this.#process;
    const thread = process?.threads.get(number);
    if (!tables || !process || !thread || number === 0) return undefined;
    const channel: SocketChannel = new SocketChannel(
      {
        send: (bytes) => {
          new Int32Array(bytes.buffer, bytes.byteOffset, HEADER_WORDS)[word.thread] = number;
          this.#send(bytes);
        },
        // A thread sends nothing while it waits for an answer: one that does breaks its channel.
        setFlowing() {},
        readNow: () => null,
      },
      {
        onCall: () => dispatch(tables, channel),
        onReady: () => this.#break(),
        onRested: () => this.#break(),
        onViolation: () => this.#break(),
        onIdle() {},
      },
    );
    channel.process = process;
    channel.thread = thread;
    this.#channels.set(number, channel);
    return channel;
  }

  /** A thread has ended, or was: also while a call of its waits, whose answer nobody hears then. */
  #endThread(number: number, wakes: number): void {
    const channel = this.#channels.get(number);
    if (channel) channel.process = null;
    this.#channels.delete(number);
    const threads = this.#process?.threads;
    const thread = threads?.get(number);
    if (thread) threads?.end(thread);
    threads?.get(wakes)?.submissions.wake();
  }

  #break(): void {
    this.#isBroken = true;
    const process = this.#process;
    if (process) this.#tables?.processes.end(process, signalStatus(SIGSYS));
    this.#onViolation();
  }
}
