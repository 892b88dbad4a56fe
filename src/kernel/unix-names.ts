/**
 * Which socket listens behind which unix name. A key is a socket file's device and inode, so that
 * links and renames lead to the same socket and unlinking leaves it alone, or an abstract name.
 */
import { type Errno, errno } from "./errno.js";
import type { Socket, UnixPlace } from "./socket.js";
import { AF_UNIX } from "./socket-constants.js";

export class UnixNames {
  readonly #sockets = new Map<string, Socket>();
  #lastName = 0;

  get(key: string): Socket | undefined {
    return this.#sockets.get(key);
  }

  /** EADDRINUSE when somebody has it. */
  bind(key: string, socket: Socket): undefined | Errno {
    if (this.#sockets.has(key)) return errno.EADDRINUSE;
    this.#sockets.set(key, socket);
    return undefined;
  }

  release(key: string, socket: Socket): void {
    if (this.#sockets.get(key) === socket) this.#sockets.delete(key);
  }

  /** A free abstract name, as bind(2) gives to who asks for none: five hexadecimal digits. */
  freeAbstractPlace(): UnixPlace {
    for (;;) {
      this.#lastName++;
      const place = UnixNames.abstractPlace(`\0${this.#lastName.toString(16).padStart(5, "0")}`);
      if (!this.#sockets.has(place.key)) return place;
    }
  }

  /** An abstract name's key is one that no file has. */
  static abstractPlace(path: string): UnixPlace {
    return { family: AF_UNIX, path, key: `@${path}` };
  }

  static fileKey(dev: number, ino: number): string {
    return `${dev}:${ino}`;
  }
}
