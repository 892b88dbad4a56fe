/** `http_parser`: Node's parser class over llhttp. */
import type { Binding, Callable, Guest } from "../guest/guest.js";
import { HttpConnections, type TimedParser } from "../guest/http-connections.js";
import { Llhttp, type LlhttpEvents, latin1 } from "../guest/llhttp.js";
import { beginRequest } from "../guest/request.js";
import type { StreamBase, StreamListener } from "../guest/stream-base.js";
import { bytesOf } from "./buffer.js";

const REQUEST = 1;
const RESPONSE = 2;

/** Under these numbers Node's library sets a parser's callbacks. */
const callbacks = {
  kOnMessageBegin: 0,
  kOnHeaders: 1,
  kOnHeadersComplete: 2,
  kOnBody: 3,
  kOnMessageComplete: 4,
  kOnExecute: 5,
  kOnTimeout: 6,
} as const;

/** What a parser may be lenient about. */
const leniencies = {
  kLenientNone: 0,
  kLenientHeaders: 1,
  kLenientChunkedLength: 2,
  kLenientKeepAlive: 4,
  kLenientTransferEncoding: 8,
  kLenientVersion: 16,
  kLenientDataAfterClose: 32,
  kLenientOptionalLFAfterCR: 64,
  kLenientOptionalCRLFAfterChunk: 128,
  kLenientOptionalCRBeforeLF: 256,
  kLenientSpacesAfterChunkSize: 512,
  kLenientAll: 1023,
} as const;

const lenientSetters = [
  [leniencies.kLenientHeaders, "llhttp_set_lenient_headers"],
  [leniencies.kLenientChunkedLength, "llhttp_set_lenient_chunked_length"],
  [leniencies.kLenientKeepAlive, "llhttp_set_lenient_keep_alive"],
  [leniencies.kLenientTransferEncoding, "llhttp_set_lenient_transfer_encoding"],
  [leniencies.kLenientVersion, "llhttp_set_lenient_version"],
  [leniencies.kLenientDataAfterClose, "llhttp_set_lenient_data_after_close"],
  [leniencies.kLenientOptionalLFAfterCR, "llhttp_set_lenient_optional_lf_after_cr"],
  [leniencies.kLenientOptionalCRLFAfterChunk, "llhttp_set_lenient_optional_crlf_after_chunk"],
  [leniencies.kLenientOptionalCRBeforeLF, "llhttp_set_lenient_optional_cr_before_lf"],
  [leniencies.kLenientSpacesAfterChunkSize, "llhttp_set_lenient_spaces_after_chunk_size"],
] as const;

const HPE_PAUSED_UPGRADE = 22;
const HPE_USER = 24;
/** Headers that are collected before they are handed over in parts. */
const PAIRS_MAX = 32;
const DEFAULT_HEADER_BYTES_MAX = 16 * 1024;
/** Bytes of one chunk's extensions, beside which its length and line ends are nothing. */
const CHUNK_FRAME_BYTES_MAX = 16 * 1024;
/** Input up to here is made text at once. */
const TEXT_BYTES_MAX = 4096;

const { apply } = Reflect;

interface UserError {
  readonly code: string;
  readonly reason: string;
}

const headerOverflow: UserError = { code: "HPE_HEADER_OVERFLOW", reason: "Header overflow" };
const chunkExtensionOverflow: UserError = {
  code: "HPE_CHUNK_EXTENSIONS_OVERFLOW",
  reason: "Chunk extensions overflow",
};
const thrownByCallback: UserError = { code: "HPE_JS_EXCEPTION", reason: "JS Exception" };

export function httpParserBinding(guest: Guest): Binding {
  const clock = guest.hooks.now;
  let instance: Llhttp | null = null;
  const llhttp = (): Llhttp => {
    instance ??= new Llhttp(guest.hooks.compute("llhttp") as Uint8Array<ArrayBuffer>);
    return instance;
  };
  /** Frees what parsers held that nobody closed. */
  const collected = new FinalizationRegistry<number>((pointer) => llhttp().close(pointer));

  class HTTPParser implements TimedParser, LlhttpEvents, StreamListener {
    [index: number]: unknown;
    #pointer = 0;
    #type = 0;
    #resource: object = this;
    #connections: HttpConnections | null = null;
    #stream: StreamBase | null = null;
    #headerBytesMax = DEFAULT_HEADER_BYTES_MAX;
    #headerBytes = 0;
    #headers: string[] = [];
    /** Whether the last of `#headers` is a name that may go on. */
    #isInField = false;
    #isInValue = false;
    #hasFlushed = false;
    #url = "";
    #status = "";
    #depth = 0;
    #isPausePending: boolean | null = null;
    #userError: UserError | null = null;
    #thrown: { readonly error: unknown } | null = null;
    /** A callback has thrown: llhttp is to stop. */
    #hasFailed = false;
    /** The bytes that are being executed, and where they lie in the parser's memory. */
    #input: Uint8Array = new Uint8Array(0);
    #inputAt = 0;
    #inputText: string | null = null;
    #current: Uint8Array | null = null;
    /** Within a body: where in the input the last piece of it ended, and the bytes since then of input before this one. */
    #pieceEnd = 0;
    #frameBytes = 0;
    messageBeganAt = 0;
    hasHeaders = false;

    initialize(
      type: number,
      resource: object,
      headerBytesMax = 0,
      lenient = 0,
      connections: HttpConnections | undefined = undefined,
    ): void {
      this.#reopen(type, lenient);
      this.#resource = resource;
      beginRequest(guest, resource, type === REQUEST ? "HTTPINCOMINGMESSAGE" : "HTTPCLIENTREQUEST");
      this.#headerBytesMax = headerBytesMax > 0 ? headerBytesMax : DEFAULT_HEADER_BYTES_MAX;
      this.#headerBytes = 0;
      this.#headers = [];
      this.#isInField = false;
      this.#isInValue = false;
      this.#hasFlushed = false;
      this.#url = "";
      this.#status = "";
      this.#userError = null;
      this.#thrown = null;
      this.#hasFailed = false;
      this.hasHeaders = false;
      this.#connections = connections instanceof HttpConnections ? connections : null;
      // From here on: whoever connects and sends nothing is late too.
      this.messageBeganAt = this.#connections ? clock() : 0;
      this.#connections?.put(this, true);
    }

    #reopen(type: number, lenient: number): void {
      const { calls } = llhttp();
      if (this.#type === type) calls.llhttp_reset(this.#pointer);
      else {
        this.close();
        this.#pointer = llhttp().open(type);
        this.#type = type;
        collected.register(this, this.#pointer, this);
      }
      const pointer = this.#pointer;
      for (const [bit, set] of lenientSetters) calls[set](pointer, lenient & bit ? 1 : 0);
    }

    close(): void {
      if (this.#type === 0) return;
      collected.unregister(this);
      llhttp().close(this.#pointer);
      this.#type = 0;
      this.#pointer = 0;
    }

    free(): void {
      guest.asyncContext?.emitDestroy(this.#resource);
    }

    remove(): void {
      this.#connections?.remove(this);
    }

    execute(data: ArrayBufferView): unknown {
      this.#current = bytesOf(data);
      const result = this.#execute(this.#current);
      this.#current = null;
      return result;
    }

    finish(): unknown {
      if (this.#type === 0) return undefined;
      const errno = this.#run(() => llhttp().finish(this.#pointer, this));
      return this.#failure(errno, 0);
    }

    pause(): void {
      this.#setPaused(true);
    }

    resume(): void {
      this.#setPaused(false);
    }

    #setPaused(isPaused: boolean): void {
      if (this.#type === 0) return;
      if (this.#depth > 0) {
        this.#isPausePending = isPaused;
        return;
      }
      const { calls } = llhttp();
      if (isPaused) calls.llhttp_pause(this.#pointer);
      else calls.llhttp_resume(this.#pointer);
    }

    consume(stream: StreamBase): void {
      this.#stream = stream;
      stream.listener = this;
    }

    unconsume(): void {
      if (this.#stream?.listener === this) this.#stream.listener = null;
      this.#stream = null;
    }

    onStreamRead(result: number, data: Uint8Array): void {
      if (result < 0) {
        this.#stream?.emitRead(result, data);
        return;
      }
      this.#current = data;
      try {
        const executed = this.#execute(data);
        const onExecute = this[callbacks.kOnExecute];
        if (typeof onExecute === "function") {
          const tell = () => apply(onExecute as Callable, this, [executed] as never[]);
          guest.callback(this.#resource, tell, []);
        }
      } catch (error) {
        guest.uncaught(error, false);
      }
      this.#current = null;
    }

    getCurrentBuffer(): Uint8Array | undefined {
      return this.#current ? asBuffer(this.#current) : undefined;
    }

    duration(): number {
      return this.messageBeganAt === 0 ? 0 : clock() - this.messageBeganAt;
    }

    headersCompleted(): boolean {
      return this.hasHeaders;
    }

    /** Executes bytes: how many were looked at, or the error. */
    #execute(data: Uint8Array): unknown {
      const parser = llhttp();
      const outer = [this.#input, this.#inputAt, this.#inputText] as const;
      let count = 0;
      let errno = this.#run(() => {
        const done = parser.execute(this.#pointer, this, data, (at) => {
          this.#input = data;
          this.#inputAt = at;
          this.#inputText = null;
          this.#pieceEnd = 0;
        });
        count = done.count;
        if (done.errno !== 0 || !this.hasHeaders || this.messageBeganAt === 0) return done.errno;
        this.#frameBytes += data.length - this.#pieceEnd;
        return this.#checkFrame();
      });
      [this.#input, this.#inputAt, this.#inputText] = outer;
      if (errno === HPE_PAUSED_UPGRADE) {
        errno = 0;
        parser.calls.llhttp_resume_after_upgrade(this.#pointer);
      }
      if (this.#isPausePending !== null) {
        const isPaused = this.#isPausePending;
        this.#isPausePending = null;
        this.#setPaused(isPaused);
      }
      return this.#failure(errno, count) ?? count;
    }

    /** Runs llhttp; throws what a callback threw. */
    #run(step: () => number): number {
      this.#depth++;
      const errno = step();
      this.#depth--;
      const thrown = this.#thrown;
      this.#thrown = null;
      this.#hasFailed = false;
      if (thrown) throw thrown.error;
      return errno;
    }

    #failure(errno: number, count: number): Error | undefined {
      const parser = llhttp();
      if (errno === 0 || this.#type === 0) return undefined;
      if (parser.calls.llhttp_get_upgrade(this.#pointer)) return undefined;
      const error = new Error("Parse Error") as Error & Record<string, unknown>;
      const own = errno === HPE_USER ? this.#userError : null;
      error.bytesParsed = count;
      error.code = own?.code ?? parser.errorName(errno);
      error.reason = own?.reason ?? parser.errorReason(this.#pointer);
      return error;
    }

    /** Calls a callback of Node's: what it answers, or -1 when it threw. */
    #tell(index: number, args: readonly unknown[]): unknown {
      const callback = this[index];
      if (typeof callback !== "function") return undefined;
      const { asyncContext } = guest;
      asyncContext?.enter(this.#resource);
      try {
        return apply(callback as Callable, this, args as never[]);
      } catch (error) {
        this.#thrown = { error };
        this.#hasFailed = true;
        this.#userError = thrownByCallback;
        return null;
      } finally {
        asyncContext?.leave(this.#resource);
      }
    }

    /** Calls a callback after which Node runs its ticks, unless it is inside another one. */
    #tellWithTicks(index: number, args: readonly unknown[]): void {
      if (!guest.isIdle) {
        this.#tell(index, args);
        return;
      }
      guest.callback(this.#resource, () => this.#tell(index, args), []);
      const thrown = this.#thrown;
      if (!thrown) return;
      this.#thrown = null;
      this.#hasFailed = true;
      guest.uncaught(thrown.error, false);
    }

    #text(at: number, length: number): string {
      const start = at - this.#inputAt;
      if (this.#input.length > TEXT_BYTES_MAX) return latin1(this.#input, start, start + length);
      this.#inputText ??= latin1(this.#input, 0, this.#input.length);
      return this.#inputText.slice(start, start + length);
    }

    #countHeader(length: number): number {
      this.#headerBytes += length;
      if (this.#headerBytes < this.#headerBytesMax) return 0;
      this.#userError = headerOverflow;
      return HPE_USER;
    }

    /**
     * This llhttp tells nothing of extensions. What of a body is no piece of it are the lengths of chunks and their
     * extensions.
     */
    #checkFrame(): number {
      if (this.#frameBytes <= CHUNK_FRAME_BYTES_MAX) return 0;
      this.#userError = chunkExtensionOverflow;
      return HPE_USER;
    }

    onMessageBegin(): number {
      this.#headers = [];
      this.#isInField = false;
      this.#isInValue = false;
      this.#headerBytes = 0;
      this.#url = "";
      this.#status = "";
      this.hasHeaders = false;
      this.messageBeganAt = clock();
      this.#connections?.put(this, true);
      this.#tell(callbacks.kOnMessageBegin, []);
      return this.#hasFailed ? -1 : 0;
    }

    onUrl(at: number, length: number): number {
      this.#url += this.#text(at, length);
      return this.#countHeader(length);
    }

    onStatus(at: number, length: number): number {
      this.#status += this.#text(at, length);
      return this.#countHeader(length);
    }

    onHeaderField(at: number, length: number): number {
      const failed = this.#countHeader(length);
      // Behind a body as well.
      this.#frameBytes = 0;
      this.#pieceEnd = at - this.#inputAt + length;
      if (failed) return failed;
      const headers = this.#headers;
      if (this.#isInField) headers[headers.length - 1] += this.#text(at, length);
      else {
        // A name without a value, and the value before it is done.
        this.#endValue();
        if (headers.length >= PAIRS_MAX * 2) this.#flush();
        this.#headers[this.#headers.length] = this.#text(at, length);
      }
      this.#isInField = true;
      return this.#hasFailed ? -1 : 0;
    }

    onHeaderValue(at: number, length: number): number {
      const failed = this.#countHeader(length);
      this.#pieceEnd = at - this.#inputAt + length;
      if (failed) return failed;
      const headers = this.#headers;
      if (this.#isInValue) headers[headers.length - 1] += this.#text(at, length);
      else headers[headers.length] = this.#text(at, length);
      this.#isInField = false;
      this.#isInValue = true;
      return 0;
    }

    #endValue(): void {
      const headers = this.#headers;
      const last = headers.length - 1;
      if (this.#isInValue) headers[last] = withoutTrailingBlanks(headers[last] as string);
      this.#isInValue = false;
    }

    /** Hands over headers before they are complete, or those that come behind the body. */
    #flush(): void {
      this.#endValue();
      const [headers, url] = [this.#headers, this.#url];
      this.#headers = [];
      this.#url = "";
      this.#hasFlushed = true;
      this.#tellWithTicks(callbacks.kOnHeaders, [headers, url]);
    }

    onHeadersComplete(statusCode: number, isUpgrade: boolean, keepsAlive: boolean): number {
      this.hasHeaders = true;
      this.#frameBytes = 0;
      this.#headerBytes = 0;
      this.#isInField = false;
      const { calls } = llhttp();
      const isRequest = this.#type === REQUEST;
      let headers: string[] | undefined;
      let url: string | undefined;
      if (this.#hasFlushed) {
        this.#flush();
        if (this.#hasFailed) return -1;
        this.#hasFlushed = false;
      } else {
        this.#endValue();
        headers = this.#headers;
        if (isRequest) url = this.#url;
        this.#headers = [];
      }
      const answer = this.#tell(callbacks.kOnHeadersComplete, [
        calls.llhttp_get_http_major(this.#pointer),
        calls.llhttp_get_http_minor(this.#pointer),
        headers,
        isRequest ? calls.llhttp_get_method(this.#pointer) : undefined,
        url,
        isRequest ? undefined : statusCode,
        isRequest ? undefined : this.#status,
        isUpgrade,
        keepsAlive,
      ]);
      if (this.#hasFailed) return -1;
      return Math.trunc(Number(answer)) || 0;
    }

    onBody(at: number, length: number): number {
      if (length === 0) return 0;
      const start = at - this.#inputAt;
      this.#frameBytes += start - this.#pieceEnd;
      const failed = this.#checkFrame();
      if (failed) return failed;
      this.#frameBytes = 0;
      this.#pieceEnd = start + length;
      this.#tellWithTicks(callbacks.kOnBody, [
        asBuffer(this.#input.subarray(start, start + length)),
      ]);
      return this.#hasFailed ? HPE_USER : 0;
    }

    onMessageComplete(): number {
      this.#isInField = false;
      this.messageBeganAt = 0;
      this.#connections?.put(this, false);
      if (this.#headers.length > 0) this.#flush();
      if (!this.#hasFailed) this.#tell(callbacks.kOnMessageComplete, []);
      return this.#hasFailed ? -1 : 0;
    }
  }

  /** A fresh copy as one of Node's buffers. */
  function asBuffer(bytes: Uint8Array): Uint8Array {
    return Object.setPrototypeOf(new Uint8Array(bytes), guest.bufferPrototype) as Uint8Array;
  }

  class ConnectionsList extends HttpConnections {
    constructor() {
      super(clock);
    }
  }

  return {
    HTTPParser: Object.assign(HTTPParser, { REQUEST, RESPONSE }, callbacks, leniencies),
    ConnectionsList,
  };
}

/** Without the blanks and tabs at the end of a header's value. */
function withoutTrailingBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === " " || text[end - 1] === "\t")) end--;
  return end === text.length ? text : text.slice(0, end);
}
