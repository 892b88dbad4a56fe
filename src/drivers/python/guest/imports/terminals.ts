/** ioctl(2): terminals, and the way in for Python modules that call the kernel or OpenSSL. */
import { WASI } from "../errno-map.js";
import type { Machine } from "../machine.js";
import { systemCall } from "./processes.js";

const TCGETS = 0x5401;
const TCSETS = 0x5402;
const TCSETSF = 0x5404;
const TCXONC = 0x540a;
const TCFLSH = 0x540b;
const TIOCSCTTY = 0x540e;
const TIOCGPGRP = 0x540f;
const TIOCSPGRP = 0x5410;
const TIOCGWINSZ = 0x5413;
const TIOCSWINSZ = 0x5414;
const FIONREAD = 0x541b;
const FIONBIO = 0x5421;
const TIOCNOTTY = 0x5422;
const TIOCGSID = 0x5429;
/** unlockpt(3): no terminal of the kernel's is locked. */
const TIOCSPTLCK = 0x40045431;
/** Ours: `systemCall`. */
const SYSTEM_CALL = 0x50590000;
/** Ours: `Tls.call`. */
const TLS_CALL = 0x50590001;

const TERMIOS_BYTES = 60;
const WINDOW_SIZE_BYTES = 8;
const O_NONBLOCK = 0o4000;

export function terminalImports(machine: Machine) {
  /** Puts the reply at a pointer. */
  const put = (failed: number, target: number): number => {
    if (failed) return failed;
    const { bytes } = machine;
    machine.memory.bytes(target, bytes.length).set(bytes);
    return 0;
  };

  const putResult = (failed: number, target: number): number => {
    if (!failed) machine.memory.setU32(target, machine.result);
    return failed;
  };

  const setBlocking = (fd: number, isNonBlocking: boolean): number => {
    const failed = machine.call("get_status", { fd });
    if (failed) return failed;
    const others = machine.secondResult & ~O_NONBLOCK;
    return machine.call("set_status", { fd, flags: others | (isNonBlocking ? O_NONBLOCK : 0) });
  };

  return {
    __syscall_ioctl(fd: number, request: number, varargs: number): number {
      const { memory } = machine;
      const argument = memory.u32(varargs);
      switch (request) {
        case SYSTEM_CALL:
          systemCall(machine, argument);
          return 0;
        case TLS_CALL:
          return machine.tls.call(memory, argument) ? 0 : -WASI.ENOTSUP;
        case TCGETS:
          return put(machine.call("tcgetattr", { fd }), argument);
        case TCSETS:
        case TCSETS + 1:
        case TCSETSF: {
          const attributes = memory.bytes(argument, TERMIOS_BYTES);
          return machine.call("tcsetattr", { fd, action: request - TCSETS, attributes });
        }
        case TCXONC:
          return machine.call("tcflow", { fd, action: argument });
        case TCFLSH:
          return machine.call("tcflush", { fd, queue: argument });
        case TIOCSCTTY:
          return machine.call("set_controlling_terminal", { fd });
        case TIOCNOTTY:
          return machine.call("drop_controlling_terminal", { fd });
        case TIOCSPTLCK:
          return machine.call("ttyname", { fd });
        case TIOCGPGRP:
          return putResult(machine.call("tcgetpgrp", { fd }), argument);
        case TIOCSPGRP:
          return machine.call("tcsetpgrp", { fd, pgid: memory.i32(argument) });
        case TIOCGSID:
          return putResult(machine.call("tcgetsid", { fd }), argument);
        case TIOCGWINSZ:
          return put(machine.call("get_window_size", { fd }), argument);
        case TIOCSWINSZ:
          return machine.call("set_window_size", {
            fd,
            size: memory.bytes(argument, WINDOW_SIZE_BYTES),
          });
        case FIONREAD:
          return putResult(machine.call("readable_bytes", { fd }), argument);
        case FIONBIO:
          return setBlocking(fd, memory.u32(argument) !== 0);
        default: {
          const failed = machine.call("get_fd_flags", { fd });
          return failed || -WASI.ENOTTY;
        }
      }
    },
  };
}
