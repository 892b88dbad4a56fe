/** `pipe_wrap`: unix sockets, and the pipes that a process is given. */
import { AT_FDCWD } from "../../../kernel/constants.js";
import { AF_UNIX, UNIX_PATH_MAX } from "../../../kernel/socket-constants.js";
import type { Reader, Watcher } from "../guest/event-loop.js";
import type { Binding, Guest } from "../guest/guest.js";
import { type HandleChannel, handleChannel } from "../guest/handle-channel.js";
import { makeRequestClass, type Request } from "../guest/request.js";
import { encodePath } from "../guest/socket-names.js";
import { makeSocketStreamClass } from "../guest/socket-stream.js";
import type { PassedHandle } from "../guest/stream-base.js";
import type { StreamClass } from "../guest/stream-handle.js";
import { utf8Encode } from "../guest/utf8.js";

const ENOENT = -2;
const EACCES = -13;
const EINVAL = -22;
/** Node's kinds of handles. */
const SOCKET = 0;
const SERVER = 1;
const IPC = 2;
const UV_READABLE = 1;
const UV_WRITABLE = 2;

export function pipeWrapBinding(guest: Guest, LibuvStreamWrap: StreamClass): Binding {
  const { kernel } = guest;
  const SocketStream = makeSocketStreamClass(guest, LibuvStreamWrap, () => new Pipe(SOCKET));

  class Pipe extends SocketStream {
    /** The socket file, which goes when the handle is closed. */
    #path = "";
    /** Of a channel of `fork`, which carries handles, too. */
    readonly #channel: HandleChannel | null;
    /** The handle that came with the bytes that are handed out. */
    declare pendingHandle?: object;

    constructor(kind = SOCKET) {
      super(kind === SERVER ? "PIPESERVERWRAP" : "PIPEWRAP");
      this.#channel = kind === IPC ? handleChannel(guest, this) : null;
    }

    override get readSource(): Reader | Watcher {
      return this.#channel?.source ?? super.readSource;
    }

    override tryWrite(data: Uint8Array, passed?: PassedHandle): number {
      if (!passed) return super.tryWrite(data);
      return this.#channel ? this.#channel.send(data, passed) : EINVAL;
    }

    override open(fd: number): number {
      const failed = super.open(fd);
      if (failed) return failed;
      // Node's standard streams are synchronous when they are pipes.
      this.writesBlock = fd <= 2;
      return 0;
    }

    bind(path: string): number {
      const address = encodePath(path);
      if (address.length > encodePath("").length + UNIX_PATH_MAX - 1) return EINVAL;
      const failed = this.bindTo(AF_UNIX, address);
      if (failed) return failed === ENOENT ? EACCES : failed;
      if (!path.startsWith("\0")) this.#path = path;
      return 0;
    }

    /** Failures are told later, but a name that is too long. */
    connect(request: Request, path: string): number {
      const address = encodePath(path);
      if (address.length > encodePath("").length + UNIX_PATH_MAX - 1) return EINVAL;
      return this.connectTo(request, "PIPECONNECTWRAP", AF_UNIX, address);
    }

    /** Who may connect: everybody who may read or write is given all rights to it. */
    fchmod(mode: number): number {
      if ((mode & ~(UV_READABLE | UV_WRITABLE)) !== 0 || mode === 0) return EINVAL;
      if (this.#path === "") return EINVAL;
      const everybody = (mode & UV_READABLE ? 0o444 : 0) | (mode & UV_WRITABLE ? 0o222 : 0);
      const path = utf8Encode(this.#path);
      const stat = kernel.stat(path, 0);
      if (typeof stat === "number") return stat;
      return kernel.call("chmod", {
        directory: AT_FDCWD,
        path,
        mode: (stat.mode & 0o777) | everybody,
      });
    }

    override onHandleClose(): void {
      if (this.#path !== "") {
        kernel.call("unlink", { directory: AT_FDCWD, path: utf8Encode(this.#path), flags: 0 });
      }
      this.#path = "";
      this.#channel?.close();
      super.onHandleClose();
    }
  }

  return {
    Pipe,
    PipeConnectWrap: makeRequestClass(guest, "PipeConnectWrap"),
    constants: { SOCKET, SERVER, IPC, UV_READABLE, UV_WRITABLE },
  };
}
