/** `stream_wrap` and `tty_wrap`: what all streams share, and terminals. */
import type { Binding, Guest } from "../guest/guest.js";
import type { HandleClass } from "../guest/handle.js";
import { rawAttributes } from "../guest/raw-mode.js";
import { makeRequestClass } from "../guest/request.js";
import { makeStreamBase, type StreamBaseClass } from "../guest/stream-base.js";
import { makeStreamClass, type StreamClass } from "../guest/stream-handle.js";

const EINVAL = -22;

export interface StreamBindings {
  readonly LibuvStreamWrap: StreamClass;
  /** What streams that are no descriptors extend. */
  readonly StreamBase: StreamBaseClass;
  readonly streamWrap: Binding;
  readonly ttyWrap: Binding;
}

export function streamBindings(guest: Guest, HandleWrap: HandleClass): StreamBindings {
  const { kernel } = guest;
  const streamBaseState = new Int32Array(5);
  const StreamBase = makeStreamBase(guest, HandleWrap, streamBaseState);
  const LibuvStreamWrap = makeStreamClass(guest, StreamBase);

  class TTY extends LibuvStreamWrap {
    readonly #fd: number;
    /** What the terminal was before it was raw. */
    #cooked: Uint8Array | null = null;

    constructor(
      fd: number,
      context: { code?: string; errno?: number; message?: string; syscall?: string },
    ) {
      super("TTYWRAP");
      this.#fd = fd;
      this.readFd = fd;
      this.writeFd = fd;
      this.writesBlock = true;
      if (kernel.isTerminal(fd)) return;
      context.code = "EINVAL";
      context.errno = EINVAL;
      context.message = guest.uv.text(EINVAL);
      context.syscall = "uv_tty_init";
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

  return {
    LibuvStreamWrap,
    StreamBase,
    streamWrap: {
      streamBaseState,
      LibuvStreamWrap,
      WriteWrap: makeRequestClass(guest, "WriteWrap"),
      ShutdownWrap: makeRequestClass(guest, "ShutdownWrap"),
    },
    ttyWrap: { TTY, isTTY: (fd: number) => kernel.isTerminal(fd) },
  };
}
