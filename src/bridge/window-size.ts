/** `struct winsize`, as it crosses the bridge: four u16, rows, columns, width and height in pixels. */
import { type Errno, errno } from "../kernel/errno.js";
import type { WindowSize } from "../kernel/pty.js";

export const WINDOW_SIZE_BYTES = 8;

export function encodeWindowSize({ rows, columns, xPixels, yPixels }: WindowSize): Uint8Array {
  const bytes = new Uint8Array(WINDOW_SIZE_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of [rows, columns, xPixels, yPixels].entries()) {
    view.setUint16(2 * index, value, true);
  }
  return bytes;
}

/** EINVAL when there are too few bytes. */
export function decodeWindowSize(bytes: Uint8Array): WindowSize | Errno {
  if (bytes.length < WINDOW_SIZE_BYTES) return errno.EINVAL;
  const view = new DataView(bytes.buffer, bytes.byteOffset, WINDOW_SIZE_BYTES);
  return {
    rows: view.getUint16(0, true),
    columns: view.getUint16(2, true),
    xPixels: view.getUint16(4, true),
    yPixels: view.getUint16(6, true),
  };
}
