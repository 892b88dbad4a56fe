/**
 * The terminals of a kernel: /dev/ptmx makes one, /dev/pts/N is its slave, /dev/tty the controlling terminal
 * of whoever opens it. It knows which session a terminal controls; a session has one terminal at most, and
 * a terminal one session.
 */
import { O_NOCTTY, O_RDWR } from "./constants.js";
import { type Errno, errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import type { Process } from "./process.js";
import type { ProcessTable } from "./process-table.js";
import { Pty, type PtyOwner, slaveNumberOf } from "./pty.js";
import { MULTIPLEXER_NUMBER, PtyMaster } from "./pty-master.js";
import { PtySlave } from "./pty-slave.js";
import { SIGCONT, SIGHUP } from "./signals.js";

/** /dev/tty. */
export const CONTROLLING_TERMINAL_NUMBER = 0x500;

export class PtyTable implements PtyOwner {
  readonly #limit: number;
  readonly #processes: ProcessTable;
  readonly #ptys = new Map<number, Pty>();
  readonly #bySession = new Map<number, Pty>();
  /** Processes that have given up their session's terminal (TIOCNOTTY) without leading the session. */
  readonly #withoutTerminal = new WeakSet<Process>();

  /** @param limit - How many terminals there may be at once. */
  constructor(limit: number, processes: ProcessTable) {
    this.#limit = limit;
    this.#processes = processes;
    processes.sessionEndListeners.add((leader) => this.#sessionEnded(leader));
  }

  get size(): number {
    return this.#ptys.size;
  }

  /** A new terminal's master, without references yet. ENOSPC at the limit, as on Linux. */
  create(uid: number, flags: number = O_RDWR): PtyMaster | Errno {
    if (this.#ptys.size >= this.#limit) return errno.ENOSPC;
    let number = 0;
    while (this.#ptys.has(number)) number++;
    const pty = new Pty(number, uid, this);
    this.#ptys.set(number, pty);
    return new PtyMaster(pty, flags);
  }

  /** A new terminal's two sides, without references yet. */
  createPair(uid: number): { master: PtyMaster; slave: PtySlave } | Errno {
    const master = this.create(uid);
    if (!(master instanceof PtyMaster)) return master;
    return { master, slave: new PtySlave(master.pty, this.#processes) };
  }

  /** The terminal whose slave is /dev/pts/`number`; one whose master is closed has no name any more. */
  get(number: number): Pty | undefined {
    const pty = this.#ptys.get(number);
    return pty?.isHungUp ? undefined : pty;
  }

  /** The numbers of the slaves that have a name. */
  numbers(): number[] {
    return [...this.#ptys.keys()].filter((number) => this.get(number)).sort((a, b) => a - b);
  }

  /**
   * Opens the terminal with that device number for `process`; undefined when the number is none of a terminal.
   * A session leader without a terminal gets the slave it opens as controlling one, unless O_NOCTTY.
   */
  open(process: Process, device: number, flags: number): FileDescription | Errno | undefined {
    if (device === MULTIPLEXER_NUMBER) return this.create(process.actor.uid, flags & ~O_NOCTTY);
    if (device === CONTROLLING_TERMINAL_NUMBER) {
      const pty = this.controlledBy(process);
      return pty ? new PtySlave(pty, this.#processes, flags & ~O_NOCTTY) : errno.ENXIO;
    }
    const number = slaveNumberOf(device);
    if (number === undefined) return undefined;
    const pty = this.get(number);
    if (!pty) return errno.EIO;
    const slave = new PtySlave(pty, this.#processes, flags & ~O_NOCTTY);
    if ((flags & O_NOCTTY) === 0) this.takeControl(process, pty);
    return slave;
  }

  /** The controlling terminal of `process`. */
  controlledBy(process: Process): Pty | undefined {
    return this.#withoutTerminal.has(process) ? undefined : this.#bySession.get(process.sid);
  }

  /** TIOCSCTTY. EPERM: no session leader, or one with a terminal, or a terminal of another session. */
  takeControl(process: Process, pty: Pty): undefined | Errno {
    if (pty.isHungUp) return errno.EIO;
    if (process.sid !== process.pid) return errno.EPERM;
    if (pty.sid === process.sid) return undefined;
    if (pty.sid !== 0 || this.#bySession.has(process.sid)) return errno.EPERM;
    this.#withoutTerminal.delete(process);
    this.#bySession.set(process.sid, pty);
    pty.sid = process.sid;
    pty.setForeground(process.pgid);
    return undefined;
  }

  /** TIOCNOTTY: for a session's leader the whole session loses the terminal. ENOTTY: it is not its own. */
  giveUp(process: Process, pty: Pty): undefined | Errno {
    if (this.controlledBy(process) !== pty) return errno.ENOTTY;
    if (process.sid !== process.pid) {
      this.#withoutTerminal.add(process);
      return undefined;
    }
    const pgid = pty.foregroundPgid;
    this.#release(pty);
    for (const signal of [SIGHUP, SIGCONT]) this.signalGroup(pgid, signal);
    return undefined;
  }

  signalGroup(pgid: number, signal: number): void {
    if (pgid > 0) this.#processes.signalGroup(pgid, signal);
  }

  /** The master is closed: SIGHUP for the session's leader and the foreground group, and the terminal is gone. */
  hungUp(pty: Pty): void {
    const { sid, foregroundPgid } = pty;
    this.#release(pty);
    if (sid === 0) {
      this.signalGroup(foregroundPgid, SIGHUP);
      return;
    }
    const told = [...this.#processes.all()].filter(
      ({ pid, pgid }) => pid === sid || pgid === foregroundPgid,
    );
    for (const process of told) {
      this.#processes.deliver(process, SIGHUP);
      this.#processes.deliver(process, SIGCONT);
    }
  }

  closed(pty: Pty): void {
    this.#ptys.delete(pty.number);
  }

  /** What each terminal is and holds, for tests and crash reports. */
  dump(): object[] {
    return [...this.#ptys.values()].map((pty) => pty.dump());
  }

  /** With its leader a session loses its terminal, and who was in the foreground hears of it. */
  #sessionEnded(leader: Process): void {
    const pty = this.#bySession.get(leader.sid);
    if (!pty) return;
    const pgid = pty.foregroundPgid;
    this.#release(pty);
    this.signalGroup(pgid, SIGHUP);
  }

  #release(pty: Pty): void {
    if (pty.sid !== 0) this.#bySession.delete(pty.sid);
    pty.sid = 0;
    pty.setForeground(0);
  }
}
