/**
 * Watches on files and directories, as inotify(7) has them: events of an inode, and for a directory
 * those of the names in it, queued on a description and read from it. Only what the kernel itself
 * changes is noticed. A queue is bounded: equal events that follow each other are one, and when it is
 * full one event says that others are lost.
 */
import { bytesOfText } from "./byte-text.js";
import {
  IN_DELETE_SELF,
  IN_IGNORED,
  IN_MASK_ADD,
  IN_ONESHOT,
  IN_Q_OVERFLOW,
  O_NONBLOCK,
  O_RDONLY,
  POLLIN,
} from "./constants.js";
import { type Errno, errno } from "./errno.js";
import { FileDescription } from "./file-description.js";
import { syntheticStat, type VirtualStat } from "./stat.js";
import { Blocked, type Outcome, WaitQueue } from "./wait.js";

/** The events that can be asked for. */
const IN_ALL_EVENTS = 0xfff;

/** `struct inotify_event` without its name. */
const HEADER_BYTES = 16;

interface WatchEvent {
  readonly wd: number;
  readonly mask: number;
  readonly cookie: number;
  /** Of the name in a watched directory; empty for the inode itself. */
  readonly name: Uint8Array;
}

interface Watch {
  readonly wd: number;
  readonly key: string;
  readonly queue: WatchDescription;
  mask: number;
}

/** What watchers are told: an event of the inode with that key. */
export interface InodeEvent {
  readonly key: string;
  readonly mask: number;
  readonly name?: string;
  readonly cookie?: number;
}

/** An inotify instance: its watches and its queue of events. */
export class WatchDescription extends FileDescription {
  override readonly kind = "watch";
  readonly #table: FileWatchTable;
  readonly #limit: number;
  readonly #queue: WatchEvent[] = [];
  readonly #arrived = new WaitQueue();
  override readonly pollQueues: FileDescription["pollQueues"] = [this.#arrived];
  #lastWd = 0;

  constructor(table: FileWatchTable, limit: number, flags: number) {
    super(O_RDONLY | (flags & O_NONBLOCK));
    this.#table = table;
    this.#limit = limit;
  }

  /** How many bytes of events there are (FIONREAD). */
  get length(): number {
    return this.#queue.reduce((sum, event) => sum + eventBytes(event), 0);
  }

  nextWd(): number {
    this.#lastWd++;
    return this.#lastWd;
  }

  push(event: WatchEvent): void {
    const last = this.#queue.at(-1);
    if (last && isSame(last, event)) return;
    if (this.#queue.length < this.#limit) {
      this.#queue.push(event);
    } else if (last && last.mask !== IN_Q_OVERFLOW) {
      this.#queue.push({ wd: -1, mask: IN_Q_OVERFLOW, cookie: 0, name: new Uint8Array(0) });
    }
    this.#arrived.wake();
  }

  override read(target: Uint8Array): Outcome<number> {
    const view = new DataView(target.buffer, target.byteOffset, target.length);
    let filled = 0;
    let taken = 0;
    for (const event of this.#queue) {
      if (filled + eventBytes(event) > target.length) break;
      filled += putEvent(view, target, filled, event);
      taken++;
    }
    this.#queue.splice(0, taken);
    if (taken > 0) return filled;
    // Too small for the next event.
    if (this.#queue.length > 0) return errno.EINVAL;
    return new Blocked({ queues: [this.#arrived], retry: () => this.read(target) });
  }

  override readUntil(target: Uint8Array): Outcome<number> {
    return this.read(target);
  }

  override write(): Errno {
    return errno.EBADF;
  }

  override poll(): number {
    return this.#queue.length > 0 ? POLLIN : 0;
  }

  override stat(): VirtualStat {
    return syntheticStat(0o600);
  }

  protected override close(): void {
    this.#table.closed(this);
  }
}

/** All watches of a kernel, by inode. */
export class FileWatchTable {
  readonly #limits: { readonly watches: number; readonly watchEvents: number };
  readonly #byInode = new Map<string, Set<Watch>>();
  readonly #byQueue = new Map<WatchDescription, Map<number, Watch>>();
  #count = 0;
  #lastCookie = 0;

  constructor(limits: { readonly watches: number; readonly watchEvents: number }) {
    this.#limits = limits;
  }

  /** How many watches there are; without any, nobody has to be told anything. */
  get size(): number {
    return this.#count;
  }

  /** inotify_init1(2): a description without watches and references. */
  open(flags: number): WatchDescription {
    return new WatchDescription(this, this.#limits.watchEvents, flags);
  }

  /** inotify_add_watch(2): the watch's number, the same again for the same inode. EINVAL, ENOSPC. */
  add(queue: WatchDescription, key: string, mask: number): number | Errno {
    if ((mask & IN_ALL_EVENTS) === 0) return errno.EINVAL;
    const events = mask & (IN_ALL_EVENTS | IN_ONESHOT);
    for (const watch of this.#byInode.get(key) ?? []) {
      if (watch.queue !== queue) continue;
      watch.mask = mask & IN_MASK_ADD ? watch.mask | events : events;
      return watch.wd;
    }
    if (this.#count >= this.#limits.watches) return errno.ENOSPC;
    const watch: Watch = { wd: queue.nextWd(), key, queue, mask: events };
    const ofInode = this.#byInode.get(key) ?? new Set();
    this.#byInode.set(key, ofInode.add(watch));
    const ofQueue = this.#byQueue.get(queue) ?? new Map<number, Watch>();
    this.#byQueue.set(queue, ofQueue.set(watch.wd, watch));
    this.#count++;
    return watch.wd;
  }

  /** inotify_rm_watch(2): EINVAL for a number that is no watch. */
  remove(queue: WatchDescription, wd: number): undefined | Errno {
    const watch = this.#byQueue.get(queue)?.get(wd);
    if (!watch) return errno.EINVAL;
    this.#end(watch);
    return undefined;
  }

  /** A number that ties the two events of a rename. */
  nextCookie(): number {
    this.#lastCookie++;
    return this.#lastCookie;
  }

  tell({ key, mask, name = "", cookie = 0 }: InodeEvent): void {
    const watches = this.#byInode.get(key);
    if (!watches) return;
    const bytes = bytesOfText(name);
    for (const watch of [...watches]) {
      const isWanted = (watch.mask & mask & IN_ALL_EVENTS) !== 0;
      if (isWanted) watch.queue.push({ wd: watch.wd, mask, cookie, name: bytes });
      if (mask & IN_DELETE_SELF || (isWanted && watch.mask & IN_ONESHOT)) this.#end(watch);
    }
  }

  closed(queue: WatchDescription): void {
    for (const watch of this.#byQueue.get(queue)?.values() ?? []) this.#forget(watch);
    this.#byQueue.delete(queue);
  }

  #end(watch: Watch): void {
    this.#forget(watch);
    watch.queue.push({ wd: watch.wd, mask: IN_IGNORED, cookie: 0, name: new Uint8Array(0) });
  }

  #forget(watch: Watch): void {
    const ofInode = this.#byInode.get(watch.key);
    if (!ofInode?.delete(watch)) return;
    if (ofInode.size === 0) this.#byInode.delete(watch.key);
    this.#byQueue.get(watch.queue)?.delete(watch.wd);
    this.#count--;
  }
}

function isSame(a: WatchEvent, b: WatchEvent): boolean {
  if (a.wd !== b.wd || a.mask !== b.mask || a.cookie !== b.cookie) return false;
  return a.name.length === b.name.length && a.name.every((byte, at) => byte === b.name[at]);
}

/** The name is padded with NULs, at least one, to a multiple of the header's length. */
function eventBytes({ name }: WatchEvent): number {
  const padded = name.length === 0 ? 0 : Math.ceil((name.length + 1) / HEADER_BYTES) * HEADER_BYTES;
  return HEADER_BYTES + padded;
}

function putEvent(view: DataView, target: Uint8Array, at: number, event: WatchEvent): number {
  const bytes = eventBytes(event);
  view.setInt32(at, event.wd, true);
  view.setUint32(at + 4, event.mask, true);
  view.setUint32(at + 8, event.cookie, true);
  view.setUint32(at + 12, bytes - HEADER_BYTES, true);
  target.fill(0, at + HEADER_BYTES, at + bytes);
  target.set(event.name, at + HEADER_BYTES);
  return bytes;
}
