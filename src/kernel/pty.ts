/**
 * A pseudo terminal: a master, where a terminal emulator sits, and a slave, which programs take for their
 * terminal. Between the two is the line discipline. It lasts until both sides are closed; its attributes
 * and what is typed stay while the master is open, whoever opens and closes the slave.
 *
 * Each direction holds 64 KiB: a writer waits when its direction is full.
 */
import { ByteRing } from "./byte-ring.js";
import { S_IFCHR } from "./constants.js";
import { terminalCapacity } from "./limits.js";
import { LineDiscipline } from "./line-discipline.js";
import { SIGWINCH } from "./signals.js";
import { syntheticStat, type VirtualStat } from "./stat.js";
import { defaultTermios, type Termios } from "./termios.js";
import { WaitQueue } from "./wait.js";

/** struct winsize; the pixels are whatever was set. */
export interface WindowSize {
  readonly rows: number;
  readonly columns: number;
  readonly xPixels: number;
  readonly yPixels: number;
}

/** What a terminal asks of its surroundings. */
export interface PtyOwner {
  /** Sends a signal to a process group. */
  signalGroup(pgid: number, signal: number): void;
  /** The master is closed: nobody will type any more. */
  hungUp(pty: Pty): void;
  /** Both sides are closed. */
  closed(pty: Pty): void;
}

/** Major number of slaves; the minor one is the terminal's. */
const SLAVE_MAJOR = 136;

export class Pty {
  /** N of /dev/pts/N. */
  readonly number: number;
  readonly discipline: LineDiscipline;
  /** Who made it, and owns /dev/pts/N. */
  readonly uid: number;
  size: WindowSize = { rows: 0, columns: 0, xPixels: 0, yPixels: 0 };
  /** The session whose controlling terminal it is; 0: none. */
  sid = 0;
  /** Who may read, and gets ^C; 0: none. */
  foregroundPgid = 0;
  isHungUp = false;
  /** Whether the slave was open and is no more: the master reads the end then. */
  isSlaveClosed = false;
  /** Woken when input comes, attributes change, or the master closes. */
  readonly slaveReadable = new WaitQueue();
  readonly slaveWritable = new WaitQueue();
  readonly masterReadable = new WaitQueue();
  readonly masterWritable = new WaitQueue();
  /** Woken when another group comes to the foreground. */
  readonly foregroundChanged = new WaitQueue();
  readonly #owner: PtyOwner;
  /** What the master has written and the line discipline has no room for. */
  readonly #typed = new ByteRing(terminalCapacity);
  #isReceiving = false;
  #slaves = 0;

  constructor(number: number, uid: number, owner: PtyOwner) {
    this.number = number;
    this.uid = uid;
    this.#owner = owner;
    this.discipline = new LineDiscipline(defaultTermios(), (signal) => this.signal(signal));
  }

  /** The slave's path. */
  get path(): string {
    return `/dev/pts/${this.number}`;
  }

  get deviceNumber(): number {
    return deviceNumberOf(this.number);
  }

  get termios(): Termios {
    return this.discipline.termios;
  }

  /** How much more the master may write. */
  get inputRoom(): number {
    return this.#typed.room;
  }

  /** What stat(2) shows of the slave. */
  slaveStat(): VirtualStat {
    const stat = syntheticStat(S_IFCHR | 0o620, this.deviceNumber, this.deviceNumber);
    return { ...stat, uid: this.uid };
  }

  /** Sends a signal to the foreground group. */
  signal(signal: number): void {
    if (this.foregroundPgid > 0) this.#owner.signalGroup(this.foregroundPgid, signal);
  }

  setTermios(termios: Termios): void {
    this.discipline.termios = termios;
    this.#receive();
    this.slaveReadable.wake();
    this.slaveWritable.wake();
    this.#showOutput();
  }

  /** Stores the window's size; the foreground group hears of it when it is another one. */
  resize(size: WindowSize): void {
    const { rows, columns, xPixels, yPixels } = this.size;
    const isSame = rows === size.rows && columns === size.columns;
    if (isSame && xPixels === size.xPixels && yPixels === size.yPixels) return;
    this.size = size;
    this.signal(SIGWINCH);
  }

  setForeground(pgid: number): void {
    this.foregroundPgid = pgid;
    this.foregroundChanged.wake();
  }

  /** Takes what the master writes, as much as there is room for. */
  type(data: Uint8Array): number {
    const count = this.#typed.put(data);
    this.#receive();
    return count;
  }

  /** What a slave reads; never waits. */
  readInput(target: Uint8Array): number {
    const count = this.discipline.read(target);
    this.#receive();
    return count;
  }

  readInputUntil(target: Uint8Array, delimiter: number): number {
    const count = this.discipline.readUntil(target, delimiter);
    this.#receive();
    return count;
  }

  /** What a slave writes, as much as there is room for. */
  print(data: Uint8Array): number {
    const count = this.discipline.output.write(data, this.termios);
    this.#showOutput();
    return count;
  }

  /** What the master reads; never waits. */
  readOutput(target: Uint8Array): number {
    const { output } = this.discipline;
    const count = output.bytes.take(target);
    if (count === 0) return 0;
    output.typeEchoes(this.termios);
    this.slaveWritable.wake();
    return count;
  }

  /** Forgets what is typed and not read. */
  flushInput(): void {
    this.#typed.truncate(0);
    this.discipline.flushInput();
    this.masterWritable.wake();
  }

  /** Forgets what is printed and not read by the master. */
  flushOutput(): void {
    this.discipline.output.bytes.truncate(0);
    this.slaveWritable.wake();
  }

  stopOutput(): void {
    this.discipline.stop();
  }

  startOutput(): void {
    this.discipline.start();
    this.#showOutput();
    this.slaveWritable.wake();
  }

  openSlave(): void {
    this.#slaves++;
    this.isSlaveClosed = false;
  }

  closeSlave(): void {
    this.#slaves--;
    if (this.#slaves > 0) return;
    this.isSlaveClosed = true;
    this.masterReadable.wake();
    if (this.isHungUp) this.#owner.closed(this);
  }

  /** The master is closed: who reads the slave finds the end, who writes it EIO. */
  closeMaster(): void {
    this.isHungUp = true;
    this.#typed.truncate(0);
    this.discipline.flushInput();
    this.discipline.output.bytes.truncate(0);
    this.#owner.hungUp(this);
    for (const queue of [this.slaveReadable, this.slaveWritable, this.foregroundChanged]) {
      queue.wake();
    }
    if (this.#slaves === 0) this.#owner.closed(this);
  }

  /** Moves what is typed into the line discipline, as far as it has room. */
  #receive(): void {
    // A signal character may end a process whose end writes here: that comes behind.
    if (this.#isReceiving) return;
    const roomBefore = this.#typed.room;
    this.#isReceiving = true;
    while (this.#typed.length > 0) {
      const count = this.discipline.receive(this.#typed.front(this.#typed.length));
      this.#typed.drop(count);
      if (count === 0) break;
    }
    this.#isReceiving = false;
    if (this.discipline.hasInput(1)) this.slaveReadable.wake();
    if (!this.discipline.output.isStopped) this.slaveWritable.wake();
    if (this.#typed.room > roomBefore) this.masterWritable.wake();
    this.#showOutput();
  }

  #showOutput(): void {
    if (this.discipline.output.bytes.length > 0) this.masterReadable.wake();
  }

  /** What it is and holds, for tests and crash reports. */
  dump(): object {
    const { number, sid, foregroundPgid, isHungUp, size } = this;
    return {
      number,
      sid,
      foregroundPgid,
      isHungUp,
      size: [size.columns, size.rows],
      slaves: this.#slaves,
      typedBytes: this.#typed.length,
      inputBytes: this.discipline.available,
      outputBytes: this.discipline.output.bytes.length,
    };
  }
}

/** The device number of a slave. */
export function deviceNumberOf(number: number): number {
  return (SLAVE_MAJOR << 8) | number;
}

/** Which terminal a device number is the slave of, if of any. */
export function slaveNumberOf(device: number): number | undefined {
  return device >> 8 === SLAVE_MAJOR ? device & 0xff : undefined;
}
