/**
 * The serialised form of a snapshot, version 1. All numbers are little-endian.
 *
 *     header   8 bytes "sxfssnap", u32 version, u32 inodes, f64 bytes of pages, u32 CRC-32 of these
 *     frame    u32 kind, u32 length of the payload, payload, u32 CRC-32 of all before in the frame
 *
 * Inodes are numbered from 0, the root, in the order they come; a directory comes before what is in it.
 *
 *     nodes    u32 mode, uid, gid, atimeNs, mtimeNs; f64 atimeMs, mtimeMs, ctimeMs, birthtimeMs, size;
 *              u32 length of a link's target, target (UTF-8); repeated
 *     names    u32 directory, u32 inode, u32 length of the name, name (UTF-8); repeated
 *     page     u32 inode, u32 number of the page in the file, the page (a power of two, up to 64 KiB)
 *     end      nothing
 */
export const MAGIC = new TextEncoder().encode("sxfssnap");
export const VERSION = 1;
export const HEADER_BYTES = 28;
export const FRAME_HEAD_BYTES = 8;
export const CHECKSUM_BYTES = 4;
/** No frame's payload is longer. */
export const FRAME_MAX = 1024 * 1024;
export const NODE_BYTES = 64;
export const NAME_BYTES = 12;
export const PAGE_HEAD_BYTES = 8;

export const frameKind = { nodes: 1, names: 2, page: 3, end: 4 } as const;

const table = (() => {
  const made = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    made[byte] = value;
  }
  return made;
})();

/** CRC-32 (ISO 3309, as in zip and PNG). */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  // Both indices are within their arrays.
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] as number);
  return (crc ^ 0xffffffff) >>> 0;
}
