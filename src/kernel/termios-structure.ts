/**
 * `struct termios` as C programs have it on Linux (glibc's and musl's layout, 60 bytes): four words of
 * flags, the line discipline, 32 control characters, two speeds. Flags that this terminal does not have
 * are left out of it, as tcsetattr(3) allows.
 */
import { type Errno, errno } from "./errno.js";
import { copyTermios, type Termios, type TermiosCC, type TermiosFlags } from "./termios.js";

export const TERMIOS_BYTES = 60;

const CONTROL_CHARACTERS_OFFSET = 17;
const SPEEDS_OFFSET = 52;
/** CREAD | CS8 | B38400: what Linux shows of a pseudo terminal, and what can't be changed. */
const CONTROL_MODES = 0o277;
const SPEED_38400 = 15;

/** By flag: the byte offset of its word, and its bit. */
const flagBits: Readonly<Record<keyof TermiosFlags, readonly [offset: number, bit: number]>> = {
  istrip: [0, 0o40],
  inlcr: [0, 0o100],
  igncr: [0, 0o200],
  icrnl: [0, 0o400],
  ixon: [0, 0o2000],
  ixany: [0, 0o4000],
  iutf8: [0, 0o40000],
  opost: [4, 0o1],
  onlcr: [4, 0o4],
  ocrnl: [4, 0o10],
  onocr: [4, 0o20],
  onlret: [4, 0o40],
  isig: [12, 0o1],
  icanon: [12, 0o2],
  echo: [12, 0o10],
  echoe: [12, 0o20],
  echok: [12, 0o40],
  echonl: [12, 0o100],
  noflsh: [12, 0o200],
  tostop: [12, 0o400],
  echoctl: [12, 0o1000],
  echoke: [12, 0o4000],
  iexten: [12, 0o100000],
};

const controlIndexes: Readonly<Record<keyof TermiosCC, number>> = {
  vintr: 0,
  vquit: 1,
  verase: 2,
  vkill: 3,
  veof: 4,
  vtime: 5,
  vmin: 6,
  vstart: 8,
  vstop: 9,
  vsusp: 10,
  veol: 11,
  vreprint: 12,
  vwerase: 14,
  vlnext: 15,
  veol2: 16,
};

/** VDISCARD, which does nothing on Linux either, but is shown. */
const DISCARD_INDEX = 13;
const DISCARD_CHARACTER = 0x0f;

const flags = Object.entries(flagBits) as [keyof TermiosFlags, readonly [number, number]][];
const controls = Object.entries(controlIndexes) as [keyof TermiosCC, number][];

export function encodeTermios(termios: Termios): Uint8Array {
  const bytes = new Uint8Array(TERMIOS_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [name, [offset, bit]] of flags) {
    if (termios[name]) view.setUint32(offset, view.getUint32(offset, true) | bit, true);
  }
  view.setUint32(8, CONTROL_MODES, true);
  for (const [name, index] of controls) {
    bytes[CONTROL_CHARACTERS_OFFSET + index] = termios.cc[name];
  }
  bytes[CONTROL_CHARACTERS_OFFSET + DISCARD_INDEX] = DISCARD_CHARACTER;
  view.setUint32(SPEEDS_OFFSET, SPEED_38400, true);
  view.setUint32(SPEEDS_OFFSET + 4, SPEED_38400, true);
  return bytes;
}

/** The attributes that `bytes` ask for. EINVAL when they are too few. */
export function decodeTermios(bytes: Uint8Array, current: Termios): Termios | Errno {
  if (bytes.length < TERMIOS_BYTES) return errno.EINVAL;
  // Copied once: the guest's memory may change meanwhile.
  const copy = bytes.slice(0, TERMIOS_BYTES);
  const view = new DataView(copy.buffer);
  const decoded = copyTermios(current);
  for (const [name, [offset, bit]] of flags) {
    decoded[name] = (view.getUint32(offset, true) & bit) !== 0;
  }
  for (const [name, index] of controls) {
    decoded.cc[name] = copy[CONTROL_CHARACTERS_OFFSET + index] ?? 0;
  }
  return decoded;
}
