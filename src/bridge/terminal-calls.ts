/** Handlers about terminals. */
import { Errno, errno } from "../kernel/errno.js";
import {
  flow,
  flush,
  getAttributes,
  getForeground,
  getSession,
  getSize,
  isTerminal,
  openTerminal,
  setAttributes,
  setForeground,
  setSize,
  terminalOf,
} from "../kernel/terminal-control.js";
import { decodeTermios, encodeTermios } from "../kernel/termios-structure.js";
import type { Handlers } from "./handler.js";
import { decodeWindowSize, encodeWindowSize } from "./window-size.js";

const CLOSE_ON_EXEC = 1;

export const terminalCalls = {
  openpty({ tables, process }, { flags }) {
    const opened = openTerminal(tables, process, (flags & CLOSE_ON_EXEC) !== 0);
    return opened instanceof Errno ? opened : [opened.masterFd, opened.slaveFd];
  },

  isatty({ process }, { fd }) {
    const answer = isTerminal(process, fd);
    if (answer instanceof Errno) return answer;
    return answer ? undefined : errno.ENOTTY;
  },

  tcgetattr({ process }, { fd }) {
    const termios = getAttributes(process, fd);
    return termios instanceof Errno ? termios : encodeTermios(termios);
  },

  tcsetattr({ tables, process }, { fd, action, attributes }) {
    // Decoded now: when the call has waited, the guest's memory may hold something else.
    const pty = terminalOf(process, fd);
    if (pty instanceof Errno) return pty;
    const termios = decodeTermios(attributes, pty.termios);
    return setAttributes(tables, process, fd, action, () => termios);
  },

  tcflush({ tables, process }, { fd, queue }) {
    return flush(tables, process, fd, queue);
  },

  tcflow({ tables, process }, { fd, action }) {
    return flow(tables, process, fd, action);
  },

  tcgetpgrp({ tables, process }, { fd }) {
    return getForeground(tables, process, fd);
  },

  tcsetpgrp({ tables, process }, { fd, pgid }) {
    return setForeground(tables, process, fd, pgid);
  },

  tcgetsid({ tables, process }, { fd }) {
    return getSession(tables, process, fd);
  },

  get_window_size({ process }, { fd }) {
    const size = getSize(process, fd);
    return size instanceof Errno ? size : encodeWindowSize(size);
  },

  set_window_size({ process }, { fd, size }) {
    const decoded = decodeWindowSize(size);
    return decoded instanceof Errno ? decoded : setSize(process, fd, decoded);
  },

  set_controlling_terminal({ tables, process }, { fd }) {
    const pty = terminalOf(process, fd);
    return pty instanceof Errno ? pty : tables.terminals.takeControl(process, pty);
  },

  drop_controlling_terminal({ tables, process }, { fd }) {
    const pty = terminalOf(process, fd);
    return pty instanceof Errno ? pty : tables.terminals.giveUp(process, pty);
  },

  readable_bytes({ process }, { fd }) {
    const description = process.fds.get(fd);
    return description instanceof Errno ? description : description.available();
  },

  ttyname({ process }, { fd }) {
    const pty = terminalOf(process, fd);
    return pty instanceof Errno ? pty : new TextEncoder().encode(pty.path);
  },
} satisfies Partial<Handlers>;
