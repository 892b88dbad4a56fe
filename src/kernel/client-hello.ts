/**
 * The names that the beginning of a TLS connection asks for: the server_name extension of a ClientHello
 * (RFC 8446 4.1.2, RFC 6066 3), in however many records it comes. What looks like TLS and is no
 * ClientHello is told apart from what is no TLS: a server might find a name in it that is not seen here.
 */

/**
 * A number: as many bytes are needed, before it makes sense to look again. `none`: no TLS; `malformed`: TLS, but no
 * ClientHello that can be read.
 */
export type HelloNames = readonly string[] | number | "none" | "malformed";

const RECORD_HANDSHAKE = 22;
const VERSION_MAJOR = 3;
const RECORD_HEADER = 5;
const CLIENT_HELLO = 1;
const EXTENSION_SERVER_NAME = 0;
const NAME_HOST = 0;
/** A ClientHello that is longer, or in more pieces, is none that is sent: they are one or two KiB in one record. */
const HELLO_MAX = 16 * 1024;
const RECORDS_MAX = 16;

export function namesInHello(bytes: Uint8Array): HelloNames {
  if (bytes.length > 0 && bytes[0] !== RECORD_HANDSHAKE) return "none";
  if (bytes.length > 1 && bytes[1] !== VERSION_MAJOR) return "none";
  const hello = handshakeMessage(bytes);
  return hello instanceof Uint8Array ? (serverNames(hello) ?? "malformed") : hello;
}

/** The first handshake message, put together from its records, without its header. */
function handshakeMessage(bytes: Uint8Array): Uint8Array | number | "malformed" {
  const parts: number[] = [];
  for (let at = 0, records = 0; records < RECORDS_MAX; records++) {
    if (bytes.length < at + RECORD_HEADER) return at + RECORD_HEADER;
    const length = number(bytes, at + 3, 2);
    if (bytes[at] !== RECORD_HANDSHAKE || length === 0 || length > HELLO_MAX) return "malformed";
    if (bytes.length < at + RECORD_HEADER + length) return at + RECORD_HEADER + length;
    at += RECORD_HEADER;
    for (const byte of bytes.subarray(at, at + length)) parts.push(byte);
    at += length;
    if (parts.length < 4) continue;
    const whole = 4 + number(parts, 1, 3);
    if (parts[0] !== CLIENT_HELLO || whole > HELLO_MAX) return "malformed";
    if (parts.length >= whole) return Uint8Array.from(parts.slice(4, whole));
  }
  return "malformed";
}

function serverNames(hello: Uint8Array): string[] | undefined {
  const fields = new Fields(hello);
  // Version and random; then session, cipher suites, compression methods.
  fields.skip(34);
  for (const width of [1, 2, 1]) fields.vector(width);
  if (fields.isAtEnd) return [];
  const extensions = fields.vector(2);
  const names: string[] = [];
  while (!extensions.isAtEnd && !extensions.isBroken) {
    const type = extensions.take(2);
    const content = extensions.vector(2);
    if (type !== EXTENSION_SERVER_NAME) continue;
    const list = content.vector(2);
    while (!list.isAtEnd && !list.isBroken) {
      const kind = list.take(1);
      const name = list.vector(2);
      if (kind !== NAME_HOST || list.isBroken) return undefined;
      names.push(String.fromCharCode(...name.rest()));
    }
    if (list.isBroken || content.isBroken) return undefined;
  }
  return fields.isBroken || extensions.isBroken ? undefined : names;
}

/** Reads fields one after the other; broken as soon as one is longer than what is there. */
class Fields {
  isBroken = false;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  skip(count: number): void {
    this.#at += count;
    if (this.#at > this.#bytes.length) this.isBroken = true;
  }

  take(width: number): number {
    const value = number(this.#bytes, this.#at, width);
    this.skip(width);
    return value;
  }

  /** A vector whose length stands before it, in so many bytes. */
  vector(width: number): Fields {
    const length = this.take(width);
    const inner = new Fields(this.#bytes.subarray(this.#at, this.#at + length));
    this.skip(length);
    return inner;
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }
}

/** An unsigned number, the most significant byte first; bytes that are not there count as 0. */
function number(bytes: ArrayLike<number>, at: number, width: number): number {
  let value = 0;
  for (let index = 0; index < width; index++) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}
