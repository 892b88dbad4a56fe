/**
 * Pure computing for guests: public modules of the container's Node on copied values. Arguments come
 * from a guest: each operation checks what it gets, and whatever throws answers null.
 */
import { Buffer, isUtf8, transcode } from "node:buffer";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { domainToASCII, domainToUnicode, format, pathToFileURL } from "node:url";
import { parseEnv } from "node:util";
import type { makeLateOperations } from "./late-operations.js";
import { setTimeZone } from "./time-zone.host.js";

/** The parser of HTTP, beside this program. */
const llhttpFile = new URL("./llhttp.wasm", import.meta.url);

interface LateFile {
  makeLateOperations: typeof makeLateOperations;
}

/** Loads the operations that few guests ask for. */
export function loadLateOperations(): LateFile {
  return createRequire(import.meta.url)("./late-operations.cjs") as LateFile;
}

type Operation = (...args: never[]) => unknown;

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

/**
 * The operations for one guest: converters have a state.
 *
 * @param ownsProcess - Whether no other program is in this process: its time zone is the guest's then.
 */
export function makeCompute(
  heap: () => object,
  sources: ReadonlyMap<string, string>,
  ownsProcess: boolean,
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
    setTimeZone(zone: unknown) {
      if (!ownsProcess) return false;
      setTimeZone(text(zone));
      return true;
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
    transcode: (data: unknown, from: unknown, to: unknown) =>
      new Uint8Array(transcode(bytes(data), text(from) as never, text(to) as never)),
    parseEnv: (value: unknown) => ({ ...parseEnv(text(value)) }),
    heap,
    llhttp: () => new Uint8Array(readFileSync(llhttpFile)),
    builtinSource: (id: unknown) => sources.get(text(id)),
  };

  let late: Record<string, Operation> | undefined;
  const find = (name: string): Operation | undefined => {
    if (Object.hasOwn(operations, name)) return operations[name];
    late ??= loadLateOperations().makeLateOperations();
    return Object.hasOwn(late, name) ? late[name] : undefined;
  };

  return (name, ...args) => {
    try {
      const operation = find(name) as ((...args: unknown[]) => unknown) | undefined;
      return operation ? operation(...args) : null;
    } catch {
      return null;
    }
  };
}

/** The forgiving base64 of the WHATWG, or Node's numbers for what is wrong. */
function decodeBase64(value: string): string | number {
  const compact = value.replace(/[\t\n\f\r ]/g, "");
  const bare = compact.length % 4 === 0 ? compact.replace(/={1,2}$/, "") : compact;
  if (/[^A-Za-z0-9+/]/.test(bare)) return -2;
  if (bare.length % 4 === 1) return -1;
  return Buffer.from(bare, "base64").toString("latin1");
}
