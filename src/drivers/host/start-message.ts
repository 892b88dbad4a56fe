/**
 * The start message as it crosses from the host to a guest host process: two u32, the lengths of
 * what follows; the start as JSON; its bytes.
 */
import type { GuestStart } from "./guest-runtime.js";

const PREFIX_BYTES = 8;

export function encodeStart(start: GuestStart): Uint8Array {
  const { data, ...rest } = start;
  const json = new TextEncoder().encode(JSON.stringify(rest));
  const message = new Uint8Array(PREFIX_BYTES + json.length + data.length);
  const view = new DataView(message.buffer);
  view.setUint32(0, json.length, true);
  view.setUint32(4, data.length, true);
  message.set(json, PREFIX_BYTES);
  message.set(data, PREFIX_BYTES + json.length);
  return message;
}

/** Reads a start message; `fill` fills an array with what comes next, however long that takes. */
export function readStart(fill: (target: Uint8Array) => void): GuestStart {
  const prefix = new Uint8Array(PREFIX_BYTES);
  fill(prefix);
  const view = new DataView(prefix.buffer);
  const json = new Uint8Array(view.getUint32(0, true));
  const data = new Uint8Array(view.getUint32(4, true));
  fill(json);
  fill(data);
  const rest: Omit<GuestStart, "data"> = JSON.parse(new TextDecoder().decode(json));
  return { ...rest, data };
}
