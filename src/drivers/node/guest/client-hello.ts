/**
 * The first message of a TLS client, read before OpenSSL gets it: a server may have the session that it names
 * only after asking the program for it. What looks wrong here is for OpenSSL to refuse.
 */

const HANDSHAKE = 22;
const RECORD_TYPES: ReadonlySet<number> = new Set([20, 21, HANDSHAKE, 23]);
const CLIENT_HELLO = 1;
const RECORD_HEAD_BYTES = 5;
const RECORD_BYTES_MAX = 16 * 1024 + 5;
const SESSION_ID_BYTES_MAX = 32;
const SERVER_NAME = 0;
const SESSION_TICKET = 35;

export interface ClientHello {
  readonly sessionId: Uint8Array;
  readonly servername: string;
  readonly tlsTicket: boolean;
}

/** @returns undefined: more has to come; null: this is none. */
export function parseClientHello(data: Uint8Array): ClientHello | null | undefined {
  if (data.length < RECORD_HEAD_BYTES) return undefined;
  const length = read16(data, 3);
  if (!RECORD_TYPES.has(data[0] as number) || length >= RECORD_BYTES_MAX || length < 6) return null;
  if (data.length < RECORD_HEAD_BYTES + length) return undefined;
  const body = data.subarray(RECORD_HEAD_BYTES, RECORD_HEAD_BYTES + length);
  const version = body[5] as number;
  if (body[0] !== CLIENT_HELLO || body[4] !== 3 || version < 1 || version > 3) return null;
  return parseBody(body);
}

function parseBody(body: Uint8Array): ClientHello | null {
  // Behind type, length, version and random bytes.
  let at = 4 + 2 + 32;
  const sessionSize = body[at] ?? SESSION_ID_BYTES_MAX + 1;
  const sessionId = body.slice(at + 1, at + 1 + sessionSize);
  if (sessionSize > SESSION_ID_BYTES_MAX || sessionId.length < sessionSize) return null;
  at += 1 + sessionSize;
  if (at + 2 > body.length) return null;
  at += 2 + read16(body, at);
  if (at + 1 > body.length) return null;
  at += 1 + (body[at] as number);
  let servername = "";
  let tlsTicket = false;
  for (at += 2; at < body.length; ) {
    if (at + 4 > body.length) return null;
    const size = read16(body, at + 2);
    const extension = body.subarray(at + 4, at + 4 + size);
    if (extension.length < size) return null;
    const kind = read16(body, at);
    if (kind === SERVER_NAME) servername = parseServerName(extension);
    if (kind === SESSION_TICKET) tlsTicket = size > 0;
    at += 4 + size;
  }
  return { sessionId, servername, tlsTicket };
}

/** A list of names, of which those of hosts count. */
function parseServerName(extension: Uint8Array): string {
  if (extension.length < 5 || extension[2] !== 0) return "";
  const name = extension.subarray(5, 5 + read16(extension, 3));
  return String.fromCharCode(...name);
}

function read16(data: Uint8Array, at: number): number {
  return ((data[at] as number) << 8) | (data[at + 1] as number);
}
