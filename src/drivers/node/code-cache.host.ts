/**
 * V8's code cache of Node's library and of our bundle, kept on the user's machine. V8 itself checks
 * little more than a source's length, so the file's name is a checksum of everything that matters and the
 * file carries that key and a checksum of its body. Made by running our own boot once, never from or for
 * the code of guests.
 */
import type Crypto from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { noteUse, pruneCache } from "../host/cache-folder.host.js";
import { internalBindings } from "./library.host.js";

const MAGIC = "secure-exec code cache 3\n";
const CHECKSUM_BYTES = 32;
const CRC_BYTES = 4;
/** A folder only its owner can change: whoever writes there chooses what guests' Node does. */
const FOLDER_MODE = 0o700;

/**
 * Finds what was spoilt by accident, and tells texts apart that nobody made to be alike: nobody but the folder's owner writes
 * there. A CRC of each eighth, by the binary's own function: to load Node's crypto, for SHA-256, takes 10 ms of a cold start.
 */
function checksumOf(bytes: Uint8Array): Buffer {
  // Not in each version of Node.
  const { crc32 } = internalBindings()("zlib") as {
    crc32?: (data: Uint8Array, value: number) => number;
  };
  if (!crc32) {
    const { createHash } = createRequire(import.meta.url)("node:crypto") as typeof Crypto;
    return createHash("sha256").update(bytes).digest();
  }
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  const parts = CHECKSUM_BYTES / CRC_BYTES;
  for (let part = 0; part < parts; part++) {
    const [from, to] = [part, part + 1].map((index) => Math.ceil((bytes.length * index) / parts));
    checksum.writeUInt32LE(crc32(bytes.subarray(from, to), 0), part * CRC_BYTES);
  }
  return checksum;
}

/**
 * The checksum of everything that a cache depends on. Node's library is known by its binary; where it is in a library beside that,
 * by its text.
 */
export function cacheKey(sources: ReadonlyMap<string, string>, bundle: string): string {
  const { dev, ino, size, mtimeMs } = statSync(process.execPath);
  const { node_shared: isShared } = process.config.variables as { node_shared?: boolean };
  const facts = [
    process.version,
    process.versions.v8,
    process.arch,
    process.platform,
    process.execArgv,
    [dev, ino, size, mtimeMs],
    [...sources].map(([name, source]) => [name, source.length]),
  ];
  const texts = [JSON.stringify(facts), bundle, ...(isShared ? sources.values() : [])];
  return checksumOf(Buffer.from(texts.join("\n"))).toString("hex");
}

/** The caches by name, or null when there are none to be trusted. */
export function readCache(folder: string, key: string): Map<string, Uint8Array> | null {
  try {
    const directory = statSync(folder);
    if ((directory.mode & 0o077) !== 0 || directory.uid !== (process.getuid?.() ?? directory.uid)) {
      return null;
    }
    const bytes = readFileSync(fileOf(folder, key));
    const head = Buffer.from(MAGIC + key);
    const body = bytes.subarray(head.length + CHECKSUM_BYTES);
    const checksum = bytes.subarray(head.length, head.length + CHECKSUM_BYTES);
    if (!bytes.subarray(0, head.length).equals(head)) return null;
    if (!checksumOf(body).equals(checksum)) return null;
    noteUse(fileOf(folder, key));
    return decode(body);
  } catch {
    return null;
  }
}

/** Keeps caches, and removes old ones. What can't be written is made again the next time. */
export function writeCache(
  folder: string,
  key: string,
  entries: ReadonlyMap<string, Uint8Array>,
): void {
  const temporary = `${fileOf(folder, key)}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
    chmodSync(folder, FOLDER_MODE);
    const body = encode(entries);
    writeFileSync(temporary, Buffer.concat([Buffer.from(MAGIC + key), checksumOf(body), body]), {
      mode: 0o600,
    });
    renameSync(temporary, fileOf(folder, key));
    pruneCache(folder, "node");
  } catch {
    rmSync(temporary, { force: true });
  }
}

function fileOf(folder: string, key: string): string {
  return path.join(folder, `node-${key}.bin`);
}

/** A length and JSON of `[name, bytes]`, then all bytes in that order. */
function encode(entries: ReadonlyMap<string, Uint8Array>): Buffer {
  const index = JSON.stringify([...entries].map(([name, bytes]) => [name, bytes.length]));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(Buffer.byteLength(index));
  return Buffer.concat([head, Buffer.from(index), ...entries.values()]);
}

function decode(body: Buffer): Map<string, Uint8Array> {
  const indexLength = body.readUInt32LE(0);
  const index: [string, number][] = JSON.parse(body.toString("utf8", 4, 4 + indexLength));
  const entries = new Map<string, Uint8Array>();
  let at = 4 + indexLength;
  for (const [name, length] of index) {
    entries.set(name, new Uint8Array(body.subarray(at, at + length)));
    at += length;
  }
  return entries;
}
