/** Asks DNS servers that a program has chosen: by UDP, one after the other, as c-ares does. */
import {
  AF_INET,
  AF_INET6,
  MSG_DONTWAIT,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
} from "../../../kernel/socket-constants.js";
import { type DnsRecord, encodeQuestion, parseAnswer, type RecordType } from "./dns-message.js";
import type { Reader } from "./event-loop.js";
import type { Guest } from "./guest.js";
import { encodeIp } from "./socket-names.js";

const ANSWER_BYTES_MAX = 4096;
const NO_ERROR = 0;
const NAME_ERROR = 3;

/** c-ares' names for what servers say; of other answers it asks the next server. */
const responseErrors = ["", "EFORMERR", "ESERVFAIL", "ENOTFOUND", "ENOTIMP", "EREFUSED"];

export interface DnsQuestion {
  readonly servers: readonly (readonly [address: string, port: number])[];
  readonly name: string;
  readonly type: RecordType;
  /** How long the first round waits for each server; each further round waits twice as long. */
  readonly timeoutMs: number;
  /** How often each server is asked. */
  readonly tries: number;
}

/** Records, or c-ares' name for what failed. */
export type DnsResult = readonly DnsRecord[] | string;

interface Timers {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** Asks; `tell` is called once by the loop. Answers how to ask no more. */
export function askServers(
  guest: Guest,
  question: DnsQuestion,
  tell: (result: DnsResult) => void,
): () => void {
  const asking = new Asking(guest, question, tell);
  asking.next();
  return () => asking.stop();
}

class Asking {
  readonly #guest: Guest;
  readonly #question: DnsQuestion;
  readonly #tell: (result: DnsResult) => void;
  readonly #timers: Timers;
  #attempt = 0;
  #fd = -1;
  #reader: Reader | null = null;
  #timer: unknown = null;
  /** Why the last server did not help. */
  #failure = "ECONNREFUSED";

  constructor(guest: Guest, question: DnsQuestion, tell: (result: DnsResult) => void) {
    this.#guest = guest;
    this.#question = question;
    this.#tell = tell;
    this.#timers = guest.require("timers") as Timers;
  }

  /** Asks the next server, or gives up. */
  next(): void {
    this.stop();
    const { servers, tries, timeoutMs, name, type } = this.#question;
    const attempt = this.#attempt++;
    if (attempt >= servers.length * tries) {
      this.#finish(this.#failure);
      return;
    }
    const id = Math.floor(Math.random() * 0x10000);
    const message = encodeQuestion(id, name, type);
    if (!message) {
      this.#finish("EBADNAME");
      return;
    }
    const [address, port] = servers[attempt % servers.length] as readonly [string, number];
    if (!this.#send(address, port, message)) {
      this.#guest.loop.enqueue(() => this.next());
      return;
    }
    this.#listen(id);
    const round = Math.floor(attempt / servers.length);
    this.#timer = this.#timers.setTimeout(
      () => {
        this.#failure = "ETIMEOUT";
        this.next();
      },
      timeoutMs * 2 ** round,
    );
  }

  #send(address: string, port: number, data: Uint8Array): boolean {
    const { kernel } = this.#guest;
    const family = address.includes(":") ? AF_INET6 : AF_INET;
    const to = encodeIp(family, address, port);
    const type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    if (!to || kernel.call("socket", { family, type, protocol: 0 })) return false;
    const fd = kernel.result;
    this.#fd = fd;
    if (kernel.call("connect", { fd, address: to })) return false;
    return kernel.call("send", { fd, flags: MSG_DONTWAIT, data }) === 0;
  }

  #listen(id: number): void {
    this.#reader = {
      fd: this.#fd,
      maxBytes: ANSWER_BYTES_MAX,
      isReferenced: true,
      onRead: (result, data) => {
        if (result > 0) this.#take(data, id);
        else {
          this.#failure = "ECONNREFUSED";
          this.next();
        }
      },
    };
    this.#guest.loop.watch(this.#reader);
  }

  #take(data: Uint8Array, id: number): void {
    const answer = parseAnswer(data, id);
    // Not an answer to this question: one may still come.
    if (!answer) return;
    const { responseCode, isTruncated, records } = answer;
    if (isTruncated) this.#finish("EBADRESP");
    else if (responseCode === NO_ERROR) this.#finish(records);
    else if (responseCode === NAME_ERROR) this.#finish("ENOTFOUND");
    else {
      this.#failure = responseErrors[responseCode] ?? "EBADRESP";
      this.next();
    }
  }

  #finish(result: DnsResult): void {
    this.stop();
    this.#guest.loop.enqueue(() => this.#tell(result));
  }

  stop(): void {
    const { loop, kernel } = this.#guest;
    this.#timers.clearTimeout(this.#timer);
    if (this.#reader) loop.unwatch(this.#reader);
    if (this.#fd >= 0) kernel.close(this.#fd);
    this.#reader = null;
    this.#fd = -1;
  }
}
