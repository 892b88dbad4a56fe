/**
 * What `connectTerminal` needs of the terminal that a person sits at. Node's is in
 * `src/drivers/host/host-terminal.host.ts`; in a browser the page brings one, such as xterm.js.
 */

/** Who uses a host's terminal. */
export interface TerminalUser {
  /** Takes what is typed. A promise is awaited before the next chunk. */
  input(data: Uint8Array): void | Promise<void>;
  /** Nothing more will be typed. */
  inputEnded(): void;
  resized(cols: number, rows: number): void;
}

/** A terminal in use. */
export interface TerminalConnection {
  /** Shows output. A promise is awaited before the next chunk. */
  write(data: Uint8Array): void | Promise<void>;
  /** Gives the terminal back as it was. May be called more than once. */
  close(): void;
}

export interface HostTerminal {
  /** The window's size; undefined for what is no window, such as a pipe. */
  size(): { cols: number; rows: number } | undefined;
  /** Takes the terminal: every key comes as it is, until `close`. */
  open(user: TerminalUser): TerminalConnection;
}
