/**
 * How a received message crosses the bridge, in `receive_from` and in the loop's completions:
 *
 *      0  u32  full        bytes that the message has
 *      4  u32  length      bytes of it that follow
 *      8  u32  flags       MSG_TRUNC: it was cut off
 *     12  u32  address     bytes of the sender's address, 0 without one
 *     16  the address, padded with up to 3 bytes, then the data
 */
import type { Received } from "./socket.js";
import { ADDRESS_BYTES_MAX, encodeSocketAddress } from "./socket-address.js";
import { MSG_TRUNC } from "./socket-constants.js";

/** The part of a message's head before the address. */
export const MESSAGE_HEADER_BYTES = 16;
/** What a target has before the data area: header and the longest address. */
export const MESSAGE_HEAD_BYTES = MESSAGE_HEADER_BYTES + ADDRESS_BYTES_MAX;

/** Where the data of a message is received: behind room for the longest head. */
export function messageArea(target: Uint8Array): Uint8Array {
  return target.subarray(Math.min(MESSAGE_HEAD_BYTES, target.length));
}

/** Writes the head and moves the data up to it. Answers how many bytes the message takes. */
export function layOutMessage(target: Uint8Array, received: Received): number {
  const { count, fullCount, from } = received;
  const address = from ? encodeSocketAddress(from) : new Uint8Array(0);
  const dataStart = MESSAGE_HEADER_BYTES + Math.ceil(address.length / 4) * 4;
  const view = new DataView(target.buffer, target.byteOffset, target.length);
  target.copyWithin(dataStart, MESSAGE_HEAD_BYTES, MESSAGE_HEAD_BYTES + count);
  view.setUint32(0, fullCount, true);
  view.setUint32(4, count, true);
  view.setUint32(8, fullCount > count ? MSG_TRUNC : 0, true);
  view.setUint32(12, address.length, true);
  target.set(address, MESSAGE_HEADER_BYTES);
  target.fill(0, MESSAGE_HEADER_BYTES + address.length, dataStart);
  return dataStart + count;
}
