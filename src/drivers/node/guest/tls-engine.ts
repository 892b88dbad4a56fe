/**
 * The guest's OpenSSL: whose session or context a number of the addon's is, and the certificates that are trusted
 * where a program names none.
 */

import { O_CLOEXEC, O_RDONLY } from "../../../kernel/constants.js";
import type { Guest } from "./guest.js";
import type { NativeTls, TlsContextId, TlsSessionId } from "./native-tls.js";
import { utf8Encode } from "./utf8.js";

const NEWLINE = 10;
const READ_BYTES = 64 * 1024;
const PEM_BYTES_MAX = 16 * 1024 * 1024;

/** Called with what OpenSSL tells or asks. */
export interface TlsListener {
  onTls(kind: string, details: readonly unknown[]): unknown;
}

/** What OpenSSL asks while it is on the stack: the answer counts, and nothing else may use it meanwhile. */
const QUESTIONS: ReadonlySet<string> = new Set(["alpn", "psk", "ticket"]);

export class TlsEngine {
  readonly native: NativeTls;
  readonly #guest: Guest;
  readonly #listeners = new Map<number, WeakRef<TlsListener>>();
  readonly #gone: FinalizationRegistry<number>;
  #questions = 0;
  #roots: (() => readonly string[]) | null = null;
  #extra: { readonly file: string; readonly text: string } | null = null;

  constructor(guest: Guest, native: NativeTls) {
    this.#guest = guest;
    this.native = native;
    this.#gone = new FinalizationRegistry((id) => this.close(id));
    native.setHandler((id: number, kind: string, ...details: unknown[]) =>
      this.#tell(id, kind, details),
    );
  }

  /** Whether OpenSSL waits for an answer: no session may be used. */
  get isAsking(): boolean {
    return this.#questions > 0;
  }

  #tell(id: number, kind: string, details: readonly unknown[]): unknown {
    const listener = this.#listeners.get(id)?.deref();
    if (!listener) return undefined;
    if (!QUESTIONS.has(kind)) return listener.onTls(kind, details);
    this.#questions++;
    try {
      return listener.onTls(kind, details);
    } finally {
      this.#questions--;
    }
  }

  /** Makes a context or a session; when there are too many those that nobody holds are given back first. */
  open(owner: TlsListener, make: () => number): number {
    let id = make();
    if (id === 0) {
      this.#guest.native.collectGarbage();
      this.#guest.finalization.run();
      id = make();
    }
    if (id === 0) {
      const error = new Error("Too many TLS contexts and sessions are open");
      throw Object.assign(error, { code: "ERR_CRYPTO_OPERATION_FAILED" });
    }
    this.#listeners.set(id, new WeakRef(owner));
    this.#gone.register(owner, id, owner);
    return id;
  }

  /** Gives a context or a session back. */
  close(id: TlsContextId | TlsSessionId, owner?: TlsListener): void {
    this.#listeners.delete(id);
    if (owner) this.#gone.unregister(owner);
    this.native.closeSession(id);
    this.native.closeContext(id);
  }

  /** Where the certificates that come with Node are. */
  set rootCertificates(list: () => readonly string[]) {
    this.#roots = list;
  }

  /** What a context trusts whose program has named nothing. */
  useRoots(context: TlsContextId): void {
    if (this.native.useRoots(context)) return;
    this.setRoots([...(this.#roots?.() ?? []), this.extraCertificates]);
    this.native.useRoots(context);
  }

  setRoots(list: readonly string[]): void {
    this.native.setRoots(asciiBytes(list.join("\n")));
  }

  /** What `NODE_EXTRA_CA_CERTS` names, as PEM. */
  get extraCertificates(): string {
    const file = this.#guest.facts.env.NODE_EXTRA_CA_CERTS;
    if (!file) return "";
    this.#extra ??= { file, text: this.#readExtra(file) };
    return this.#extra.text;
  }

  #readExtra(file: string): string {
    const { kernel, uv } = this.#guest;
    const path = utf8Encode(file);
    const fd = kernel.open(path, O_RDONLY | O_CLOEXEC, 0);
    let text = "";
    let failed = Math.min(fd, 0);
    const bytes = new Uint8Array(READ_BYTES);
    while (!failed && text.length < PEM_BYTES_MAX) {
      const count = kernel.readFully(fd, bytes, -1);
      if (count <= 0) {
        failed = count;
        break;
      }
      for (let index = 0; index < count; index++)
        text += String.fromCharCode(bytes[index] as number);
    }
    if (fd >= 0) kernel.close(fd);
    if (!failed) return text;
    const number = (0x80000000 - failed).toString(16).toUpperCase();
    const reason = uv.text(failed).replace(/^./, (first) => first.toUpperCase());
    const warning = `Warning: Ignoring extra certs from \`${file}\`, load failed: error:${number}:system library::${reason}\n`;
    kernel.writeFully(2, utf8Encode(warning), -1);
    return "";
  }
}

/** PEM is ASCII; what is not is no certificate. */
function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    bytes[index] = code < 128 ? code : NEWLINE;
  }
  return bytes;
}
