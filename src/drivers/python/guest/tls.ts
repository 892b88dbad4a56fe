/**
 * TLS for Python's `_ssl`: a call is a frame in the guest's memory, its arguments and its answer are lists of plain
 * values. OpenSSL is in this isolate, by the addon, from the first call on; it works between buffers, and Python moves
 * the bytes between those and its sockets.
 */
import { type TlsCall, type TlsFunctions, tlsCalls } from "../tls-calls.js";
import type { GuestMemory } from "./guest-memory.js";

/** A frame: its size, the call's number, how long the values are; then those. */
const HEADER_BYTES = 16;
/** A value: its kind, how many bytes it has; then those. */
const VALUE_BYTES = 8;
const TOO_LONG = -1;
/** Names, passphrases, lists of ciphers. */
const TEXT_MAX = 64 * 1024;

/** Kinds of values. An error is texts with NULs between: code, library, reason, message. */
const kinds = {
  None: 0,
  False: 1,
  True: 2,
  Number: 3,
  Text: 4,
  Bytes: 5,
  Null: 6,
  Error: 7,
} as const;

export class Tls {
  readonly #load: () => TlsFunctions | null;
  readonly #roots: () => string;
  #functions: TlsFunctions | null | undefined;

  /**
   * @param load - Loads the addon's TLS; null: there is none.
   * @param roots - The certificates that the host's Node comes with, as PEM.
   */
  constructor(load: () => TlsFunctions | null, roots: () => string) {
    this.#load = load;
    this.#roots = roots;
  }

  /** Makes the call whose frame is at `pointer`. False: there is no TLS here. */
  call(memory: GuestMemory, pointer: number): boolean {
    if (this.#functions === undefined) this.#functions = this.#load();
    if (!this.#functions) return false;
    const room = Math.max(HEADER_BYTES, memory.u32(pointer)) - HEADER_BYTES;
    const name = tlsCalls[memory.u32(pointer + 4)];
    const given = memory.bytes(pointer + HEADER_BYTES, Math.min(room, memory.u32(pointer + 8)));
    const answer = encode(name ? this.#answer(this.#functions, name, given) : []);
    const isRoom = answer.length <= room;
    if (isRoom) memory.bytes(pointer + HEADER_BYTES, answer.length).set(answer);
    memory.setU32(pointer + 8, isRoom ? answer.length : TOO_LONG);
    return true;
  }

  #answer(functions: TlsFunctions, name: TlsCall, given: Uint8Array): unknown[] {
    try {
      const args = decode(given);
      let answer = functions[name](...args);
      if (name === "useRoots" && answer === false) {
        functions.setRoots(ascii(this.#roots()));
        answer = functions.useRoots(...args);
      }
      return Array.isArray(answer) ? answer : [answer];
    } catch (thrown) {
      return [thrown];
    }
  }
}

function decode(bytes: Uint8Array): unknown[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values: unknown[] = [];
  for (let at = 0; at + VALUE_BYTES <= bytes.length; ) {
    const kind = view.getUint32(at, true);
    const start = at + VALUE_BYTES;
    at = start + view.getUint32(at + 4, true);
    const content = bytes.subarray(start, at);
    if (kind === kinds.Number) values.push(view.getFloat64(start, true));
    else if (kind === kinds.Text) values.push(text(content));
    else if (kind === kinds.Bytes) values.push(content.slice());
    else values.push(kind === kinds.None ? undefined : kind === kinds.True);
  }
  return values;
}

function encode(values: readonly unknown[]): Uint8Array {
  const parts = values.map(encodeOne);
  const length = parts.reduce((sum, [, content]) => sum + VALUE_BYTES + content.length, 0);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [kind, content] of parts) {
    view.setUint32(at, kind, true);
    view.setUint32(at + 4, content.length, true);
    bytes.set(content, at + VALUE_BYTES);
    at += VALUE_BYTES + content.length;
  }
  return bytes;
}

const nothing = new Uint8Array(0);

function encodeOne(value: unknown): readonly [number, Uint8Array] {
  if (value === undefined) return [kinds.None, nothing];
  if (value === null) return [kinds.Null, nothing];
  if (typeof value === "boolean") return [value ? kinds.True : kinds.False, nothing];
  if (typeof value === "number") {
    return [kinds.Number, new Uint8Array(Float64Array.of(value).buffer)];
  }
  if (value instanceof Uint8Array) return [kinds.Bytes, value];
  if (typeof value === "string") return [kinds.Text, ascii(value)];
  const { code, library, reason, message } = value as Readonly<Record<string, unknown>>;
  const texts = [code, library, reason, message].map((part) => String(part ?? ""));
  return [kinds.Error, ascii(texts.join("\0"))];
}

/** Names, texts of OpenSSL's, PEM: Latin-1. */
function ascii(given: string): Uint8Array {
  return Uint8Array.from(given, (unit) => unit.charCodeAt(0));
}

function text(bytes: Uint8Array): string {
  if (bytes.length > TEXT_MAX) throw new RangeError("too long a text");
  return Array.from(bytes, (unit) => String.fromCharCode(unit)).join("");
}
