/**
 * The kernel's end of a guest's channel, whatever carries it. A channel serves one process at a
 * time; the process is the channel's identity, never an argument.
 */
import type { Process } from "../kernel/process.js";

export interface Channel {
  /** Who calls; null while the channel serves nobody. */
  process: Process | null;
  /** Where the guest's bytes are and replies go: PAYLOAD_BYTES long. */
  readonly payload: Uint8Array;
  /** Copies number and arguments out of the guest's reach: word 0 is the number. */
  takeCall(): Int32Array;
  /** Answers the call: the guest goes on. */
  answer(reply: Reply): void;
}

export interface Reply {
  result: number;
  resultHigh: number;
  /** 0 or Linux's error number. */
  errno: number;
  /** How many bytes of the payload the guest may read. */
  payloadLength: number;
}
