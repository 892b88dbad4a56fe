/** `stream_wrap`, `pipe_wrap`, `tty_wrap`, `tcp_wrap`: streams over descriptors. Sockets come with the network. */
import type { Binding, Guest } from "../guest/guest.js";
import type { HandleClass } from "../guest/handle.js";
import { makeStreamClass } from "../guest/stream-handle.js";

const ENOSYS = -38;

export function streamBindings(guest: Guest, HandleWrap: HandleClass) {
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
    constructor(fd: number, context: object) {
      super("TTYWRAP");
      this.readFd = fd;
      this.writeFd = fd;
      this.writesBlock = true;
      void context;
    }
    getWindowSize(size: number[]): number {
      size[0] = 80;
      size[1] = 24;
      return 0;
    }
    setRawMode(): number {
      return ENOSYS;
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
  // No terminal in this release: `isatty` is false for every descriptor.
  const ttyWrap: Binding = { TTY, isTTY: () => false };
  const tcpWrap: Binding = { TCP, TCPConnectWrap: class TCPConnectWrap {} };
  return { streamWrap, pipeWrap, ttyWrap, tcpWrap };
}
