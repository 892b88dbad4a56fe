/**
 * The wire layout that every transport uses: sixteen int32 header words and a payload. The guest
 * writes number, arguments and payload; the kernel writes result, errno and payload. Little-endian,
 * as WebAssembly is.
 */

export const HEADER_WORDS = 16;
export const HEADER_BYTES = HEADER_WORDS * 4;
/** Bytes one call can carry each way. */
export const PAYLOAD_BYTES = 256 * 1024;

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
  /** Length of the reply's payload. */
  payloadLength: 11,
  /** Reserved for signals waiting for the guest, one bit a signal, in two words. */
  pendingSignals: 12,
} as const;

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
