/**
 * Descriptors that travel with a message over a unix socket (SCM_RIGHTS, unix(7)). What is in flight holds a
 * reference on each description until somebody receives it or the message is dropped. How many may be in
 * flight is bounded for the whole kernel by the sender's RLIMIT_NOFILE, as Linux bounds them for a user.
 *
 * A socket that only messages hold, and only messages in the queues of such sockets, can never be received again: those
 * are found when the last other reference goes, and dropped (Linux's unix_gc).
 */
import { type Errno, errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import { Socket } from "./socket.js";

/** The most descriptors of one message, as on Linux. */
export const SCM_MAX_FD = 253;

/** Descriptions that are about to be sent: they go into flight with the first byte. */
export interface Parcel {
  /** ETOOMANYREFS; EBADF when one was closed while the sender waited. */
  launch(): Rights | Errno;
}

/** The descriptions of one message in flight. */
export class Rights {
  readonly descriptions: readonly FileDescription[];
  readonly #inFlight: RightsInFlight;
  #hasLanded = false;

  constructor(inFlight: RightsInFlight, descriptions: readonly FileDescription[]) {
    this.#inFlight = inFlight;
    this.descriptions = descriptions;
  }

  /** Gives the references back: they have been received, or nobody will. */
  land(): void {
    if (this.#hasLanded) return;
    this.#hasLanded = true;
    this.#inFlight.land(this.descriptions);
  }
}

export class RightsInFlight {
  /** How often each description is in flight. */
  readonly #counts = new Map<FileDescription, number>();
  readonly #sockets: () => Iterable<Socket>;
  #size = 0;
  #isCollecting = false;

  /** @param sockets - The open sockets of the kernel. */
  constructor(sockets: () => Iterable<Socket>) {
    this.#sockets = sockets;
  }

  /** How many descriptors are in flight. */
  get size(): number {
    return this.#size;
  }

  /** @param limit - How many may be in flight then. */
  parcel(descriptions: readonly FileDescription[], limit: number): Parcel {
    return {
      launch: () => {
        if (this.#size + descriptions.length > limit) return errno.ETOOMANYREFS;
        if (descriptions.some(({ references }) => references === 0)) return errno.EBADF;
        for (const description of descriptions) this.#add(description);
        return new Rights(this, descriptions);
      },
    };
  }

  #add(description: FileDescription): void {
    this.#size++;
    this.#counts.set(description, this.#countOf(description) + 1);
    description.retain();
    if (description instanceof Socket) {
      description.onReleased = () => {
        if (this.#isOnlyInFlight(description)) this.#collect();
      };
    }
  }

  land(descriptions: readonly FileDescription[]): void {
    for (const description of descriptions) {
      const count = this.#countOf(description) - 1;
      this.#size--;
      if (count > 0) this.#counts.set(description, count);
      else this.#counts.delete(description);
      if (count === 0 && description instanceof Socket) description.onReleased = undefined;
      description.release();
    }
  }

  #countOf(description: FileDescription): number {
    return this.#counts.get(description) ?? 0;
  }

  #isOnlyInFlight(description: FileDescription): boolean {
    return description.references > 0 && description.references === this.#countOf(description);
  }

  /** Drops the messages that only sockets in flight hold, and no socket that anybody has leads to. */
  #collect(): void {
    if (this.#isCollecting) return;
    const unreached = new Set<Socket>();
    for (const description of this.#counts.keys()) {
      if (description instanceof Socket && this.#isOnlyInFlight(description)) {
        unreached.add(description);
      }
    }
    // Most sockets that are sent carry none themselves: there is no cycle then.
    if (![...unreached].some((socket) => !isEmpty(heldBy(socket)))) return;
    const roots: Socket[] = [];
    for (const socket of this.#sockets()) {
      if (socket.references > 0 && !unreached.has(socket)) roots.push(socket);
    }
    for (let root = roots.pop(); root; root = roots.pop()) {
      for (const { descriptions } of heldBy(root)) {
        for (const description of descriptions) {
          if (description instanceof Socket && unreached.delete(description)) {
            roots.push(description);
          }
        }
      }
    }
    this.#isCollecting = true;
    for (const socket of unreached) {
      for (const rights of [...heldBy(socket)]) rights.land();
    }
    this.#isCollecting = false;
  }
}

/** The rights in a socket's queue, and in those of the connections that wait in it for accept. */
function* heldBy(socket: Socket): Iterable<Rights> {
  yield* socket.heldRights();
  for (const waiting of socket.waitingConnections()) yield* waiting.heldRights();
}

function isEmpty(items: Iterable<unknown>): boolean {
  for (const _ of items) return false;
  return true;
}
