/**
 * llhttp, the parser that Node itself uses, as the WebAssembly module that undici builds of it. One instance a guest;
 * parsers are pointers into it.
 */

/** What a parser tells while it executes. Positions are in `memory`; answers as llhttp's callbacks'. */
export interface LlhttpEvents {
  onMessageBegin(): number;
  onUrl(at: number, length: number): number;
  onStatus(at: number, length: number): number;
  onHeaderField(at: number, length: number): number;
  onHeaderValue(at: number, length: number): number;
  onHeadersComplete(statusCode: number, isUpgrade: boolean, keepsAlive: boolean): number;
  onBody(at: number, length: number): number;
  onMessageComplete(): number;
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  malloc(bytes: number): number;
  free(pointer: number): void;
  llhttp_alloc(type: number): number;
  llhttp_free(parser: number): void;
  llhttp_reset(parser: number): void;
  llhttp_execute(parser: number, data: number, length: number): number;
  llhttp_finish(parser: number): number;
  llhttp_pause(parser: number): void;
  llhttp_resume(parser: number): void;
  llhttp_resume_after_upgrade(parser: number): void;
  llhttp_get_errno(parser: number): number;
  llhttp_get_error_reason(parser: number): number;
  llhttp_get_error_pos(parser: number): number;
  llhttp_errno_name(errno: number): number;
  llhttp_get_http_major(parser: number): number;
  llhttp_get_http_minor(parser: number): number;
  llhttp_get_method(parser: number): number;
  llhttp_get_upgrade(parser: number): number;
  llhttp_set_lenient_headers(parser: number, isOn: number): void;
  llhttp_set_lenient_chunked_length(parser: number, isOn: number): void;
  llhttp_set_lenient_keep_alive(parser: number, isOn: number): void;
  llhttp_set_lenient_transfer_encoding(parser: number, isOn: number): void;
  llhttp_set_lenient_version(parser: number, isOn: number): void;
  llhttp_set_lenient_data_after_close(parser: number, isOn: number): void;
  llhttp_set_lenient_optional_lf_after_cr(parser: number, isOn: number): void;
  llhttp_set_lenient_optional_crlf_after_chunk(parser: number, isOn: number): void;
  llhttp_set_lenient_optional_cr_before_lf(parser: number, isOn: number): void;
  llhttp_set_lenient_spaces_after_chunk_size(parser: number, isOn: number): void;
}

/** Input up to this size has one place that all parsers share. */
const SHARED_BYTES = 64 * 1024;

export class Llhttp {
  readonly calls: Exports;
  readonly #events = new Map<number, LlhttpEvents>();
  readonly #shared: number;
  #isSharedInUse = false;
  #heap = new Uint8Array(0);

  constructor(module: Uint8Array<ArrayBuffer>) {
    const of = (parser: number): LlhttpEvents => this.#events.get(parser) as LlhttpEvents;
    const env = {
      wasm_on_message_begin: (p: number) => of(p).onMessageBegin(),
      wasm_on_url: (p: number, at: number, length: number) => of(p).onUrl(at, length),
      wasm_on_status: (p: number, at: number, length: number) => of(p).onStatus(at, length),
      wasm_on_header_field: (p: number, at: number, length: number) =>
        of(p).onHeaderField(at, length),
      wasm_on_header_value: (p: number, at: number, length: number) =>
        of(p).onHeaderValue(at, length),
      wasm_on_headers_complete: (p: number, status: number, upgrade: number, keepAlive: number) =>
        of(p).onHeadersComplete(status, upgrade !== 0, keepAlive !== 0),
      wasm_on_body: (p: number, at: number, length: number) => of(p).onBody(at, length),
      wasm_on_message_complete: (p: number) => of(p).onMessageComplete(),
    };
    const instance = new WebAssembly.Instance(new WebAssembly.Module(module), { env });
    this.calls = instance.exports as unknown as Exports;
    this.calls._initialize();
    this.#shared = this.calls.malloc(SHARED_BYTES);
  }

  /** All of the memory, as long as nothing is allocated. */
  get heap(): Uint8Array {
    const { buffer } = this.calls.memory;
    if (this.#heap.buffer !== buffer) this.#heap = new Uint8Array(buffer);
    return this.#heap;
  }

  /** Makes a parser. `type`: 1 for requests, 2 for responses. */
  open(type: number): number {
    return this.calls.llhttp_alloc(type);
  }

  close(parser: number): void {
    this.calls.llhttp_free(parser);
  }

  /** Ends the input: llhttp's error number. */
  finish(parser: number, events: LlhttpEvents): number {
    const outer = this.#enter(parser, events);
    const errno = this.calls.llhttp_finish(parser);
    this.#leave(parser, outer);
    return errno;
  }

  /**
   * Executes `data`, from `at` on for the events' positions.
   * @returns llhttp's error number, and how many bytes it has looked at.
   */
  execute(
    parser: number,
    events: LlhttpEvents,
    data: Uint8Array,
    begin: (at: number) => void,
  ): { errno: number; count: number } {
    const isShared = !this.#isSharedInUse && data.length <= SHARED_BYTES;
    const at = isShared ? this.#shared : this.calls.malloc(data.length);
    if (isShared) this.#isSharedInUse = true;
    this.heap.set(data, at);
    begin(at);
    const outer = this.#enter(parser, events);
    const errno = this.calls.llhttp_execute(parser, at, data.length);
    this.#leave(parser, outer);
    const count = errno === 0 ? data.length : this.calls.llhttp_get_error_pos(parser) - at;
    if (isShared) this.#isSharedInUse = false;
    else this.calls.free(at);
    return { errno, count };
  }

  /** A parser has events only while it runs, perhaps inside itself: nothing here keeps it alive. */
  #enter(parser: number, events: LlhttpEvents): LlhttpEvents | undefined {
    const outer = this.#events.get(parser);
    this.#events.set(parser, events);
    return outer;
  }

  #leave(parser: number, outer: LlhttpEvents | undefined): void {
    if (outer) this.#events.set(parser, outer);
    else this.#events.delete(parser);
  }

  errorName(errno: number): string {
    return this.#text(this.calls.llhttp_errno_name(errno));
  }

  errorReason(parser: number): string {
    return this.#text(this.calls.llhttp_get_error_reason(parser));
  }

  #text(at: number): string {
    if (at === 0) return "";
    return latin1(this.heap, at, this.heap.indexOf(0, at));
  }
}

const { fromCharCode } = String;
const { apply } = Reflect;
/** Arguments that one call takes. */
const PART = 4096;

/** Bytes as Latin-1. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= PART) {
    return apply(fromCharCode, null, bytes.subarray(start, end) as unknown as number[]);
  }
  let text = "";
  for (let at = start; at < end; at += PART) text += latin1(bytes, at, Math.min(end, at + PART));
  return text;
}
