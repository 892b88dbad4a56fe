/** `stream_wrap`, `pipe_wrap`, `tty_wrap`, `tcp_wrap`: streams over descriptors. Sockets come with the network. */
import type { Binding, Guest } from "../guest/guest.js";
import type { HandleClass } from "../guest/handle.js";
import { rawAttributes } from "../guest/raw-mode.js";
import { makeStreamClass } from "../guest/stream-handle.js";

const EINVAL = -22;
const ENOSYS = -38;

export function streamBindings(guest: Guest, HandleWrap: HandleClass) {
  const { kernel } = guest;
  const streamBaseState = new Int32Array(5);
  const LibuvStreamWrap = makeStreamClass(guest, HandleWrap, streamBaseState);

  class WriteWrap {
    handle: unknown;
    oncomplete: unknown;
  }
  class ShutdownWrap {
    handle: unknown;
    oncomplete: unknown;
  }

  class Pipe extends LibuvStreamWrap {
    constructor(_type = 0) {
      super("PIPEWRAP");
    }
    open(fd: number): number {
      this.readFd = fd;
      this.writeFd = fd;
      // Node's standard streams are synchronous when they are pipes.
      this.writesBlock = fd <= 2;
      return 0;
    }
    bind(): number {
      return ENOSYS;
    }
    listen(): number {
      return ENOSYS;
    }
    connect(): number {
      return ENOSYS;
    }
    fchmod(): number {
      return 0;
    }
  }

  class TTY extends LibuvStreamWrap {
    readonly #fd: number;
    /** What the terminal was before it was raw. */
    #cooked: Uint8Array | null = null;

    constructor(fd: number, context: { code?: string; errno?: number }) {
      super("TTYWRAP");
      this.#fd = fd;
      this.readFd = fd;
      this.writeFd = fd;
      this.writesBlock = true;
      if (kernel.isTerminal(fd)) return;
      context.code = "EINVAL";
      context.errno = EINVAL;
    }
    getWindowSize(size: number[]): number {
      const answer = kernel.windowSize(this.#fd);
      if (typeof answer === "number") return -answer;
      [size[0], size[1]] = answer;
      return 0;
    }
    setRawMode(isRaw: boolean): number {
      const attributes = this.#cooked ?? kernel.terminalAttributes(this.#fd);
      if (typeof attributes === "number") return -attributes;
      this.#cooked = isRaw ? attributes : null;
      const wanted = isRaw ? rawAttributes(attributes) : attributes;
      return -kernel.setTerminalAttributes(this.#fd, wanted);
    }
    setBlocking(): number {
      return 0;
    }
  }

  class TCP extends LibuvStreamWrap {
    constructor(_type = 0) {
      super("TCPWRAP");
    }
    open(): number {
      return ENOSYS;
    }
    bind(): number {
      return ENOSYS;
    }
    bind6(): number {
      return ENOSYS;
    }
    listen(): number {
      return ENOSYS;
    }
    connect(): number {
      return ENOSYS;
    }
    connect6(): number {
      return ENOSYS;
    }
    getsockname(): number {
      return ENOSYS;
    }
    getpeername(): number {
      return ENOSYS;
    }
    setNoDelay(): number {
      return 0;
    }
    setKeepAlive(): number {
      return 0;
    }
    reset(): number {
      return ENOSYS;
    }
  }

  const streamWrap: Binding = { streamBaseState, LibuvStreamWrap, WriteWrap, ShutdownWrap };
  const pipeWrap: Binding = { Pipe, PipeConnectWrap: class PipeConnectWrap {} };
  const ttyWrap: Binding = { TTY, isTTY: (fd: number) => kernel.isTerminal(fd) };
  const tcpWrap: Binding = { TCP, TCPConnectWrap: class TCPConnectWrap {} };
  return { streamWrap, pipeWrap, ttyWrap, tcpWrap };
}
