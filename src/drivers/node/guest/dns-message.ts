/** Messages of the DNS (RFC 1035): a question to a server, and what it answers. */
import { latin1 } from "./llhttp.js";
import { ipText } from "./socket-names.js";

/** Types of records, by the names that Node gives them. */
export const recordTypes = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  ANY: 255,
  CAA: 257,
} as const;

export type RecordType = keyof typeof recordTypes;

/** One record as Node's `resolveAny` shows it, with its time to live. */
export interface DnsRecord {
  readonly type: RecordType;
  readonly ttl: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface DnsAnswer {
  readonly responseCode: number;
  readonly isTruncated: boolean;
  readonly records: readonly DnsRecord[];
}

const HEADER_BYTES = 12;
const CLASS_IN = 1;
const RECURSION_DESIRED = 0x0100;
const RESPONSE = 0x8000;
const TRUNCATED = 0x0200;
const LABEL_BYTES_MAX = 63;
const NAME_BYTES_MAX = 255;
/** Pointers that one name may lead through. */
const POINTERS_MAX = 64;

/** A question; null when the name can be none. */
export function encodeQuestion(id: number, name: string, type: RecordType): Uint8Array | null {
  const labels = name.replace(/\.$/, "").split(".");
  const bytes: number[] = [];
  for (const label of labels) {
    if (label === "" || label.length > LABEL_BYTES_MAX) return null;
    bytes.push(label.length);
    for (let index = 0; index < label.length; index++) {
      const code = label.charCodeAt(index);
      if (code > 0x7e || code <= 0x20) return null;
      bytes.push(code);
    }
  }
  if (bytes.length >= NAME_BYTES_MAX) return null;
  const message = new Uint8Array(HEADER_BYTES + bytes.length + 5);
  const view = new DataView(message.buffer);
  view.setUint16(0, id);
  view.setUint16(2, RECURSION_DESIRED);
  view.setUint16(4, 1);
  message.set(bytes, HEADER_BYTES);
  view.setUint16(message.length - 4, recordTypes[type]);
  view.setUint16(message.length - 2, CLASS_IN);
  return message;
}

/** What a server answers to question `id`; null when this is no such answer. */
export function parseAnswer(message: Uint8Array, id: number): DnsAnswer | null {
  try {
    return new AnswerReader(message).answer(id);
  } catch (thrown) {
    if (thrown instanceof RangeError) return null;
    throw thrown;
  }
}

/** Reads a message from front to back; a RangeError where it is too short or makes no sense. */
class AnswerReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  answer(id: number): DnsAnswer | null {
    const given = this.#word();
    const flags = this.#word();
    const [questions, answers] = [this.#word(), this.#word()];
    this.#at = HEADER_BYTES;
    if (given !== id || (flags & RESPONSE) === 0) return null;
    for (let index = 0; index < questions; index++) {
      this.#name();
      this.#at += 4;
    }
    const records: DnsRecord[] = [];
    for (let index = 0; index < answers; index++) {
      const record = this.#record();
      if (record) records.push(record);
    }
    return { responseCode: flags & 15, isTruncated: (flags & TRUNCATED) !== 0, records };
  }

  #record(): DnsRecord | undefined {
    this.#name();
    const number = this.#word();
    this.#at += 2;
    const ttl = this.#long();
    const length = this.#word();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError("record");
    const type = typeOf(number);
    const fields = type && this.#fields(type, end);
    this.#at = end;
    return type && fields && { type, ttl, fields };
  }

  #fields(type: RecordType, end: number): Record<string, unknown> | undefined {
    switch (type) {
      case "A":
      case "AAAA":
        if (end - this.#at !== (type === "A" ? 4 : 16)) throw new RangeError("address");
        return { address: ipText(this.#bytes.slice(this.#at, end)) };
      case "NS":
      case "CNAME":
      case "PTR":
        return { value: this.#name() };
      case "MX": {
        const priority = this.#word();
        return { exchange: this.#name(), priority };
      }
      case "TXT": {
        const entries: string[] = [];
        while (this.#at < end) entries.push(this.#text());
        return { entries };
      }
      case "SRV": {
        const [priority, weight, port] = [this.#word(), this.#word(), this.#word()];
        return { name: this.#name(), port, priority, weight };
      }
      case "NAPTR": {
        const [order, preference] = [this.#word(), this.#word()];
        const [flags, service, regexp] = [this.#text(), this.#text(), this.#text()];
        return { flags, service, regexp, replacement: this.#name(), order, preference };
      }
      case "SOA": {
        const [nsname, hostmaster] = [this.#name(), this.#name()];
        const [serial, refresh, retry] = [this.#long(), this.#long(), this.#long()];
        const [expire, minttl] = [this.#long(), this.#long()];
        return { nsname, hostmaster, serial, refresh, retry, expire, minttl };
      }
      case "CAA": {
        const critical = this.#byte();
        const property = this.#text();
        return { critical, [property]: latin1(this.#bytes, this.#at, end) };
      }
      case "ANY":
        return undefined;
    }
  }

  #byte(): number {
    return this.#view.getUint8(this.#at++);
  }

  #word(): number {
    this.#at += 2;
    return this.#view.getUint16(this.#at - 2);
  }

  #long(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4);
  }

  #text(): string {
    const length = this.#byte();
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new RangeError("text");
    return latin1(this.#bytes, start, this.#at);
  }

  /** A name, whose end may be somewhere before it. */
  #name(): string {
    const labels: string[] = [];
    let after = -1;
    for (let pointers = 0; ; ) {
      const length = this.#byte();
      if (length === 0) break;
      if (length < 0xc0) {
        this.#at--;
        labels.push(this.#text());
        continue;
      }
      const target = ((length & 0x3f) << 8) | this.#byte();
      if (after < 0) after = this.#at;
      if (++pointers > POINTERS_MAX) throw new RangeError("name");
      this.#at = target;
    }
    if (after >= 0) this.#at = after;
    return labels.join(".");
  }
}

function typeOf(number: number): RecordType | undefined {
  for (const name of Object.keys(recordTypes) as RecordType[]) {
    if (recordTypes[name] === number) return name;
  }
  return undefined;
}
