/**
 * The terminal of the host application: its stdin and stdout. While it is in use it is raw; it is given
 * back by `close`, and when the application leaves without: at its exit (an uncaught exception included), at
 * SIGHUP, SIGINT and SIGTERM, and by the keeper (`terminal-keeper.host.ts`) when the application is killed.
 *
 * Pipes in the place of a terminal work as well: they are read and written, and nothing is raw.
 */
import type { HostTerminal, TerminalConnection, TerminalUser } from "../../kernel/host-terminal.js";
import { TerminalKeeper } from "./terminal-keeper.host.js";

/** Signals that end an application that does not listen to them. */
const deadlySignals = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

const nodeTerminal: HostTerminal = {
  size() {
    const { columns, rows } = process.stdout;
    return columns > 0 && rows > 0 ? { cols: columns, rows } : undefined;
  },

  open(user) {
    return new HostTerminalConnection(user);
  },
};

/** undefined outside Node: the file is in the bundle for browsers too. */
export const hostTerminal = globalThis.process?.versions?.node ? nodeTerminal : undefined;

class HostTerminalConnection implements TerminalConnection {
  readonly #user: TerminalUser;
  readonly #keeper = new TerminalKeeper();
  #isOpen = true;

  constructor(user: TerminalUser) {
    this.#user = user;
    const { stdin, stdout } = process;
    if (stdin.isTTY) {
      this.#keeper.keep(stdin.fd);
      stdin.setRawMode(true);
    }
    process.on("exit", this.#restore);
    process.on("SIGCONT", this.#takeAgain);
    for (const signal of deadlySignals) process.on(signal, this.#leave);
    stdin.on("data", this.#typed);
    stdin.on("end", this.#ended);
    stdin.on("error", this.#ended);
    stdout.on("resize", this.#resized);
    // Who reads our output may go away; the program on the terminal finds out by itself.
    stdout.on("error", ignore);
  }

  write(data: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      process.stdout.write(data, () => resolve());
    });
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#restore();
    const { stdin, stdout } = process;
    process.off("exit", this.#restore);
    process.off("SIGCONT", this.#takeAgain);
    for (const signal of deadlySignals) process.off(signal, this.#leave);
    stdin.off("data", this.#typed);
    stdin.off("end", this.#ended);
    stdin.off("error", this.#ended);
    stdout.off("resize", this.#resized);
    stdout.off("error", ignore);
    stdin.pause();
  }

  /** Makes the terminal what it was. */
  readonly #restore = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      if (process.stdin.isTTY) process.stdin.setRawMode(false);
    } catch {
      // The terminal itself is gone.
    }
    this.#keeper.dismiss();
  };

  /** The application was stopped, and its shell has changed the terminal meanwhile. */
  readonly #takeAgain = (): void => {
    if (this.#isOpen && process.stdin.isTTY) process.stdin.setRawMode(true);
  };

  /** Ends the application as the signal would, unless it listens itself. */
  readonly #leave = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) > 1) return;
    this.close();
    process.kill(process.pid, signal);
  };

  readonly #typed = (data: Buffer): void => {
    const taken = this.#user.input(data);
    if (!(taken instanceof Promise)) return;
    process.stdin.pause();
    const goOn = (): void => {
      if (this.#isOpen) process.stdin.resume();
    };
    taken.then(goOn, goOn);
  };

  readonly #ended = (): void => {
    this.#user.inputEnded();
  };

  readonly #resized = (): void => {
    const { columns, rows } = process.stdout;
    this.#user.resized(columns, rows);
  };
}

function ignore(): void {}
