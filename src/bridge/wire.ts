/**
 * The wire layout that every transport uses: sixteen int32 header words and a payload. The guest
 * writes number, arguments and payload; the kernel writes result, errno and payload. Little-endian,
 * as WebAssembly is.
 */

export const HEADER_WORDS = 16;
export const HEADER_BYTES = HEADER_WORDS * 4;
/** Bytes one call can carry each way. */
export const PAYLOAD_BYTES = 256 * 1024;
/** In shared memory: where the ring of posted writes begins (`posted-ring.ts`). */
export const POSTED_OFFSET = HEADER_BYTES + PAYLOAD_BYTES;

/** Positions in the header. */
export const word = {
  /** `state.*`: whose turn it is. The guest sleeps on it. */
  state: 0,
  number: 1,
  /** The first of six. */
  arguments: 2,
  result: 8,
  /** The high half of an i64 result, the second of a pair. */
  resultHigh: 9,
  /** 0, or Linux's error number. */
  errno: 10,
  /** Bytes of payload: of the reply, and on a socketpair of the call. */
  payloadLength: 11,
  /** Caught signals that the guest has not taken, one bit a signal, in two words. */
  pendingSignals: 12,
  /** How many descriptors have an error of a posted write to tell. */
  postedErrors: 14,
  /** On a connection of threads (`thread-connection.ts`): whose frame it is. In shared memory it may be `ABANDONED`. */
  thread: 15,
} as const;

/** In the place of a syscall's number, from a guest host process: it serves nobody. */
export const READY = 0;
/** After READY, once: it has made what its next guest needs. */
export const RESTED = -1;

/** In the place of a thread's number: the process has ended while its guest computed. The thread makes no further call. */
export const ABANDONED = -1;

export const ARGUMENT_WORDS = 6;

export const state = {
  /** The guest runs. */
  idle: 0,
  /** The guest has published a call and waits. */
  called: 1,
  /** The kernel has answered. */
  answered: 2,
  /** The process has ended: the guest unwinds and makes no further call. */
  ended: 3,
} as const;
