/**
 * Pure computing for guests: public modules of the container's Node on copied values. Arguments come
 * from a guest: each operation checks what it gets, and whatever throws answers null.
 */
import { Buffer, isUtf8, transcode } from "node:buffer";
import { domainToASCII, domainToUnicode, format, pathToFileURL } from "node:url";
import { parseEnv } from "node:util";
import { deserialize, serialize } from "node:v8";
import zlib from "node:zlib";
import { makeCrypto } from "./crypto/operations.host.js";

type Operation = (...args: never[]) => unknown;

const KiB = 1024;
const CONVERTERS_MAX = 1024;

const encodings: ReadonlySet<string> = new Set([
  "ascii",
  "utf8",
  "base64",
  "base64url",
  "utf16le",
  "latin1",
  "hex",
]);

function encodingName(value: unknown): BufferEncoding {
  if (typeof value !== "string" || !encodings.has(value)) throw new TypeError("encoding");
  return value as BufferEncoding;
}

function bytes(value: unknown): Buffer {
  if (!(value instanceof Uint8Array)) throw new TypeError("bytes");
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("text");
  return value;
}

function parts(url: URL): string[] {
  return [url.href, url.protocol, url.username, url.password, url.hostname, url.port, url.pathname];
}

/** In the order of the numbers that Node's URL class uses. */
const urlProperties = [
  "protocol",
  "host",
  "hostname",
  "port",
  "username",
  "password",
  "pathname",
  "search",
  "hash",
  "href",
] as const;

/** The operations for one guest: converters have a state. */
export function makeCompute(
  heap: () => object,
  sources: ReadonlyMap<string, string>,
): (name: string, ...args: unknown[]) => unknown {
  const converters = new Map<number, InstanceType<typeof TextDecoder>>();
  let lastConverter = 0;

  const operations: Record<string, Operation> = {
    decode: (encoding: unknown, data: unknown) => bytes(data).toString(encodingName(encoding)),
    encode(encoding: unknown, value: unknown, room: unknown) {
      const all = Buffer.from(text(value), encodingName(encoding));
      const limit = Number(room);
      if (all.length <= limit) return new Uint8Array(all);
      // Whole characters only.
      const cut = Buffer.alloc(limit);
      return new Uint8Array(
        cut.subarray(0, cut.write(text(value), 0, limit, encodingName(encoding))),
      );
    },
    isUtf8: (data: unknown) => isUtf8(bytes(data)),
    atob: (value: unknown) => decodeBase64(text(value)),
    btoa(value: unknown) {
      const given = text(value);
      for (let index = 0; index < given.length; index++)
        if (given.charCodeAt(index) > 255) return -1;
      return Buffer.from(given, "latin1").toString("base64");
    },
    parseUrl: (input: unknown, base: unknown) =>
      parts(base === undefined ? new URL(text(input)) : new URL(text(input), text(base))),
    updateUrl(href: unknown, action: unknown, value: unknown) {
      const property = urlProperties[Number(action)];
      if (!property) return null;
      const url = new URL(text(href));
      url[property] = text(value);
      return parts(url);
    },
    originOfUrl: (href: unknown) => new URL(text(href)).origin,
    fileUrl: (path: unknown) => parts(pathToFileURL(text(path))),
    formatUrl: (
      href: unknown,
      fragment: unknown,
      unicode: unknown,
      search: unknown,
      auth: unknown,
    ) =>
      format(new URL(text(href)), {
        fragment: fragment === true,
        unicode: unicode === true,
        search: search === true,
        auth: auth === true,
      }),
    domainToASCII: (domain: unknown) => domainToASCII(text(domain)),
    domainToUnicode: (domain: unknown) => domainToUnicode(text(domain)),
    hasConverter(name: unknown) {
      new TextDecoder(text(name));
      return true;
    },
    openConverter(name: unknown, flags: unknown) {
      const [fatal, ignoreBOM] = [(Number(flags) & 2) !== 0, (Number(flags) & 4) !== 0];
      const decoder = new TextDecoder(text(name), { fatal, ignoreBOM });
      if (converters.size >= CONVERTERS_MAX)
        converters.delete(converters.keys().next().value as number);
      converters.set(++lastConverter, decoder);
      return lastConverter;
    },
    convert: (id: unknown, data: unknown, isLast: unknown) =>
      converters.get(Number(id))?.decode(bytes(data), { stream: isLast !== true }) ?? "",
    decodeText: (encoding: unknown, data: unknown, isFatal: unknown) =>
      new TextDecoder(text(encoding), { fatal: isFatal === true }).decode(bytes(data)),
    transcode(data: unknown, from: unknown, to: unknown) {
      try {
        return new Uint8Array(transcode(bytes(data), text(from) as never, text(to) as never));
      } catch {
        return -1;
      }
    },
    parseEnv: (value: unknown) => ({ ...parseEnv(text(value)) }),
    serialize: (value: unknown) => new Uint8Array(serialize(value)),
    // In a box: null says that it failed.
    deserialize: (data: unknown) => ({ value: deserialize(bytes(data)) }),
    zlib: (mode: unknown, data: unknown, options: unknown) =>
      compress(Number(mode), bytes(data), options),
    crypto: makeCrypto(),
    heap,
    llhttp: () => llhttpModule(sources),
    builtinSource: (id: unknown) => sources.get(text(id)),
  };

  return (name, ...args) => {
    if (!Object.hasOwn(operations, name)) return null;
    try {
      return (operations[name] as (...args: unknown[]) => unknown)(...args);
    } catch {
      return null;
    }
  };
}

/** The parser of HTTP that undici, which is part of Node, has in its text. */
function llhttpModule(sources: ReadonlyMap<string, string>): Uint8Array {
  const text = sources.get("internal/deps/undici/undici") ?? "";
  const [, base64 = ""] = /"(AGFzbQ[A-Za-z0-9+/=]+)"/.exec(text) ?? [];
  return new Uint8Array(Buffer.from(base64, "base64"));
}

/** By Node's numbers for the modes of its zlib handles. */
const zlibFunctions = [
  null,
  zlib.deflateSync,
  zlib.inflateSync,
  zlib.gzipSync,
  zlib.gunzipSync,
  zlib.deflateRawSync,
  zlib.inflateRawSync,
  zlib.unzipSync,
  zlib.brotliDecompressSync,
  zlib.brotliCompressSync,
] as const;
const FIRST_BROTLI = 8;
const OUTPUT_BYTES_MAX = 96 * KiB * KiB;
const UNSET = 0xffffffff;

function compress(mode: number, data: Buffer, given: unknown): object {
  const run = zlibFunctions[mode] as ((data: Buffer, options: object) => Buffer) | null | undefined;
  if (!run || !Array.isArray(given)) throw new TypeError("zlib");
  try {
    const options = mode < FIRST_BROTLI ? zlibOptions(given) : brotliOptions(given[0]);
    return { output: new Uint8Array(run(data, { ...options, maxOutputLength: OUTPUT_BYTES_MAX })) };
  } catch (thrown) {
    const { message, errno, code } = thrown as { message: string; errno?: number; code?: string };
    return { failure: { message, errno: errno ?? -5, code: code ?? "Z_BUF_ERROR" } };
  }
}

function zlibOptions([windowBits, level, memLevel, strategy, dictionary]: unknown[]): object {
  return {
    windowBits: Number(windowBits),
    level: Number(level),
    memLevel: Number(memLevel),
    strategy: Number(strategy),
    ...(dictionary instanceof Uint8Array ? { dictionary: Buffer.from(dictionary) } : {}),
  };
}

function brotliOptions(parameters: unknown): object {
  const params: Record<number, number> = {};
  if (Array.isArray(parameters)) {
    for (const [index, value] of parameters.entries()) {
      if (value !== UNSET) params[index] = Number(value);
    }
  }
  return { params };
}

/** The forgiving base64 of the WHATWG, or Node's numbers for what is wrong. */
function decodeBase64(value: string): string | number {
  const compact = value.replace(/[\t\n\f\r ]/g, "");
  const bare = compact.length % 4 === 0 ? compact.replace(/={1,2}$/, "") : compact;
  if (/[^A-Za-z0-9+/]/.test(bare)) return -2;
  if (bare.length % 4 === 1) return -1;
  return Buffer.from(bare, "base64").toString("latin1");
}
