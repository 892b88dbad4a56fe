/**
 * A terminal's output on its way to the master: what programs write, processed as `opost` says, and the
 * echo of input. Echo never waits: while there is no room, or ^S has stopped output, it is kept, and the
 * oldest is lost beyond a bound, as on Linux. It keeps the cursor's column for that: tabs are erased by it.
 */
import { ByteRing } from "./byte-ring.js";
import { terminalCapacity } from "./limits.js";
import type { Termios } from "./termios.js";

const BS = 0x08;
const TAB = 0x09;
const NL = 0x0a;
const CR = 0x0d;
const CARET = 0x5e;

/** Echo steps that are kept when twice as many wait. */
const ECHO_LIMIT = 4096;
/** After so many steps echo is typed even in the middle of what is received. */
const ECHO_BLOCK = 256;
/** What a signal character leaves of output that nobody has read: what Linux keeps in the master's own queue. */
const KEPT_AT_FLUSH = 4095;

/** Echo steps: a byte as it is, or one of these with a byte added. */
const AS_CONTROL = 0x100;
const MARK_COLUMN = 0x200;
const ERASE_TAB = 0x400;
const AFTER_TAB = 0x80;

/** C0 control characters and DEL. */
export function isControl(byte: number): boolean {
  return byte < 0x20 || byte === 0x7f;
}

/** A byte of a UTF-8 character after its first. */
export function isContinuation(byte: number, termios: Termios): boolean {
  return termios.iutf8 && (byte & 0xc0) === 0x80;
}

export class TerminalOutput {
  /** What the master has not read. */
  readonly bytes = new ByteRing(terminalCapacity);
  /** Set by ^S and tcflow(3). */
  isStopped = false;
  #column = 0;
  /** Where the line that is being typed begins. */
  #lineColumn = 0;
  #echoes: number[] = [];

  get room(): number {
    return this.isStopped ? 0 : this.bytes.room;
  }

  /** Takes as much of `data` as there is room for, and answers how much. */
  write(data: Uint8Array, termios: Termios): number {
    this.typeEchoes(termios);
    if (!termios.opost) return this.isStopped ? 0 : this.bytes.put(data);
    const processed = new Uint8Array(Math.min(this.room, 2 * data.length));
    let length = 0;
    let taken = 0;
    for (const byte of data) {
      if (length + sizeOf(byte, termios) > processed.length) break;
      length = this.#process(byte, termios, processed, length);
      taken++;
    }
    this.bytes.put(processed.subarray(0, length));
    return taken;
  }

  /** Echoes `byte`, a control character as ^X. */
  echo(byte: number, termios: Termios): void {
    const isShown = termios.echoctl && isControl(byte) && byte !== TAB;
    this.#echoes.push(isShown ? AS_CONTROL | byte : byte);
  }

  echoRaw(byte: number): void {
    this.#echoes.push(byte);
  }

  /** Notes where the line that is typed begins. */
  markColumn(): void {
    this.#echoes.push(MARK_COLUMN);
  }

  /** Goes back over a tab. @param columns - Typed before it, since the last tab or the line's begin. */
  eraseTab(columns: number, isAfterTab: boolean): void {
    this.#echoes.push(ERASE_TAB | (columns & 7) | (isAfterTab ? AFTER_TAB : 0));
  }

  /** Types echoes when many have gathered. */
  commitEchoes(termios: Termios): void {
    if (this.#echoes.length >= ECHO_BLOCK) this.typeEchoes(termios);
  }

  /** Types what there is room for; keeps a bounded rest. */
  typeEchoes(termios: Termios): void {
    const isOver = this.#echoes.length >= 2 * ECHO_LIMIT;
    if (this.#echoes.length === 0 || (this.room === 0 && !isOver)) return;
    const target = new Uint8Array(Math.min(this.room, 8 * this.#echoes.length));
    let length = 0;
    let done = 0;
    for (const step of this.#echoes) {
      const next = this.#typeEcho(step, termios, target, length);
      if (next < 0) break;
      length = next;
      done++;
    }
    this.bytes.put(target.subarray(0, length));
    // Not for each step: a full terminal that is typed into must not cost the square of what is typed.
    if (done === 0 && !isOver) return;
    this.#echoes = this.#echoes.slice(isOver ? Math.max(done, ECHO_LIMIT) : done);
  }

  /** What a signal character does: echo that waits is forgotten, output mostly too. */
  discard(): void {
    this.#echoes = [];
    this.bytes.truncate(KEPT_AT_FLUSH);
  }

  /** Does one step of echo and answers the new length of `target`; -1 without room. */
  #typeEcho(step: number, termios: Termios, target: Uint8Array, length: number): number {
    if (step === MARK_COLUMN) {
      this.#lineColumn = this.#column;
      return length;
    }
    if (step & AS_CONTROL) {
      if (length + 2 > target.length) return -1;
      target[length] = CARET;
      target[length + 1] = (step & 0xff) ^ 0x40;
      this.#column += 2;
      return length + 2;
    }
    if (step & ERASE_TAB) {
      const columns = (step & 7) + (step & AFTER_TAB ? 0 : this.#lineColumn);
      const count = 8 - (columns & 7);
      if (length + count > target.length) return -1;
      target.fill(BS, length, length + count);
      this.#column = Math.max(0, this.#column - count);
      return length + count;
    }
    if (!termios.opost || step === 0xff) {
      if (length + 1 > target.length) return -1;
      // A quirk of Linux, where this byte is counted as a column even without OPOST.
      if (step === 0xff) this.#column++;
      target[length] = step;
      return length + 1;
    }
    if (length + sizeOf(step, termios) > target.length) return -1;
    return this.#process(step, termios, target, length);
  }

  /** Processes one byte of output into `target` and answers the new length. */
  #process(byte: number, termios: Termios, target: Uint8Array, length: number): number {
    let typed = byte;
    switch (byte) {
      case NL:
        if (termios.onlret) this.#column = 0;
        if (termios.onlcr) {
          this.#column = 0;
          this.#lineColumn = 0;
          target[length] = CR;
          target[length + 1] = NL;
          return length + 2;
        }
        this.#lineColumn = this.#column;
        break;
      case CR:
        if (termios.onocr && this.#column === 0) return length;
        if (termios.ocrnl) {
          typed = NL;
          if (termios.onlret) this.#column = 0;
        } else this.#column = 0;
        this.#lineColumn = this.#column;
        break;
      case TAB:
        this.#column += 8 - (this.#column & 7);
        break;
      case BS:
        this.#column = Math.max(0, this.#column - 1);
        break;
      default:
        if (!isControl(byte) && !isContinuation(byte, termios)) this.#column++;
    }
    target[length] = typed;
    return length + 1;
  }
}

/** How many bytes `byte` becomes at most. */
function sizeOf(byte: number, termios: Termios): number {
  return byte === NL && termios.onlcr ? 2 : 1;
}
