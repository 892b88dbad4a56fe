/** The 64-byte form of a statfs that crosses the bridge: eight u64; docs/wasm-abi.md has its layout. */
import { NAME_MAX } from "../kernel/constants.js";
import type { StoreSpace } from "../kernel/virtual-file-system.js";

/** Linux's tmpfs: what programs expect of a file system in memory. */
const TMPFS_MAGIC = 0x01021994;

export function encodeSpace(space: StoreSpace): Uint8Array {
  const { blockSize, blocks, freeBlocks, files, freeFiles } = space;
  const fields = [TMPFS_MAGIC, blockSize, blocks, freeBlocks, files, freeFiles, NAME_MAX, 0];
  return new Uint8Array(BigUint64Array.from(fields.map((field) => BigInt(field))).buffer);
}
