/**
 * The content of one file, in pages that exist only where something was written: a hole costs
 * nothing, and a write costs what it writes. Pages are counted against a quota before they are
 * made. A page's length is a power of two up to PAGE_SIZE, so that small files stay small.
 *
 * Pages may be shared with snapshots (`share`): a page that is not this file's own is copied before it
 * is written. The quota counts the pages that the file has, shared or not.
 */
import { type Errno, errno } from "./errno.js";

export const PAGE_SIZE = 64 * 1024;
const SMALLEST_PAGE = 128;

/** The bytes that all files of a store may hold together. */
export class ByteQuota {
  readonly limitBytes: number;
  usedBytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  /** Takes `bytes` (or gives them back, when negative), or takes nothing and returns ENOSPC. */
  charge(bytes: number): undefined | Errno {
    if (bytes > 0 && this.usedBytes + bytes > this.limitBytes) return errno.ENOSPC;
    this.usedBytes += bytes;
    return undefined;
  }
}

/** Content that nobody changes any more. */
export interface SharedContent {
  /** By page number. */
  readonly pages: Map<number, Uint8Array>;
  readonly size: number;
  allocatedBytes: number;
}

export class PagedContent {
  readonly #quota: ByteQuota;
  /** By page number: a sparse file has few. */
  #pages = new Map<number, Uint8Array>();
  /** Whether `#pages` itself belongs to a snapshot. */
  #isShared = false;
  /** The pages that are this file's own; null: all are. */
  #own: Set<number> | null = null;
  #size = 0;
  #allocatedBytes = 0;

  constructor(quota: ByteQuota) {
    this.#quota = quota;
  }

  /** Content like `shared`, whose pages it takes over as they are; the quota has been charged for them. */
  static of(quota: ByteQuota, shared: SharedContent): PagedContent {
    const content = new PagedContent(quota);
    content.#pages = shared.pages;
    content.#isShared = true;
    content.#own = new Set();
    content.#size = shared.size;
    content.#allocatedBytes = shared.allocatedBytes;
    return content;
  }

  /** What the file holds now. Its pages are copied when they are next written. */
  share(): SharedContent {
    this.#isShared = true;
    this.#own = new Set();
    return { pages: this.#pages, size: this.#size, allocatedBytes: this.#allocatedBytes };
  }

  /** The file's size in bytes, holes included. */
  get size(): number {
    return this.#size;
  }

  get allocatedBytes(): number {
    return this.#allocatedBytes;
  }

  read(target: Uint8Array, position: number): number {
    const count = Math.min(target.length, this.#size - position);
    if (count <= 0) return 0;
    let done = 0;
    while (done < count) {
      const at = position + done;
      const offset = at % PAGE_SIZE;
      const length = Math.min(count - done, PAGE_SIZE - offset);
      const part = target.subarray(done, done + length);
      const stored = this.#pages.get(Math.floor(at / PAGE_SIZE))?.subarray(offset, offset + length);
      if (stored) part.set(stored);
      if (!stored || stored.length < length) part.fill(0, stored?.length ?? 0);
      done += length;
    }
    return count;
  }

  write(data: Uint8Array, position: number): number | Errno {
    const refused = this.#quota.charge(this.#growthOf(position, data.length));
    if (refused) return refused;
    let done = 0;
    while (done < data.length) {
      const at = position + done;
      const offset = at % PAGE_SIZE;
      const length = Math.min(data.length - done, PAGE_SIZE - offset);
      const page = this.#page(Math.floor(at / PAGE_SIZE), offset + length);
      page.set(data.subarray(done, done + length), offset);
      done += length;
    }
    if (data.length > 0) this.#size = Math.max(this.#size, position + data.length);
    return data.length;
  }

  truncate(size: number): void {
    if (size < this.#size) this.#cut(size);
    this.#size = size;
  }

  /** How many bytes of pages a write would add. */
  #growthOf(position: number, length: number): number {
    let growth = 0;
    for (let at = position; at < position + length; ) {
      const offset = at % PAGE_SIZE;
      const part = Math.min(position + length - at, PAGE_SIZE - offset);
      const have = this.#pages.get(Math.floor(at / PAGE_SIZE))?.length ?? 0;
      growth += Math.max(0, pageLengthFor(offset + part) - have);
      at += part;
    }
    return growth;
  }

  #page(number: number, length: number): Uint8Array {
    const pages = this.#ownPages();
    const page = pages.get(number);
    if (page && page.length >= length) {
      if (!this.#own || this.#own.has(number)) return page;
      const copy = page.slice();
      pages.set(number, copy);
      this.#own.add(number);
      return copy;
    }
    this.#own?.add(number);
    const grown = new Uint8Array(pageLengthFor(length));
    if (page) grown.set(page);
    this.#allocatedBytes += grown.length - (page?.length ?? 0);
    pages.set(number, grown);
    return grown;
  }

  #ownPages(): Map<number, Uint8Array> {
    if (!this.#isShared) return this.#pages;
    this.#pages = new Map(this.#pages);
    this.#isShared = false;
    return this.#pages;
  }

  #cut(size: number): void {
    const lastPage = Math.floor(size / PAGE_SIZE);
    const kept = size % PAGE_SIZE;
    let freed = 0;
    const pages = this.#ownPages();
    for (const [number, page] of pages) {
      if (number > lastPage || (number === lastPage && kept === 0)) {
        pages.delete(number);
        this.#own?.delete(number);
        freed += page.length;
      } else if (number === lastPage && kept < page.length) {
        this.#page(number, page.length).fill(0, kept);
      }
    }
    this.#allocatedBytes -= freed;
    this.#quota.charge(-freed);
  }
}

/** Whether a page can have this many bytes. */
export function isPageLength(bytes: number): boolean {
  return bytes >= SMALLEST_PAGE && bytes <= PAGE_SIZE && (bytes & (bytes - 1)) === 0;
}

/** A page that begins with `data`, which is no longer than one. */
export function pageOf(data: Uint8Array): Uint8Array {
  const page = new Uint8Array(pageLengthFor(data.length));
  page.set(data);
  return page;
}

function pageLengthFor(bytes: number): number {
  let length = SMALLEST_PAGE;
  while (length < bytes) length *= 2;
  return length;
}
