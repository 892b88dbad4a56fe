/**
 * The line discipline: between the bytes that a person types and the bytes that a program reads. It edits
 * lines, echoes, and tells of signal characters; POSIX.1-2024 XBD 11.1, and where that is silent Linux's
 * n_tty, whose queue it has: 4096 bytes, the end of each line marked. It knows nothing of processes or
 * descriptors and never waits.
 */

import { SIGINT, SIGQUIT, SIGTSTP } from "./signals.js";
import { isContinuation, isControl, TerminalOutput } from "./terminal-output.js";
import type { Termios } from "./termios.js";

/** A line's most bytes, its end included (`_POSIX_MAX_CANON` is 255; Linux has this). */
const QUEUE_BYTES = 4096;

const BS = 0x08;
const TAB = 0x09;
const NL = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const CARET = 0x5e;
const DEL = 0x7f;
/** In the queue, marked as a line's end: the end of file. As a control character: none. */
const DISABLED = 0;

export class LineDiscipline {
  readonly output = new TerminalOutput();
  #termios: Termios;
  readonly #raise: (signal: number) => void;
  /** A ring; `#head` and the other positions only grow. */
  readonly #queue = new Uint8Array(QUEUE_BYTES);
  /** Set where a line ends. */
  readonly #isEnd = new Uint8Array(QUEUE_BYTES);
  #head = 0;
  #tail = 0;
  /** Whole lines end before here. */
  #lineHead = 0;
  /** The next character has no meaning (LNEXT). */
  #isLiteral = false;

  /** @param raise - Sends a signal to the foreground group. */
  constructor(termios: Termios, raise: (signal: number) => void) {
    this.#termios = termios;
    this.#raise = raise;
  }

  get termios(): Termios {
    return this.#termios;
  }

  /** Changes the attributes. Input that waits becomes one line, or bytes, when the mode changes. */
  set termios(termios: Termios) {
    const old = this.#termios;
    this.#termios = termios;
    if (old.icanon !== termios.icanon) {
      this.#isEnd.fill(0);
      this.#isLiteral = false;
      const isLine = termios.icanon && this.#head > this.#tail;
      if (isLine) this.#isEnd[(this.#head - 1) % QUEUE_BYTES] = 1;
      this.#lineHead = isLine ? this.#head : this.#tail;
    }
    if (old.ixon && !termios.ixon) this.start();
  }

  /** How many bytes a read can have: FIONREAD. */
  get available(): number {
    if (!this.#termios.icanon) return this.#head - this.#tail;
    let count = 0;
    for (let at = this.#tail; at < this.#lineHead; at++) if (!this.#isEof(at)) count++;
    return count;
  }

  /** Whether a read would find something: a line (or an end of file), else `minimum` bytes. */
  hasInput(minimum: number): boolean {
    if (this.#termios.icanon) return this.#lineHead > this.#tail;
    return this.#head - this.#tail >= minimum;
  }

  /** Takes what is typed, as much as there is room for, and answers how much. */
  receive(data: Uint8Array): number {
    let taken = 0;
    while (taken < data.length) {
      const room = this.#makeRoom();
      if (room === 0) break;
      for (const end = Math.min(data.length, taken + room); taken < end; taken++) {
        this.#receive(data[taken] ?? 0);
      }
    }
    this.output.typeEchoes(this.#termios);
    return taken;
  }

  /** Moves a line, or the bytes there are, into `target`; 0 is the end of file. */
  read(target: Uint8Array): number {
    return this.#termios.icanon ? this.#readLine(target) : this.#readBytes(target);
  }

  /** `read` that takes nothing after the first byte equal to `delimiter`. */
  readUntil(target: Uint8Array, delimiter: number): number {
    let length = 0;
    for (let at = this.#tail; at < this.#head && length < target.length; at++) {
      length++;
      if (this.#queue[at % QUEUE_BYTES] === delimiter) break;
    }
    return this.read(target.subarray(0, Math.max(1, length)));
  }

  /** Forgets what is typed and not read. */
  flushInput(): void {
    this.#tail = this.#head;
    this.#lineHead = this.#head;
    this.#isEnd.fill(0);
    this.#isLiteral = false;
  }

  /** Stops output, as ^S does. */
  stop(): void {
    this.output.isStopped = true;
  }

  /** Lets output go on, as ^Q does. */
  start(): void {
    this.output.isStopped = false;
    this.output.typeEchoes(this.#termios);
  }

  /**
   * How many bytes may be received now. A line that grows too long is let in byte by byte, each in the place
   * of the one before, so that it can still be ended or erased.
   */
  #makeRoom(): number {
    const room = QUEUE_BYTES - 1 - (this.#head - this.#tail);
    if (room > 0) return room;
    if (!this.#termios.icanon || this.#lineHead !== this.#tail) return 0;
    if (room < 0) this.#head--;
    return 1;
  }

  #receive(received: number): void {
    const termios = this.#termios;
    const byte = termios.istrip ? received & 0x7f : received;
    if (this.#isLiteral) {
      this.#isLiteral = false;
      this.#type(byte);
    } else if (!this.#control(byte)) this.#input(byte);
  }

  /** Obeys a character that stops, starts or signals; false when it is none. */
  #control(byte: number): boolean {
    const { cc, ixon, isig } = this.#termios;
    if (ixon && is(byte, cc.vstart)) this.start();
    else if (ixon && is(byte, cc.vstop)) this.stop();
    else if (isig && is(byte, cc.vintr)) this.#signal(SIGINT, byte);
    else if (isig && is(byte, cc.vquit)) this.#signal(SIGQUIT, byte);
    else if (isig && is(byte, cc.vsusp)) this.#signal(SIGTSTP, byte);
    else return false;
    return true;
  }

  #input(received: number): void {
    const termios = this.#termios;
    let byte = received;
    if (this.output.isStopped && termios.ixon && termios.ixany) this.start();
    if (byte === CR && termios.igncr) return;
    if (byte === CR && termios.icrnl) byte = NL;
    else if (byte === NL && termios.inlcr) byte = CR;
    if (termios.icanon && this.#edit(byte)) return;
    // Outside lines a NL that was typed is echoed as ^J, one that was made of CR as itself.
    if (byte === NL && received === CR && termios.echo) {
      this.#echoRaw(NL);
      this.#put(NL);
    } else this.#type(byte);
  }

  /** Does what `byte` means to the line; false when it is only a character. */
  #edit(byte: number): boolean {
    const termios = this.#termios;
    const { cc, iexten } = termios;
    if (this.#isErase(byte)) this.#erase("character");
    else if (is(byte, cc.vkill)) this.#kill();
    else if (iexten && is(byte, cc.vwerase)) this.#erase("word");
    else if (iexten && is(byte, cc.vlnext)) this.#quote();
    else if (iexten && termios.echo && is(byte, cc.vreprint)) this.#reprint(byte);
    else if (byte === NL) {
      if (termios.echo || termios.echonl) this.#echoRaw(NL);
      this.#endLine(NL);
    } else if (is(byte, cc.veof)) this.#endLine(DISABLED);
    else if (is(byte, cc.veol) || (iexten && is(byte, cc.veol2))) {
      this.#echo(byte);
      this.#endLine(byte);
    } else return false;
    return true;
  }

  /** ERASE is DEL and BS, as terminals send either, unless ERASE was set to something else. */
  #isErase(byte: number): boolean {
    const { cc, iexten } = this.#termios;
    return is(byte, cc.verase) || (byte === BS && cc.verase === DEL && iexten);
  }

  #type(byte: number): void {
    this.#echo(byte);
    this.#put(byte);
  }

  #put(byte: number): void {
    this.#queue[this.#head % QUEUE_BYTES] = byte;
    this.#isEnd[this.#head % QUEUE_BYTES] = 0;
    this.#head++;
  }

  #endLine(byte: number): void {
    const at = this.#head % QUEUE_BYTES;
    this.#put(byte);
    this.#isEnd[at] = 1;
    this.#lineHead = this.#head;
  }

  #echo(byte: number): void {
    const { output } = this;
    if (!this.#termios.echo) return;
    if (this.#lineHead === this.#head) output.markColumn();
    output.echo(byte, this.#termios);
    output.commitEchoes(this.#termios);
  }

  #echoRaw(byte: number): void {
    this.output.echoRaw(byte);
    this.output.commitEchoes(this.#termios);
  }

  #signal(signal: number, byte: number): void {
    const termios = this.#termios;
    this.#raise(signal);
    if (!termios.noflsh) {
      this.output.discard();
      this.flushInput();
    }
    if (termios.ixon) this.output.isStopped = false;
    if (!termios.echo) {
      this.output.typeEchoes(termios);
      return;
    }
    this.output.echo(byte, termios);
    this.output.commitEchoes(termios);
  }

  /** LNEXT: shows a ^ under the cursor. */
  #quote(): void {
    this.#isLiteral = true;
    if (!this.#termios.echo || !this.#termios.echoctl) return;
    this.output.echoRaw(CARET);
    this.#echoRaw(BS);
  }

  #reprint(byte: number): void {
    const { output } = this;
    output.echo(byte, this.#termios);
    output.echoRaw(NL);
    for (let at = this.#lineHead; at < this.#head; at++) {
      output.echo(this.#byteAt(at), this.#termios);
    }
    output.commitEchoes(this.#termios);
  }

  #kill(): void {
    const { echo, echoe, echok, echoke, cc } = this.#termios;
    if (this.#head === this.#lineHead) return;
    if (echo && echok && echoke && echoe) {
      this.#erase("line");
      return;
    }
    this.#head = this.#lineHead;
    if (!echo) return;
    this.output.echo(cc.vkill, this.#termios);
    if (echok) this.output.echoRaw(NL);
  }

  #erase(what: "character" | "word" | "line"): void {
    let hasWord = false;
    while (this.#head > this.#lineHead) {
      let start = this.#head - 1;
      while (start > this.#lineHead && isContinuation(this.#byteAt(start), this.#termios)) start--;
      const byte = this.#byteAt(start);
      // What does not begin like a character is not half erased.
      if (isContinuation(byte, this.#termios)) break;
      if (what === "word") {
        if (isWord(byte)) hasWord = true;
        else if (hasWord) break;
      }
      this.#head = start;
      if (this.#termios.echo) this.#wipe(byte, what === "character");
      if (what === "character") break;
    }
    this.output.commitEchoes(this.#termios);
  }

  /** Takes an erased character off the screen. */
  #wipe(byte: number, isErase: boolean): void {
    const { output } = this;
    const { echoe, echoctl, cc } = this.#termios;
    if (isErase && !echoe) {
      output.echo(cc.verase, this.#termios);
      return;
    }
    if (byte === TAB) {
      this.#wipeTab();
      return;
    }
    const columns = isControl(byte) ? (echoctl ? 2 : 0) : 1;
    for (let column = 0; column < columns; column++) {
      for (const each of [BS, SPACE, BS]) output.echoRaw(each);
    }
  }

  #wipeTab(): void {
    let columns = 0;
    for (let at = this.#head - 1; at >= this.#lineHead; at--) {
      const byte = this.#byteAt(at);
      if (byte === TAB) {
        this.output.eraseTab(columns, true);
        return;
      }
      if (isControl(byte)) columns += this.#termios.echoctl ? 2 : 0;
      else if (!isContinuation(byte, this.#termios)) columns++;
    }
    this.output.eraseTab(columns, false);
  }

  #readLine(target: Uint8Array): number {
    let count = 0;
    while (this.#tail < this.#lineHead && count < target.length) {
      const byte = this.#byteAt(this.#tail);
      const isEnd = this.#takeMark();
      if (isEnd && byte === DISABLED) return count;
      target[count] = byte;
      count++;
      if (isEnd) return count;
    }
    // An end of file right behind what fits is part of this read: no second one for it.
    if (count > 0 && this.#tail < this.#lineHead && this.#isEof(this.#tail)) this.#takeMark();
    return count;
  }

  #readBytes(target: Uint8Array): number {
    const count = Math.min(target.length, this.#head - this.#tail);
    for (let index = 0; index < count; index++) target[index] = this.#byteAt(this.#tail + index);
    this.#tail += count;
    this.#lineHead = this.#tail;
    return count;
  }

  /** Passes the byte at the tail and answers whether it ended a line. */
  #takeMark(): boolean {
    const at = this.#tail % QUEUE_BYTES;
    const isEnd = this.#isEnd[at] === 1;
    this.#isEnd[at] = 0;
    this.#tail++;
    return isEnd;
  }

  #byteAt(position: number): number {
    return this.#queue[position % QUEUE_BYTES] ?? 0;
  }

  #isEof(position: number): boolean {
    return this.#isEnd[position % QUEUE_BYTES] === 1 && this.#byteAt(position) === DISABLED;
  }
}

/** Whether `byte` is the control character `control`, unless that is disabled. */
function is(byte: number, control: number): boolean {
  return control !== DISABLED && byte === control;
}

/** What WERASE takes for part of a word: letters and digits as Linux counts them, Latin-1 letters included. */
function isWord(byte: number): boolean {
  if (byte === 0x5f || (byte >= 0x30 && byte <= 0x39)) return true;
  const lower = byte | 0x20;
  if (lower >= 0x61 && lower <= 0x7a && byte < 0x80) return true;
  return byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7;
}
