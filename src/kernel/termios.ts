/**
 * A terminal's attributes (POSIX.1-2024 XBD 11, termios(3)): what the line discipline does with input and
 * output. Each flag is a boolean under its POSIX or Linux name; control characters are byte values, 0 is
 * "none" (`_POSIX_VDISABLE`). `termios-structure.ts` has the binary form that C programs see.
 */
import { type Errno, errno } from "./errno.js";

export interface TermiosCC {
  /** Generates SIGINT (^C). */
  vintr: number;
  /** Generates SIGQUIT (^\). */
  vquit: number;
  /** Generates SIGTSTP (^Z). */
  vsusp: number;
  /** End of file on an empty line; else hands over what is typed so far (^D). */
  veof: number;
  /** Erases the last character (DEL). While it is DEL, BS erases as well. */
  verase: number;
  /** Erases the line (^U). */
  vkill: number;
  /** Erases the last word (^W). */
  vwerase: number;
  /** Types the line again (^R). */
  vreprint: number;
  /** Takes the meaning from the next character (^V). */
  vlnext: number;
  /** Output goes on (^Q). */
  vstart: number;
  /** Output stops (^S). */
  vstop: number;
  /** A further end of line; none by default. */
  veol: number;
  veol2: number;
  /** Non-canonical: how many bytes a read waits for. */
  vmin: number;
  /** Non-canonical: how long a read waits, in tenths of a second. */
  vtime: number;
}

export interface TermiosFlags {
  /** Canonical mode: buffer input until newline, handle erase characters. */
  icanon: boolean;
  /** Echo input back through the master for display. */
  echo: boolean;
  /** Signals from control characters. */
  isig: boolean;
  /** Input: CR becomes NL. */
  icrnl: boolean;
  /** Input: NL becomes CR. */
  inlcr: boolean;
  /** Input: CR is dropped. */
  igncr: boolean;
  /** Input: the eighth bit is cleared. */
  istrip: boolean;
  /** ^S and ^Q stop and start output. */
  ixon: boolean;
  /** Any input starts stopped output. */
  ixany: boolean;
  /** Input is UTF-8: ERASE takes whole characters. */
  iutf8: boolean;
  /** Output is processed at all. */
  opost: boolean;
  /** Output: NL becomes CR NL. */
  onlcr: boolean;
  /** Output: CR becomes NL. */
  ocrnl: boolean;
  /** Output: no CR at column 0. */
  onocr: boolean;
  /** Output: NL returns to column 0 as well. */
  onlret: boolean;
  /** ERASE wipes the character from the screen. */
  echoe: boolean;
  /** KILL types a newline, or with `echoke` wipes the line. */
  echok: boolean;
  echoke: boolean;
  /** NL is echoed even without `echo`. */
  echonl: boolean;
  /** Control characters are echoed as ^X. */
  echoctl: boolean;
  /** Signal characters leave the queues alone. */
  noflsh: boolean;
  /** Output of background groups raises SIGTTOU. */
  tostop: boolean;
  /** WERASE, REPRINT, LNEXT and EOL2 work. */
  iexten: boolean;
}

export interface Termios extends TermiosFlags {
  cc: TermiosCC;
}

/** A change of some attributes: what is left out stays. */
export type TermiosChange = Partial<TermiosFlags> & { cc?: Partial<TermiosCC> };

/** What a new terminal has: Linux's defaults, and UTF-8 input. */
export function defaultTermios(): Termios {
  return {
    icanon: true,
    echo: true,
    isig: true,
    icrnl: true,
    inlcr: false,
    igncr: false,
    istrip: false,
    ixon: true,
    ixany: false,
    iutf8: true,
    opost: true,
    onlcr: true,
    ocrnl: false,
    onocr: false,
    onlret: false,
    echoe: true,
    echok: true,
    echoke: true,
    echonl: false,
    echoctl: true,
    noflsh: false,
    tostop: false,
    iexten: true,
    cc: {
      vintr: 0x03,
      vquit: 0x1c,
      vsusp: 0x1a,
      veof: 0x04,
      verase: 0x7f,
      vkill: 0x15,
      vwerase: 0x17,
      vreprint: 0x12,
      vlnext: 0x16,
      vstart: 0x11,
      vstop: 0x13,
      veol: 0,
      veol2: 0,
      vmin: 1,
      vtime: 0,
    },
  };
}

/** A deep copy. */
export function copyTermios(termios: Termios): Termios {
  return { ...termios, cc: { ...termios.cc } };
}

/**
 * `current` with `change` applied, as a new object. EINVAL for a flag that is no boolean or a control
 * character that is no byte; names that are no attributes are left out.
 */
export function changedTermios(current: Termios, change: TermiosChange): Termios | Errno {
  if (typeof change !== "object" || change === null) return errno.EINVAL;
  const changed = copyTermios(current);
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined || name === "cc" || !isFlag(changed, name)) continue;
    if (typeof value !== "boolean") return errno.EINVAL;
    changed[name] = value;
  }
  if (change.cc === undefined) return changed;
  if (typeof change.cc !== "object" || change.cc === null) return errno.EINVAL;
  for (const [name, value] of Object.entries(change.cc)) {
    if (value === undefined || !isControlCharacter(changed.cc, name)) continue;
    if (!Number.isInteger(value) || value < 0 || value > 0xff) return errno.EINVAL;
    changed.cc[name] = value;
  }
  return changed;
}

function isFlag(termios: Termios, name: string): name is keyof TermiosFlags {
  return Object.hasOwn(termios, name);
}

function isControlCharacter(cc: TermiosCC, name: string): name is keyof TermiosCC {
  return Object.hasOwn(cc, name);
}
