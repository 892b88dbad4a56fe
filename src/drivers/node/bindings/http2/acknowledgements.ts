/** Pings and settings that the peer has still to acknowledge, in the order in which they were sent. */
import type { Guest } from "../../guest/guest.js";
import {
  beginRequest,
  completeRequest,
  makeRequestClass,
  type RequestClass,
} from "../../guest/request.js";
import type { Http2Parts } from "./session-parts.js";
import { option } from "./state.js";

const OUTSTANDING_MAX = 10;

type Kind = "ping" | "settings";
type Settle = (isAcked: boolean, payload: Uint8Array | undefined) => void;

/** The classes of requests that Node's library knows them by; of a guest's sessions together. */
export type RequestClasses = Readonly<Record<Kind, RequestClass>>;

export function requestClasses(guest: Guest): RequestClasses {
  return {
    ping: makeRequestClass(guest, "Http2Ping"),
    settings: makeRequestClass(guest, "Http2Settings"),
  };
}

export class Acknowledgements {
  readonly #parts: Http2Parts;
  readonly #classes: RequestClasses;
  readonly #limits: Readonly<Record<Kind, number>>;
  readonly #outstanding: Readonly<Record<Kind, Settle[]>> = { ping: [], settings: [] };

  constructor(parts: Http2Parts, classes: RequestClasses) {
    this.#parts = parts;
    this.#classes = classes;
    this.#limits = {
      ping: parts.state.option(option.pings) ?? OUTSTANDING_MAX,
      settings: parts.state.option(option.settings) ?? OUTSTANDING_MAX,
    };
  }

  /** Sends one. False: too many are outstanding, and `callback` has heard so. */
  send(kind: Kind, callback: unknown, submit: (startedAt: number) => void): boolean {
    const { guest, asBuffer } = this.#parts;
    const startedAt = guest.hooks.now();
    const request = new this.#classes[kind]();
    beginRequest(guest, request, `HTTP2${kind.toUpperCase()}`);
    request.oncomplete = callback;
    const settle: Settle = (isAcked, payload) => {
      const elapsed = guest.hooks.now() - startedAt;
      const answer = kind === "ping" ? [payload && asBuffer(payload)] : [];
      completeRequest(guest, request, [isAcked, elapsed, ...answer]);
    };
    const outstanding = this.#outstanding[kind];
    if (outstanding.length >= this.#limits[kind]) {
      settle(false, undefined);
      return false;
    }
    submit(startedAt);
    outstanding.push(settle);
    return true;
  }

  /** The peer has acknowledged one. False: none is outstanding. */
  settle(kind: Kind, payload?: Uint8Array): boolean {
    const settle = this.#outstanding[kind].shift();
    settle?.(true, payload);
    return settle !== undefined;
  }

  /** The session ends: no ping will be answered. */
  abandonPings(): void {
    for (const settle of this.#outstanding.ping.splice(0)) {
      this.#parts.guest.loop.enqueueCheck(() => settle(false, undefined));
    }
  }
}
