/**
 * How a received message crosses the bridge, in `receive_from` and in the loop's completions:
 *
 *      0  u32  full        bytes that the message has
 *      4  u32  length      bytes of it that follow
 *      8  u32  flags       MSG_TRUNC: it was cut off; MSG_CTRUNC: descriptors that came with it are lost
 *     12  u32  address     bytes of the sender's address, 0 without one
 *     16  the address, padded with up to 3 bytes, then the data
 *
 * In `receive_message` a list of descriptors goes before that: how many (u32), then each (i32).
 */
import type { Received } from "./socket.js";
import { ADDRESS_BYTES_MAX, encodeSocketAddress } from "./socket-address.js";
import { MSG_CTRUNC, MSG_TRUNC } from "./socket-constants.js";

/** The part of a message's head before the address. */
export const MESSAGE_HEADER_BYTES = 16;
/** What a target has before the data area: header and the longest address. */
export const MESSAGE_HEAD_BYTES = MESSAGE_HEADER_BYTES + ADDRESS_BYTES_MAX;

/** Where the data of a message is received: behind room for the longest head. */
export function messageArea(target: Uint8Array): Uint8Array {
  return target.subarray(Math.min(MESSAGE_HEAD_BYTES, target.length));
}

const WORD_BYTES = 4;

/** Where a message is received that may bring `most` descriptors: behind room for their list. */
export function messageBehindList(target: Uint8Array, most: number): Uint8Array {
  return target.subarray(Math.min(WORD_BYTES * (1 + most), target.length));
}

/** Writes the list of descriptors and the message behind it, which lies behind room for `most`. Answers the bytes of both. */
export function layOutWithList(
  target: Uint8Array,
  most: number,
  fds: readonly number[],
  received: Received,
  areCut: boolean,
): number {
  const area = messageBehindList(target, most);
  const length = layOutMessage(area, received, areCut ? MSG_CTRUNC : 0);
  const view = new DataView(target.buffer, target.byteOffset, target.length);
  view.setUint32(0, fds.length, true);
  for (const [index, fd] of fds.entries()) view.setInt32(WORD_BYTES * (1 + index), fd, true);
  const start = WORD_BYTES * (1 + fds.length);
  target.copyWithin(start, WORD_BYTES * (1 + most), WORD_BYTES * (1 + most) + length);
  return start + length;
}

/** Writes the head and moves the data up to it. Answers how many bytes the message takes. */
export function layOutMessage(target: Uint8Array, received: Received, flags = 0): number {
  const { count, fullCount, from } = received;
  const address = from ? encodeSocketAddress(from) : new Uint8Array(0);
  const dataStart = MESSAGE_HEADER_BYTES + Math.ceil(address.length / 4) * 4;
  const view = new DataView(target.buffer, target.byteOffset, target.length);
  target.copyWithin(dataStart, MESSAGE_HEAD_BYTES, MESSAGE_HEAD_BYTES + count);
  view.setUint32(0, fullCount, true);
  view.setUint32(4, count, true);
  view.setUint32(8, flags | (fullCount > count ? MSG_TRUNC : 0), true);
  view.setUint32(12, address.length, true);
  target.set(address, MESSAGE_HEADER_BYTES);
  target.fill(0, MESSAGE_HEADER_BYTES + address.length, dataStart);
  return dataStart + count;
}
