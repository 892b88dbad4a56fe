/** Raw mode as libuv sets it (uv_tty_set_mode), on `struct termios` of 60 bytes with Linux's values. */

const INPUT_FLAGS = 0;
const OUTPUT_FLAGS = 4;
const LOCAL_FLAGS = 12;
const VTIME = 17 + 5;
const VMIN = 17 + 6;

/** BRKINT, ICRNL, INPCK, ISTRIP, IXON. */
const COOKED_INPUT = 0o2 | 0o400 | 0o20 | 0o40 | 0o2000;
/** ONLCR. */
const RAW_OUTPUT = 0o4;
/** ISIG, ICANON, ECHO, IEXTEN. */
const COOKED_LOCAL = 0o1 | 0o2 | 0o10 | 0o100000;

/** A copy of `attributes` with raw mode set. */
export function rawAttributes(attributes: Uint8Array): Uint8Array {
  const raw = attributes.slice();
  const view = new DataView(raw.buffer);
  const change = (offset: number, clear: number, set: number): void =>
    view.setUint32(offset, (view.getUint32(offset, true) & ~clear) | set, true);
  change(INPUT_FLAGS, COOKED_INPUT, 0);
  change(OUTPUT_FLAGS, 0, RAW_OUTPUT);
  change(LOCAL_FLAGS, COOKED_LOCAL, 0);
  raw[VMIN] = 1;
  raw[VTIME] = 0;
  return raw;
}
