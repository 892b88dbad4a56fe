/**
 * The kernel's end of a guest's channel, whatever carries it. A channel serves one process at a
 * time; the process is the channel's identity, never an argument.
 */
import { deliverableSignals } from "../kernel/caught-signals.js";
import type { Process } from "../kernel/process.js";
import type { Thread } from "../kernel/thread.js";
import { word } from "./wire.js";

export interface Channel {
  /** Who calls; null while the channel serves nobody. */
  process: Process | null;
  /** Which of its threads calls, unless it is the main one. */
  readonly thread?: Thread | null;
  /** Where the guest's bytes are and replies go: PAYLOAD_BYTES long. */
  readonly payload: Uint8Array;
  /** How much of the payload the call on the channel came with, or may have come with. */
  readonly receivedBytes: number;
  /** Copies number and arguments out of the guest's reach: word 0 is the number. */
  takeCall(): Int32Array;
  /** Answers the call: the guest goes on. */
  answer(reply: Reply): void;
  /** The call has been carried out and wants no answer: the guest has gone on long ago. */
  release(): void;
}

export interface Reply {
  result: number;
  resultHigh: number;
  /** 0 or Linux's error number. */
  errno: number;
  /** How many bytes of the payload the guest may read. */
  payloadLength: number;
}

/** Lays a reply out in a channel's header, with what a guest should know about its process. */
export function writeReply(header: Int32Array, reply: Reply, process: Process | null): void {
  header[word.result] = reply.result;
  header[word.resultHigh] = reply.resultHigh;
  header[word.errno] = reply.errno;
  header[word.payloadLength] = reply.payloadLength;
  const hasPending = process && !process.pendingSignals.isEmpty;
  const signals = hasPending ? deliverableSignals(process) : null;
  header[word.pendingSignals] = signals?.low ?? 0;
  header[word.pendingSignals + 1] = signals?.high ?? 0;
  header[word.postedErrors] = process?.postedErrors.size ?? 0;
  if (process) process.unseenSignal = "none";
}
