/**
 * `tls_wrap`: a stream of clear bytes over one of encrypted bytes. What is in between is OpenSSL, driven by steps
 * (`guest/tls-engine.ts`) in the order of Node's own TLSWrap: clear bytes in, clear bytes out, encrypted bytes out.
 */

import type { ClientHello } from "../guest/client-hello.js";
import type { Binding, Guest } from "../guest/guest.js";
import { joined } from "../guest/joined.js";
import type { StreamListener } from "../guest/stream-base.js";
import { type Done, type StreamBase, type StreamBaseClass, UV_EOF } from "../guest/stream-base.js";
import type { TlsListener } from "../guest/tls-engine.js";
import { utf8Decode } from "../guest/utf8.js";
import { bytesOf } from "./buffer.js";
import type { CryptoParts } from "./crypto/binding.js";
import { codedError } from "./crypto/calls.js";
import { HeldHello } from "./tls/held-hello.js";
import { tlsSettings } from "./tls/settings.js";

const EPROTO = -71;
const ENOBUFS = -105;
const ECANCELED = -125;
/** As much as Node hands to the stream below at once. */
const OUTPUT_BYTES = 160 * 1024;
const NOTHING = new Uint8Array(0);

/** What Node's `_tls_wrap` puts on its handle. */
interface Handlers {
  sni_context?: unknown;
  onerror?: unknown;
  onhandshakestart?: unknown;
  onhandshakedone?: unknown;
  onclienthello?: unknown;
  oncertcb?: unknown;
  onnewsession?: unknown;
  onkeylog?: unknown;
  onocspresponse?: unknown;
  ALPNCallback?: unknown;
}

export function tlsWrapBinding(
  guest: Guest,
  StreamBase: StreamBaseClass,
  crypto: CryptoParts,
): Binding {
  if (!crypto.tls) return {};
  const { loop } = guest;
  const { calls, tls: parts } = crypto;
  const { engine, contextId } = parts;
  const tls = engine.native;
  const owner = guest.symbols.owner_symbol as symbol;
  const pskHandler = guest.symbols.onpskexchange as symbol;

  class TLSWrap extends tlsSettings(StreamBase, crypto) implements StreamListener, TlsListener {
    #id = 0;
    #stream: StreamBase | null = null;
    /** Who listened to the stream before. */
    #previous: StreamListener | null = null;
    #isServer = false;
    #isEof = false;
    #isShutdown = false;
    #isEstablished = false;
    #cycleDepth = 0;
    /** Of what is on its way to the stream below. */
    #writingBytes = 0;
    #isHeldByPreviousWrites = false;
    #isAwaitingNewSession = false;
    /** The program's write. */
    #write: Done | null = null;
    #isWriteDue = false;
    #isInWrite = false;
    #emptyWrite: Done | null = null;
    /** Clear bytes that OpenSSL could not take yet. */
    #clear: Uint8Array | null = null;
    readonly #hello = new HeldHello();
    #certificateState: "none" | "wanted" | "asked" = "none";

    constructor() {
      super("TLSWRAP");
    }

    static wrap(
      stream: unknown,
      context: unknown,
      isServer: unknown,
      hasActiveWrites: unknown,
    ): TLSWrap {
      if (!(stream instanceof StreamBase)) throw new TypeError("Illegal invocation");
      const wrap = new TLSWrap();
      wrap.#open(stream, existing(context), isServer === true, hasActiveWrites === true);
      return wrap;
    }

    #open(stream: StreamBase, context: number, isServer: boolean, isHeld: boolean): void {
      this.#isServer = isServer;
      this.#isHeldByPreviousWrites = isHeld;
      this.#id = engine.open(this, () => tls.newSession(context, isServer));
      this.#stream = stream;
      this.#previous = stream.listener;
      stream.listener = this;
    }

    /** Throws once the session is destroyed. */
    override get sessionId(): number {
      if (this.#id === 0) throw codedError(Error, "ERR_TLS_INVALID_STATE", "The session is gone");
      return this.#id;
    }

    get fd(): number {
      return (this.#stream as { fd?: number } | null)?.fd ?? -1;
    }

    get writeQueueSize(): number {
      return this.#id === 0 || engine.isAsking ? 0 : tls.pending(this.#id) + this.#writingBytes;
    }

    #call(handler: unknown, ...args: unknown[]): unknown {
      if (typeof handler !== "function") return undefined;
      return guest.callback(this.asyncResource, handler, args, this);
    }

    // What OpenSSL tells and asks.

    onTls(kind: string, [first, second, third]: readonly unknown[]): unknown {
      const handlers = this as Handlers;
      const buffer = (bytes: unknown) => calls.asBuffer(bytes as Uint8Array);
      switch (kind) {
        case "handshakeStart":
          return this.#call(handlers.onhandshakestart, loop.updateNow());
        case "handshakeDone":
          this.#isEstablished = true;
          return this.#call(handlers.onhandshakedone);
        case "keylog":
          return this.#call(handlers.onkeylog, buffer(first));
        case "newSession":
          this.#isAwaitingNewSession = this.#isServer;
          return this.#call(handlers.onnewsession, buffer(first), buffer(second));
        case "serverName":
          return this.#tellServerName(utf8Decode(first as Uint8Array));
        case "certificate": {
          const servername = utf8Decode(first as Uint8Array);
          const OCSPRequest = (second as Uint8Array).length > 0;
          this.#certificateState = "asked";
          return this.#call(handlers.oncertcb, { servername, OCSPRequest });
        }
        case "ocsp":
          return this.#call(
            handlers.onocspresponse,
            (second as Uint8Array).length > 0 ? buffer(first) : null,
          );
        case "trace":
          return guest.kernel.writeFully(2, first as Uint8Array, -1);
        case "alpn":
          return this.#call(handlers.ALPNCallback, buffer(first));
        case "psk":
          return this.#exchangeKey(first, second, third);
        default:
          return undefined;
      }
    }

    #tellServerName(name: string): void {
      const socket = (this as unknown as Record<symbol, unknown>)[owner];
      if (typeof socket === "object" && socket !== null)
        Object.assign(socket, { servername: name });
    }

    /** A key, and as a client the identity. */
    #exchangeKey(hint: unknown, keyMax: unknown, identityMax: unknown): unknown {
      const handler = (this as unknown as Record<symbol, unknown>)[pskHandler];
      const args = this.#isServer ? [hint, keyMax] : [hint, keyMax, identityMax];
      const answer = this.#call(handler, ...args);
      if (this.#isServer) return [plain(answer), undefined];
      const { psk, identity } = (answer ?? {}) as { psk?: unknown; identity?: unknown };
      return [plain(psk), identity];
    }

    // Bytes that come.

    onStreamRead(result: number, data: Uint8Array): void {
      if (this.#isEof || this.#id === 0) return;
      if (result < 0) {
        // All data comes before how it ended.
        this.#clearOut();
        if (result === UV_EOF) this.#isEof = true;
        this.deliver(result, data);
        return;
      }
      if (this.#hello.isHolding) {
        this.#takeHello(data);
        return;
      }
      if (!tls.receive(this.#id, data)) {
        this.deliver(ENOBUFS, NOTHING);
        return;
      }
      this.#cycle();
    }

    #takeHello(data: Uint8Array): void {
      const hello = this.#hello.take(data);
      if (hello === undefined) return;
      if (hello === null) this.endParser();
      else this.#tellHello(hello);
      this.#cycle();
    }

    #tellHello({ sessionId, servername, tlsTicket }: ClientHello): void {
      this.#call((this as Handlers).onclienthello, {
        sessionId: calls.asBuffer(sessionId),
        servername,
        tlsTicket,
      });
    }

    /** The program has said which session it is: OpenSSL goes on. */
    endParser(): void {
      const kept = this.#hello.release();
      if (!kept || this.#id === 0) return;
      tls.receive(this.#id, kept);
      this.#cycle();
    }

    /** Bytes that the program had read before it knew that they are TLS. */
    receive(data: ArrayBufferView): void {
      const bytes = bytesOf(data);
      if (this.#id !== 0 && this.#stream) this.onStreamRead(bytes.length, new Uint8Array(bytes));
    }

    start(): void {
      this.#clearOut();
      this.#encOut();
    }

    #cycle(): void {
      if (++this.#cycleDepth > 1) return;
      for (; this.#cycleDepth > 0; this.#cycleDepth--) {
        this.#clearIn();
        this.#clearOut();
        this.#encOut();
      }
    }

    /** Whether OpenSSL can take a step now; if it is in the midst of one, another one is made behind it. */
    get #isReady(): boolean {
      if (this.#hello.isHolding || this.#id === 0) return false;
      if (!engine.isAsking) return true;
      loop.enqueueCheck(() => this.#cycle());
      return false;
    }

    #clearOut(): void {
      while (this.#isReady && !this.#isEof) {
        const got = tls.read(this.#id);
        if (got === false) return;
        if (got === null) {
          this.#isEof = true;
          this.deliver(UV_EOF, NOTHING);
          return;
        }
        if (!(got instanceof Uint8Array)) {
          // An alert for the peer leaves before the program destroys the socket.
          this.#encOut();
          this.#call((this as Handlers).onerror, got);
          return;
        }
        // What was told in the midst of this step may have destroyed the session: its bytes are nobody's.
        if (this.#id !== 0) this.deliver(got.length, got);
      }
    }

    #clearIn(): void {
      const data = this.#clear;
      if (!data || !this.#isReady) return;
      this.#clear = null;
      const written = tls.write(this.#id, data);
      if (written === false) this.#clear = data;
      if (typeof written !== "string") return;
      this.#isWriteDue = true;
      this.#finishWrite(EPROTO, written);
    }

    #encOut(): void {
      const isHeld = this.#isAwaitingNewSession || this.#isHeldByPreviousWrites;
      if (this.#writingBytes > 0 || isHeld || !this.#isReady) return;
      if (this.#isEstablished && this.#write) this.#isWriteDue = true;
      const output = tls.takeOutput(this.#id, OUTPUT_BYTES);
      if (output.length === 0) {
        if (this.#clear) return;
        if (this.#isInWrite) loop.enqueueCheck(() => this.#finishWrite(0));
        else this.#finishWrite(0);
        return;
      }
      this.#writingBytes = output.length;
      const written = this.#stream?.send(output, (status) => this.#afterWrite(status));
      if (written === false) return;
      if (written === true) {
        loop.enqueueCheck(() => this.#afterWrite(0));
        return;
      }
      this.#writingBytes = 0;
      this.#finishWrite(written ?? ECANCELED);
    }

    #afterWrite(status: number): void {
      this.#writingBytes = 0;
      const result = this.#id === 0 ? ECANCELED : status;
      if (result !== 0) {
        if (!this.#isShutdown) this.#finishWrite(result);
        return;
      }
      this.#clearIn();
      this.#encOut();
    }

    #finishWrite(status: number, reason?: string): void {
      const done = this.#write;
      if (!this.#isWriteDue || !done) return;
      this.#isWriteDue = false;
      this.#write = null;
      done(status, reason);
    }

    // Bytes that go.

    override writeBytes(data: Uint8Array, done: Done): boolean | number {
      this.writeFailure = undefined;
      if (this.#id === 0) {
        this.writeFailure = "Write after DestroySSL";
        return EPROTO;
      }
      if (data.length === 0) return this.#writeNothing(done);
      this.#write = done;
      this.#isWriteDue = false;
      const written = this.#clear || !this.#isReady ? false : tls.write(this.#id, data);
      if (typeof written === "string") {
        this.#write = null;
        return EPROTO;
      }
      // A copy: the program's bytes are its own again when its write is done.
      if (!written) this.#clear = joined(this.#clear ?? NOTHING, data);
      this.#isInWrite = true;
      this.#encOut();
      this.#isInWrite = false;
      return false;
    }

    /** To drive the stream below, without a record that holds nothing. */
    #writeNothing(done: Done): boolean {
      this.#clearOut();
      if (
        this.#id === 0 ||
        engine.isAsking ||
        tls.pending(this.#id) > 0 ||
        this.#writingBytes > 0
      ) {
        this.#write = done;
        this.#encOut();
        return false;
      }
      this.#emptyWrite = done;
      const finish = (status: number): void => {
        const finished = this.#emptyWrite;
        this.#emptyWrite = null;
        finished?.(status);
      };
      const written = this.#stream?.send(NOTHING, finish);
      if (written !== false)
        loop.enqueueCheck(() => finish(typeof written === "number" ? written : 0));
      return false;
    }

    override endWriting(done: Done): number {
      if (this.#isReady) tls.shutdown(this.#id);
      this.#isShutdown = true;
      this.#encOut();
      return this.#stream?.endWriting(done) ?? ECANCELED;
    }

    override readStart(): number {
      return this.#stream && !this.#isEof ? this.#stream.readStart() : 0;
    }

    override readStop(): number {
      return this.#stream?.readStop() ?? 0;
    }

    writesIssuedByPrevListenerDone(): void {
      this.#isHeldByPreviousWrites = false;
      this.#encOut();
    }

    destroySSL(): void {
      if (this.#id === 0) return;
      this.#isWriteDue = true;
      this.#finishWrite(ECANCELED, "Canceled because of SSL destruction");
      engine.close(this.#id, this);
      this.#id = 0;
      if (this.#stream?.listener === this) this.#stream.listener = this.#previous;
      this.#stream = null;
      guest.asyncContext?.emitDestroy(this.asyncResource);
    }

    // What the program sets.

    enableSessionCallbacks(): void {
      tls.wantSessions(this.sessionId);
      if (this.#isServer) this.#hello.begin();
    }

    enableCertCb(): void {
      this.#certificateState = "wanted";
      tls.wantCertificateQuestion(this.sessionId);
    }

    certCbDone(): void {
      if (this.#certificateState !== "asked") return;
      const { sni_context: context } = this as Handlers;
      const id = contextId(context);
      if (id !== undefined) tls.useContext(this.sessionId, id, false);
      else if (typeof context === "object" && context !== null) {
        this.#call((this as Handlers).onerror, new TypeError("Invalid SNI context"));
        return;
      }
      this.#certificateState = "none";
      tls.answerCertificate(this.sessionId);
      this.#cycle();
    }

    newSessionDone(): void {
      this.#isAwaitingNewSession = false;
      this.#cycle();
    }

    setKeyCert(context: unknown): void {
      if (!this.#isServer) return;
      const id = contextId(context);
      if (id === undefined) throw new TypeError("Must give a SecureContext as first argument");
      tls.useContext(this.sessionId, id, true);
    }

    setPskIdentityHint(hint: string): void {
      if (tls.setPskHint(this.sessionId, hint)) return;
      const text = "Failed to set PSK identity hint";
      const code = "ERR_TLS_PSK_SET_IDENTIY_HINT_FAILED";
      this.#call((this as Handlers).onerror, codedError(Error, code, text));
    }
  }

  function existing(context: unknown): number {
    const id = contextId(context);
    if (id === undefined) throw new TypeError("Illegal invocation");
    return id;
  }

  return { TLSWrap, wrap: TLSWrap.wrap };
}

/** Bytes without the program's class. */
function plain(value: unknown): Uint8Array | undefined {
  return ArrayBuffer.isView(value) ? new Uint8Array(bytesOf(value)) : undefined;
}
