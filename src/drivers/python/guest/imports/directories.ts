/**
 * getdents(2). Musl asks for seven entries at a time: what a call of the kernel has brought is kept
 * by descriptor, and where the next one goes on.
 */
import { PAYLOAD_BYTES } from "../../../../bridge/wire.js";
import { WASI } from "../errno-map.js";
import type { Machine } from "../machine.js";

/** WASI's header of an entry, before its name. */
const HEADER_BYTES = 24;
/** Musl's `struct dirent`, of which readdir(3) takes a whole one. */
const DIRENT_BYTES = 280;
const NAME_OFFSET = 19;
const NAME_BYTES = 256;
const LISTING_BYTES = Math.min(64 * 1024, PAYLOAD_BYTES);

/** `d_type` by WASI's file type, as the kernel's entries have it. */
const types: Readonly<Record<number, number>> = { 1: 6, 2: 2, 3: 4, 4: 8, 5: 12, 6: 12, 7: 10 };

/** Entries that are not handed out yet, in WASI's layout. */
interface Listing {
  bytes: Uint8Array;
  at: number;
  position: number;
}

export class DirectoryReader {
  readonly #machine: Machine;
  readonly #listings = new Map<number, Listing>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** The descriptor is closed, or begins again. */
  forget(fd: number): void {
    this.#listings.delete(fd);
  }

  /** Fills `length` bytes at `target`: how many bytes, or minus an error number. */
  read(fd: number, target: number, length: number): number {
    const room = Math.floor(length / DIRENT_BYTES);
    if (room === 0) return -WASI.EINVAL;
    const listing = this.#listings.get(fd) ?? { bytes: new Uint8Array(0), at: 0, position: 0 };
    this.#listings.set(fd, listing);
    if (!hasEntry(listing)) {
      const failed = this.#fill(fd, listing);
      if (failed) return failed;
    }
    let count = 0;
    for (; count < room && hasEntry(listing); count++) {
      this.#put(target + count * DIRENT_BYTES, listing);
    }
    return count * DIRENT_BYTES;
  }

  #fill(fd: number, listing: Listing): number {
    const { position } = listing;
    const failed = this.#machine.call("read_directory", { fd, position, target: LISTING_BYTES });
    if (failed) return failed;
    listing.bytes = this.#machine.bytes.slice();
    listing.at = 0;
    return 0;
  }

  #put(entry: number, listing: Listing): void {
    const { memory } = this.#machine;
    const view = new DataView(listing.bytes.buffer, listing.at);
    const end = listing.at + HEADER_BYTES + view.getUint32(16, true);
    listing.position++;
    memory.setI64(entry, view.getBigInt64(8, true));
    memory.setI64(entry + 8, BigInt(listing.position));
    memory.setU16(entry + 16, DIRENT_BYTES);
    memory.setU8(entry + 18, types[view.getUint8(20)] ?? 0);
    const name = listing.bytes.subarray(listing.at + HEADER_BYTES, end);
    memory.setString(entry + NAME_OFFSET, name, NAME_BYTES);
    listing.at = end;
  }
}

/** Whether a whole entry is there: the last one of a reply may be cut off. */
function hasEntry({ bytes, at }: Listing): boolean {
  if (at + HEADER_BYTES > bytes.length) return false;
  const length = new DataView(bytes.buffer, at).getUint32(16, true);
  return at + HEADER_BYTES + length <= bytes.length;
}
