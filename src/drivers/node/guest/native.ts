/**
 * What V8 tells no JavaScript and our addon tells the guest half (`native/`): promise hooks, rejections, ES modules,
 * contexts, the inside of values. Guest code never sees the object itself.
 */
import type { NativeHttp2 } from "./native-http2.js";
import type { NativeTls } from "./native-tls.js";

/** Where something was thrown or made: file, line from 1, first column and the one behind, from 0, the line's text. */
export type Place = readonly [
  file: string | undefined,
  line: number,
  column: number,
  endColumn: number,
  text: string | undefined,
];

/** A module of V8's, by its number. */
export type ModuleId = number;

/** One import: what it names, its attributes, and where it stands, line and column from 0. */
export type ModuleRequest = readonly [
  specifier: string,
  attributes: Readonly<Record<string, string>>,
  line: number,
  column: number,
];

/** A frame of the stack; line and column from 1. */
export type CallSite = readonly [
  functionName: string,
  script: string,
  line: number,
  column: number,
  scriptId: number,
];

export interface SerializeHooks {
  /** What is written for an object that V8 can't write; throws where it can't either. */
  writeHostObject(object: object): Uint8Array;
  /** What is thrown for a value that can't be written. */
  dataCloneError(message: string): unknown;
  sharedArrayBufferId(buffer: unknown): number;
}

export interface DeserializeHooks {
  /** Reads an object of `writeHostObject` at a position, and tells where it ends. */
  readHostObject(position: number): readonly [value: unknown, end: number];
  sharedArrayBuffer(id: number): unknown;
}

type PromiseHook = ((promise: Promise<unknown>, parent?: Promise<unknown>) => void) | undefined;

/** What V8 asks of the guest half. */
export interface NativeCallbacks {
  import(
    symbol: symbol | undefined,
    specifier: string,
    attributes: Readonly<Record<string, string>>,
    name: string,
  ): unknown;
  importMeta(id: ModuleId, meta: object): void;
  syntheticEvaluation(id: ModuleId): void;
  /** Of a compilation, or of a script that shows its errors; `isShown`: the place belongs in front of the stack. */
  error(error: unknown, place: Place, isShown: boolean): void;
  /** What `error.stack` is; `global` is that of the error's context. */
  stack(global: object, error: object, sites: unknown[]): unknown;
  /** Thrown where nobody can catch it. */
  uncaught(error: unknown, place: Place | undefined): void;
}

/** What `write` and `read` write and read in the midst of a value. */
export const nativeKind = { uint32: 0, value: 1 } as const;

type Kinds = typeof nativeKind;

/** What V8 asks while a value is written. */
export interface SerializationHooks {
  /** The error to throw. */
  error(message: string): unknown;
  writeHost?(object: object): void;
  /** What `writeHost` is asked for beside host objects: all that have this private symbol. */
  readonly mark?: symbol | undefined;
  sharedId?(buffer: SharedArrayBuffer): unknown;
}

/** What V8 asks while a value is read. */
export interface DeserializationHooks {
  error(message: string): unknown;
  readHost?(): object;
  sharedOf?(id: number): SharedArrayBuffer | undefined;
}

/** Of a message: the ports that have come with it are told before it is read. */
export interface MessageHooks extends DeserializationHooks {
  ports(ids: readonly PortId[]): void;
}

/** A message port's number: good in the thread that has the port. */
export type PortId = number;

export interface Native {
  /** Not of a Node whose OpenSSL nobody else can call. */
  readonly tls?: NativeTls;
  /** The same of its nghttp2. */
  readonly http2?: NativeHttp2;
  /** A class whose objects are "host objects" to V8's serializer. */
  readonly HostObject: new () => object;
  /** To the message that is being written; false when there is none. */
  write(kind: number, value: unknown): boolean;
  /** From the message that is being read; undefined: too little is left. */
  read(kind: Kinds["uint32"]): number | undefined;
  read(kind: Kinds["value"]): [unknown] | undefined;

  makeChannel(): [PortId, PortId] | undefined;
  joinBroadcast(name: string): PortId | undefined;
  /** Answers the threads to wake; undefined: nobody hears it; null: the peer was among the ports, and is gone. */
  post(
    port: PortId,
    value: unknown,
    hooks: SerializationHooks,
    buffers: readonly ArrayBuffer[],
    ports: readonly PortId[],
  ): number[] | undefined | null;
  /** undefined: there is no message; null: the other end has closed. */
  receive(port: PortId, hooks: MessageHooks): [unknown] | null | undefined;
  /** How many messages wait; -1: it is another thread's, or closed. */
  pending(port: PortId): number;
  /** Whether the next message of a port is that its peer has closed. */
  isNextClose(port: PortId): boolean;
  /** Ports that something has come for. */
  takeReady(): PortId[];
  /** Answers the thread to wake. */
  closePort(port: PortId): number | undefined;
  givePort(port: PortId, thread: number): void;
  /** Closes the ports of a thread that has ended; answers the threads to wake. */
  closeThread(thread: number): number[] | undefined;

  setCallbacks(callbacks: NativeCallbacks): void;

  setPromiseRejectCallback(
    handler: (type: number, promise: Promise<unknown>, value: unknown) => void,
  ): void;
  setPromiseHooks(
    init: PromiseHook,
    before: PromiseHook,
    after: PromiseHook,
    settled: PromiseHook,
    /** Of one of makeContext's; else the guest's own context. */
    sandbox?: object,
  ): void;
  getContinuationData(): unknown;
  setContinuationData(value: unknown): void;
  runMicrotasks(): void;
  enqueueMicrotask(task: () => void): void;
  /** Calls; isolated-vm would run microtasks when a call into another isolate comes back. */
  withoutMicrotasks<Result>(call: () => Result): Result;

  getPromiseDetails(value: unknown): readonly [state: number, result?: unknown] | undefined;
  getProxyDetails(value: unknown, showProxy?: boolean): unknown;
  previewEntries(value: object, isIterator?: boolean): unknown;
  getConstructorName(value: object): string;
  setDetachKey(buffer: ArrayBuffer, key: symbol): void;
  getOwnNonIndexProperties(value: object, filter: number): PropertyKey[];
  readonly types: Readonly<Record<string, (value: unknown) => boolean>>;

  /** Calls; `onThrow` hears of an exception, with the place it was thrown at. */
  tryCall(
    callee: unknown,
    receiver: unknown,
    args: readonly unknown[],
    onThrow: (error: unknown, place: Place | undefined) => void,
  ): unknown;
  placeOfError(error: unknown): Place | undefined;

  /** V8's private symbols: keys that no program and no proxy sees. */
  privateSymbols(names: readonly string[]): Readonly<Record<string, symbol>>;
  /** Whether a view's bytes are outside of V8's heap already. */
  hasBuffer(view: unknown): boolean;
  wasDetached(buffer: unknown): boolean;
  /** False for one that WebAssembly's memory holds. */
  isDetachable(buffer: unknown): boolean;
  /** Takes the bytes of a buffer away, and answers them in another one; undefined for a buffer that keeps them. */
  detach(buffer: ArrayBuffer): ArrayBuffer | undefined;
  collectGarbage(): void;
  /** A value of V8's type External, and the number of one. It points at nothing. */
  makeExternal(number: number): unknown;
  externalValue(external: unknown): bigint | undefined;
  /** Takes a snapshot of this isolate's heap, for `heapSnapshotPart`; false when there is no room for it. */
  takeHeapSnapshot(showsInternals: boolean, showsNumbers: boolean): boolean;
  /** The next part of the snapshot that a thread has taken; undefined: there is none. */
  heapSnapshotPart(thread: number): Uint8Array | undefined;
  /** The objects that have `prototype` in their chain of prototypes. */
  objectsWith(prototype: object): object[];
  /** A number for an empty environment that several threads share; undefined: there is no room. */
  makeEnvironment(): number | undefined;
  environmentValue(id: number, name: string): string | undefined;
  /** Without a value the name goes. Whether there was room. */
  setEnvironmentValue(id: number, name: string, value: string | undefined): boolean;
  environmentNames(id: number): string[] | undefined;
  /** `id` will be among those of `takeCollected` when the object is gone. */
  trackCollection(object: object, id: number): void;
  takeCollected(): readonly number[] | undefined;
  recordGc(isOn: boolean): void;
  /** Type, flags, how long ago it began and how long it took in ms, of each run of the collector since it was asked. */
  takeGcRecords(): readonly number[] | undefined;
  /** Sets a private symbol's value, of a proxy itself too. */
  setPrivate(object: object, symbol: symbol, value: unknown): void;
  callSites(limit: number): readonly CallSite[];

  /**
   * A value in V8's wire format, without the header. `offset` is how many bytes come before it: strings are aligned.
   * `transferred` are ids and buffers by turns; `hooks` are called in the midst of it.
   */
  serialize(
    value: unknown,
    offset: number,
    transferred: readonly unknown[],
    hooks: SerializeHooks,
    areViewsHostObjects: boolean,
  ): Uint8Array;
  /** The value that begins at `position`, and where it ends. `bytes` begin with the format's header. */
  deserialize(
    bytes: Uint8Array,
    position: number,
    transferred: readonly unknown[],
    hooks: DeserializeHooks,
  ): readonly [value: unknown, end: number];

  compileModule(
    source: string,
    url: string,
    line: number,
    column: number,
    symbol: symbol,
    sandbox: object | undefined,
  ): ModuleId;
  makeSyntheticModule(url: string, names: readonly string[], sandbox: object | undefined): ModuleId;
  moduleRequests(id: ModuleId): readonly ModuleRequest[];
  /** In the order of the requests; -1 leaves one open. */
  linkModule(id: ModuleId, modules: readonly ModuleId[]): void;
  instantiateModule(id: ModuleId): void;
  /** Where the module, or one that it imports, still waits outside of functions; none where V8 does not tell. */
  stalledAwaits(id: ModuleId): Place[];
  /** `timeoutMs` of 0 is none; throws ERR_SCRIPT_EXECUTION_TIMEOUT. */
  evaluateModule(id: ModuleId, timeoutMs: number): Promise<unknown>;
  moduleStatus(id: ModuleId): number;
  moduleError(id: ModuleId): unknown;
  moduleNamespace(id: ModuleId): object;
  isGraphAsync(id: ModuleId): boolean;
  hasTopLevelAwait(id: ModuleId): boolean | undefined;
  setModuleExport(id: ModuleId, name: string, value: unknown): void;

  /** Throws a script's SyntaxError; answers the URL of its source map. */
  checkScript(
    source: string,
    name: string,
    line: number,
    column: number,
    symbol: symbol | undefined,
  ): string | undefined;
  /** `timeoutMs` of 0 is none; throws ERR_SCRIPT_EXECUTION_TIMEOUT. */
  runScript(
    source: string,
    name: string,
    line: number,
    column: number,
    symbol: symbol | undefined,
    sandbox: object | null,
    timeoutMs: number,
    showsErrors: boolean,
  ): unknown;
  compileFunction(
    source: string,
    name: string,
    line: number,
    column: number,
    symbol: symbol | undefined,
    parameters: readonly string[],
    sandbox: object | undefined,
    extensions: readonly object[],
  ): readonly [callee: (...args: never[]) => unknown, sourceMapUrl: string | undefined];
  /** The process has another time zone: dates are to look it up. */
  timeZoneChanged(): void;
  /** From now on `eval` and its like throw in the guest's context. */
  disallowStrings(): void;
  /** Makes an object the sandbox of a new context; undefined: the context's own global object, which it answers. */
  makeContext(
    sandbox: object | undefined,
    allowsStrings: boolean,
    allowsWasm: boolean,
    hasOwnMicrotasks: boolean,
    /** What is `gc` there, if anything. */
    gc: ((options?: object) => unknown) | undefined,
  ): object;
}
