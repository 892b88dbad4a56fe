/**
 * A session's bytes: between the stream below and nghttp2, as Node's own does it. What is to be sent is gathered once a turn,
 * and reading waits while the stream below is full.
 */
import type { EventLoop } from "../../guest/event-loop.js";
import { joined } from "../../guest/joined.js";
import type { Http2SessionId, NativeHttp2 } from "../../guest/native-http2.js";
import type { Done, StreamBase, StreamListener } from "../../guest/stream-base.js";
import type { Http2Stream } from "./stream.js";

/** What its session does with it. */
interface Owner {
  readonly find: (stream: number) => Http2Stream | undefined;
  /** An error of nghttp2's, and what Node calls it where that says more. */
  fail(error: number, name?: string | null): void;
  /** Runs as a callback of the session's. */
  run(work: () => void): void;
  /** Nothing more will be sent. */
  hasEnded(): void;
  /** Nothing is left to do of a session that closes gracefully. */
  isIdle(): void;
}

export class Http2Connection implements StreamListener {
  readonly #native: NativeHttp2;
  readonly #id: Http2SessionId;
  readonly #loop: EventLoop;
  readonly #owner: Owner;
  #stream: StreamBase | null = null;
  #previous: StreamListener | null = null;
  isInScope = false;
  isClosingGracefully = false;
  isClosing = false;
  isClosed = false;
  /** Each time that something was sent. */
  chunksSent = 0;
  isWriting = false;
  outgoingBytes = 0;
  /** What Node is to call the failure of what is being received. */
  receiveFailure: string | null = null;
  #isWriteScheduled = false;
  #isSending = false;
  #isReadingStopped = false;
  #isReceivePaused = false;
  #isReceiving = false;
  /** What nghttp2 has not taken yet. */
  #input: Uint8Array | null = null;
  #outgoing: { readonly stream: Http2Stream; readonly done: Done }[] = [];
  #pendingResets: number[] = [];

  constructor(native: NativeHttp2, id: Http2SessionId, loop: EventLoop, owner: Owner) {
    this.#native = native;
    this.#id = id;
    this.#loop = loop;
    this.#owner = owner;
  }

  /** The stream that the connection is on. */
  attach(stream: StreamBase): void {
    this.#stream = stream;
    this.#previous = stream.listener;
    stream.listener = this;
  }

  #detach(): void {
    if (this.#stream?.listener === this) this.#stream.listener = this.#previous;
  }

  get hasPendingData(): boolean {
    return this.#native.wantsWrite(this.#id) || this.#native.wantsRead(this.#id);
  }

  // Bytes that come.

  onStreamRead(result: number, data: Uint8Array): void {
    if (result < 0) {
      if (this.#previous) this.#previous.onStreamRead(result, data);
      else this.#stream?.emitRead(result, data);
      return;
    }
    this.scope(() => {
      this.#input = this.#input ? joined(this.#input, data) : data;
      this.#consumeInput();
      this.#maybeStopReading();
    });
  }

  /** What nghttp2 is being given waits until what is being written has gone. */
  pauseReceiving(): void {
    this.#isReceivePaused = true;
  }

  #consumeInput(): void {
    const input = this.#input;
    if (!input || this.#isReceiving) return;
    this.#isReceivePaused = false;
    this.receiveFailure = null;
    this.#isReceiving = true;
    const count = this.#native.receive(this.#id, input) ?? 0;
    this.#isReceiving = false;
    if (this.#isReceivePaused && count >= 0) {
      // What came meanwhile was put behind it.
      this.#input = this.#input?.subarray(count) ?? null;
      return;
    }
    this.#input = null;
    if (count >= 0) {
      if (!this.isClosed) this.sendPending();
      this.#maybeFinishGracefully();
      return;
    }
    this.#owner.fail(count, this.receiveFailure);
  }

  #maybeStopReading(): void {
    if (this.#isReadingStopped || this.isClosing) return;
    if (this.#native.wantsRead(this.#id) && !this.isWriting) return;
    this.#isReadingStopped = true;
    this.#stream?.readStop();
  }

  // Bytes that go.

  /** Runs what may give nghttp2 something to send, and has it sent in a later turn. */
  scope(work: () => void): void {
    if (this.isInScope || this.#isWriteScheduled) {
      work();
      return;
    }
    this.isInScope = true;
    try {
      work();
    } finally {
      this.isInScope = false;
      if (!this.#isWriteScheduled) this.#maybeScheduleWrite();
    }
  }

  #maybeScheduleWrite(): void {
    if (!this.#native.wantsWrite(this.#id)) return;
    this.#isWriteScheduled = true;
    this.#loop.enqueueCheck(() => {
      if (this.#isWriteScheduled) this.#owner.run(() => this.sendPending());
    });
  }

  addOutgoing(stream: Http2Stream, done: Done): void {
    this.#outgoing.push({ stream, done });
  }

  /** Not 0: something is being sent. */
  sendPending(): number {
    if (this.isClosed) return 0;
    this.#isWriteScheduled = false;
    if (this.#isSending) return 1;
    this.#isSending = true;
    const output = this.#native.send(this.#id);
    if (typeof output === "number") this.#owner.fail(output);
    if (!this.#stream || !(output instanceof Uint8Array) || output.length === 0) {
      this.#finishOutgoing();
      return 0;
    }
    this.outgoingBytes = output.length;
    this.chunksSent++;
    this.isWriting = true;
    const written = this.#stream.send(output, () => this.#afterWrite());
    if (written !== false) {
      this.isWriting = false;
      this.#finishOutgoing();
    }
    this.#maybeStopReading();
    this.#maybeFinishGracefully();
    return 0;
  }

  /** The stream below has taken what was sent, or never will: writes are done either way, as in Node. */
  #finishOutgoing(): void {
    this.#isSending = false;
    this.outgoingBytes = 0;
    for (const { done } of this.#outgoing.splice(0)) done(0);
    if (this.#pendingResets.length === 0) return;
    const resets = this.#pendingResets.splice(0);
    this.sendPending();
    for (const id of resets) this.#owner.find(id)?.flushReset();
  }

  #afterWrite(): void {
    this.isWriting = false;
    this.#finishOutgoing();
    if (this.#isReadingStopped && !this.isWriting && this.#native.wantsRead(this.#id)) {
      this.#isReadingStopped = false;
      this.#stream?.readStart();
    }
    if (this.isClosed) {
      this.#finish();
      return;
    }
    if (this.#input) this.#consumeInput();
    if (!this.#isWriteScheduled && !this.isClosed) this.#maybeScheduleWrite();
    this.#maybeFinishGracefully();
  }

  addPendingReset(stream: number): void {
    this.#pendingResets.push(stream);
  }

  hasPendingReset(stream: number): boolean {
    return this.#pendingResets.includes(stream);
  }

  // The end.

  /** Tells the peer the reason, unless the stream below is gone, and ends. */
  close(reason: number, isSocketClosed: boolean): void {
    this.isClosing = true;
    if (this.#stream) {
      this.#isReadingStopped = true;
      this.#stream.readStop();
    }
    if (isSocketClosed) this.#detach();
    else {
      this.#native.terminate(this.#id, reason);
      this.sendPending();
    }
    this.isClosed = true;
    if (!this.isWriting || !this.#stream) this.#finish();
  }

  #finish(): void {
    this.#owner.hasEnded();
    if (!this.#stream) return;
    // To notice that the peer ends.
    this.#isReadingStopped = false;
    this.#stream.readStart();
  }

  /** A session that is to close when all is done learns of that here. */
  #maybeFinishGracefully(): void {
    if (!this.isClosingGracefully || this.isClosed || this.hasPendingData) return;
    this.#owner.isIdle();
  }
}
