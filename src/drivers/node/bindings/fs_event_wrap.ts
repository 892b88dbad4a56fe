/**
 * `fs_event_wrap`: fs.watch by the kernel's watches, as libuv does it by inotify: one descriptor for all
 * watchers of a guest, open as long as there is one.
 */
import {
  IN_ATTRIB,
  IN_CREATE,
  IN_DELETE,
  IN_DELETE_SELF,
  IN_IGNORED,
  IN_ISDIR,
  IN_MODIFY,
  IN_MOVE_SELF,
  IN_MOVED_FROM,
  IN_MOVED_TO,
  O_CLOEXEC,
  O_NONBLOCK,
  POLLIN,
} from "../../../kernel/constants.js";
import { Codec } from "../guest/codec.js";
import type { Watcher } from "../guest/event-loop.js";
import type { Binding, Guest } from "../guest/guest.js";
import type { Handle, HandleClass } from "../guest/handle.js";
import { pathBytes } from "../guest/kernel-calls.js";
import { encodingOf } from "./buffer.js";

const EINVAL = -22;
/** `struct inotify_event` without its name. */
const HEADER_BYTES = 16;
const READ_BYTES = 4096;

const CHANGES = IN_ATTRIB | IN_MODIFY;
const EVENTS =
  CHANGES | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_MOVED_FROM | IN_MOVED_TO;

/** Who hears of the events of one watch. */
interface Listener extends Handle {
  onEvent(mask: number, name: Uint8Array): void;
}

/** The descriptor all watchers of a guest share. */
class Notifications implements Watcher {
  readonly events = POLLIN;
  readonly #guest: Guest;
  readonly #listeners = new Map<number, Set<Listener>>();
  #fd = -1;

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  get fd(): number {
    return this.#fd;
  }

  get isReferenced(): boolean {
    for (const listeners of this.#listeners.values()) {
      for (const listener of listeners) if (listener.isHandleReferenced) return true;
    }
    return false;
  }

  /** The watch's number, or minus an error number. */
  add(path: Uint8Array, listener: Listener): number {
    const { kernel, loop } = this.#guest;
    if (this.#fd < 0) {
      const failed = kernel.call("watch_open", { flags: O_NONBLOCK | O_CLOEXEC });
      if (failed) return failed;
      this.#fd = kernel.result;
    }
    const failed = kernel.call("watch_add", { fd: this.#fd, path, mask: EVENTS });
    const wd = kernel.result;
    if (failed) {
      this.#closeWhenIdle();
      return failed;
    }
    const listeners = this.#listeners.get(wd) ?? new Set();
    this.#listeners.set(wd, listeners.add(listener));
    loop.watch(this);
    return wd;
  }

  remove(wd: number, listener: Listener): void {
    const listeners = this.#listeners.get(wd);
    if (!listeners?.delete(listener) || listeners.size > 0) return;
    this.#listeners.delete(wd);
    // The inode may have gone, and its watch with it.
    this.#guest.kernel.call("watch_remove", { fd: this.#fd, watch: wd });
    this.#closeWhenIdle();
  }

  #closeWhenIdle(): void {
    if (this.#listeners.size > 0 || this.#fd < 0) return;
    this.#guest.loop.unwatch(this);
    this.#guest.kernel.close(this.#fd);
    this.#fd = -1;
  }

  onReady(): void {
    const target = new Uint8Array(READ_BYTES);
    while (this.#fd >= 0) {
      const count = this.#guest.kernel.read(this.#fd, target, -1);
      if (count <= 0) return;
      this.#tell(target.slice(0, count));
    }
  }

  #tell(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer);
    for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
      const wd = view.getInt32(at, true);
      const mask = view.getUint32(at + 4, true);
      const end = at + HEADER_BYTES + view.getUint32(at + 12, true);
      const padded = bytes.subarray(at + HEADER_BYTES, end);
      const nul = padded.indexOf(0);
      const name = nul < 0 ? padded : padded.subarray(0, nul);
      if (!(mask & IN_IGNORED)) {
        for (const listener of [...(this.#listeners.get(wd) ?? [])]) listener.onEvent(mask, name);
      }
      at = end;
    }
  }
}

export function fsEventWrapBinding(guest: Guest, HandleWrap: HandleClass): Binding {
  const codec = new Codec(guest.hooks.compute);
  const notifications = new Notifications(guest);

  class FSEvent extends HandleWrap {
    onchange: unknown;
    #wd = -1;
    #encoding: unknown = "utf8";
    /** What an event without a name is called: the watched path's last part. */
    #ownName: Uint8Array = new Uint8Array(0);

    constructor() {
      super("FSEVENTWRAP");
    }

    get initialized(): boolean {
      return this.#wd >= 0 && !this.isHandleClosed;
    }

    start(
      path: string | Uint8Array,
      isPersistent: boolean,
      _recursive: boolean,
      encoding: unknown,
    ) {
      if (this.#wd >= 0) return EINVAL;
      const bytes = pathBytes(path);
      this.#encoding = encoding;
      this.#ownName = bytes.slice(bytes.lastIndexOf("/".charCodeAt(0)) + 1);
      const wd = notifications.add(bytes, this);
      if (wd < 0) return wd;
      this.#wd = wd;
      if (!isPersistent) this.unref();
      return 0;
    }

    onEvent(mask: number, name: Uint8Array): void {
      if (this.isHandleClosed) return;
      const event = (mask & ~(CHANGES | IN_ISDIR)) === 0 ? "change" : "rename";
      const bytes = name.length > 0 ? name : this.#ownName;
      guest.callback(this, this.onchange, [0, event, this.#text(bytes)]);
    }

    #text(bytes: Uint8Array): unknown {
      if (this.#encoding === "buffer") {
        return Object.setPrototypeOf(bytes.slice(), guest.bufferPrototype);
      }
      return codec.decode(encodingOf(this.#encoding), bytes, 0, bytes.length);
    }

    override onHandleClose(): void {
      if (this.#wd >= 0) notifications.remove(this.#wd, this);
    }
  }

  return { FSEvent };
}
