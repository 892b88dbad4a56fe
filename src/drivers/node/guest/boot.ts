/**
 * Boots Node's own library in the isolate, over the bindings of this driver. The bundle of this file
 * is a function: the container calls it with its hooks and gets the functions it drives the guest by.
 */
import { asyncWrapBinding, MAIN_ASYNC_ID } from "../bindings/async_wrap.js";
import { blobBinding } from "../bindings/blob.js";
import { blockListBinding } from "../bindings/block_list.js";
import { bufferBinding } from "../bindings/buffer.js";
import { builtinsBinding, compileBuiltin } from "../bindings/builtins.js";
import { caresBinding } from "../bindings/cares_wrap.js";
import { cjsLexerBinding } from "../bindings/cjs_lexer.js";
import { configBinding } from "../bindings/config.js";
import { constantsBinding } from "../bindings/constants.js";
import { contextifyBinding } from "../bindings/contextify.js";
import { credentialsBinding } from "../bindings/credentials.js";
import { type CryptoParts, makeCryptoParts } from "../bindings/crypto/binding.js";
import { encodingBinding } from "../bindings/encoding_binding.js";
import { errorsBinding } from "../bindings/errors.js";
import { fsBinding } from "../bindings/fs.js";
import { fsDirBinding } from "../bindings/fs_dir.js";
import { fsEventWrapBinding } from "../bindings/fs_event_wrap.js";
import { fsTrees } from "../bindings/fs-trees.js";
import {
  builtinPrototypes,
  heapUtilsBinding,
  queryObjectsBinding,
  snapshotHandles,
} from "../bindings/heap_utils.js";
import { httpParserBinding } from "../bindings/http_parser.js";
import { http2Binding } from "../bindings/http2/binding.js";
import { icuBinding } from "../bindings/icu.js";
import { ipcSerdesBinding } from "../bindings/ipc_serdes.js";
import { jsStreamBinding } from "../bindings/js_stream.js";
import { locksBinding } from "../bindings/locks.js";
import { messagingBinding } from "../bindings/messaging.js";
import { moduleWrapBinding } from "../bindings/module_wrap.js";
import { modulesBinding } from "../bindings/modules.js";
import { optionsBinding } from "../bindings/options.js";
import { osBinding } from "../bindings/os.js";
import { performanceBinding } from "../bindings/performance.js";
import { pipeWrapBinding } from "../bindings/pipe_wrap.js";
import { processMethodsBinding } from "../bindings/process_methods.js";
import { processWrapBinding } from "../bindings/process_wrap.js";
import { serdesBinding } from "../bindings/serdes.js";
import { signalWrapBinding } from "../bindings/signal_wrap.js";
import * as small from "../bindings/small.js";
import { spawnSyncBinding } from "../bindings/spawn_sync.js";
import { streamPipeBinding } from "../bindings/stream_pipe.js";
import { streamBindings } from "../bindings/streams.js";
import { stringDecoderBinding } from "../bindings/string_decoder.js";
import { taskQueueBinding } from "../bindings/task_queue.js";
import { tcpWrapBinding } from "../bindings/tcp_wrap.js";
import { timersBinding } from "../bindings/timers.js";
import { tlsWrapBinding } from "../bindings/tls_wrap.js";
import { typesBinding } from "../bindings/types.js";
import { udpWrapBinding } from "../bindings/udp_wrap.js";
import { urlBinding } from "../bindings/url.js";
import { urlPatternBinding } from "../bindings/url_pattern.js";
import { utilBinding } from "../bindings/util.js";
import { v8Binding } from "../bindings/v8.js";
import { wasiBinding } from "../bindings/wasi.js";
import { workerBinding } from "../bindings/worker.js";
import { zlibBinding } from "../bindings/zlib.js";
import { installAsyncWaits } from "./async-waits.js";
import { ChildProcesses, SIGCHLD } from "./child-processes.js";
import { installResult } from "./code-result.js";
import { type CommandLine, parseCommandLine } from "./command-line.js";
import { Compiler } from "./compiler.js";
import { finish } from "./ending.js";
import { makeFatalReport } from "./fatal.js";
import { type Binding, type Callable, Guest } from "./guest.js";
import { makeHandleClass } from "./handle.js";
import type { GuestFacts, HostHooks } from "./host-hooks.js";
import { OptionParser } from "./option-parser.js";
import { restrictProto } from "./proto-access.js";
import { StackTraces } from "./stack-traces.js";
import { fillFromSurface } from "./surface.js";
import { utf8Encode } from "./utf8.js";

/** What the container drives the guest by. */
export interface Drive {
  /** Tells who the guest is: `GuestFacts` as JSON. Until then no call is made. */
  begin(facts: string): void;
  /** Runs the main program; the first turn. */
  start(): boolean;
  /** One round of the event loop: whether there is another one to come. */
  turn(): boolean;
  /** The loop is empty: returns when `beforeExit` has filled it again, else ends the guest. */
  finish(): void;
}

const { apply } = Reflect;

/**
 * Boots the library as far as Node's own snapshot goes: nothing until here depends on who the guest is, so it may be
 * done before that is known.
 */
export function boot(hooks: HostHooks): Drive {
  const guest = new Guest(hooks);
  const isMain = guest.configuration.thread === 0;
  // A worker makes no call before its first turn: who would carry it boots it.
  const isTerminal = () => isMain && guest.kernel.isTerminal(0);
  const parser = new OptionParser(guest.configuration);
  // Nobody's, until it begins.
  let commandLine: CommandLine = {
    entry: { kind: "main", module: "" },
    argv: [],
    execArgv: [],
    v8Flags: [],
    options: parser.options,
  };
  const stacks = new StackTraces();
  const compiler = new Compiler(guest, stacks);
  guest.reportFatal = makeFatalReport(guest, stacks);
  installAsyncWaits(guest);
  makeWasmSynchronous();
  guest.finalization.install();

  const bindings = makeBindings(guest, { commandLine: () => commandLine, stacks, compiler });
  const perContext = runPerContextScripts(guest);
  bindings.useDomException(() => perContext.DOMException as never);
  bindings.emitMessage.current = perContext.emitMessage as Callable;
  setUpProcess(guest);

  const { process } = guest;
  const primordials = guest.primordials;
  const noLinkedBinding = (name: string): never => {
    const error = new Error(`No such binding: ${name}`);
    throw Object.assign(error, { code: "ERR_INVALID_MODULE" });
  };
  run(guest, "internal/bootstrap/realm", [process, noLinkedBinding, bindings.get, primordials]);
  const rest = [process, guest.require, guest.internalBinding, primordials];
  run(guest, "internal/bootstrap/node", rest);
  for (const id of [
    "internal/bootstrap/web/exposed-wildcard",
    "internal/bootstrap/web/exposed-window-or-worker",
    ...(isMain
      ? [
          "internal/bootstrap/switches/is_main_thread",
          "internal/bootstrap/switches/does_own_process_state",
        ]
      : [
          "internal/bootstrap/switches/is_not_main_thread",
          "internal/bootstrap/switches/does_not_own_process_state",
        ]),
  ]) {
    if (guest.configuration.builtinIds.includes(id)) run(guest, id, rest);
  }
  // Before anything can come for this thread.
  guest.internalBinding("worker");
  const alive = (): boolean => guest.loop.isAlive;
  return {
    begin(json) {
      const facts = JSON.parse(json) as GuestFacts;
      guest.begin(facts);
      // The main thread's doing, for the whole process.
      if (isMain) {
        guest.kernel.ignoreBrokenPipes();
        guest.kernel.openStandardStreams();
      }
      const { sharedEnvironment } = guest.configuration;
      if (sharedEnvironment > 0) guest.environment.join(sharedEnvironment);
      else Object.assign(guest.environment.object, facts.env);
      commandLine = parseCommandLine(parser, facts, isTerminal);
      guest.options = commandLine.options;
      guest.v8Flags.set([...guest.configuration.v8Flags, ...commandLine.v8Flags]);
      guest.v8Flags.apply(guest.native);
      exposeGc(guest);
      restrictProto(guest, Object.prototype);
      const resultFd = facts.code?.resultFd ?? null;
      if (resultFd !== null) installResult(guest, resultFd);
    },
    start() {
      if (!isMain) {
        guest.callback(process, () => run(guest, "internal/main/worker_thread", rest), []);
        return alive();
      }
      const { entry } = commandLine;
      if (entry.kind !== "main") {
        answerDirectly(guest, commandLine);
        return false;
      }
      const main = { [guest.symbols.async_id_symbol as symbol]: MAIN_ASYNC_ID };
      guest.callback(main, () => run(guest, entry.module, rest), []);
      // Ticks behind one that has thrown.
      if (guest.tickInfo[0] !== 0) guest.runTicks();
      return alive();
    },
    turn() {
      guest.finalization.run();
      guest.onTurn?.();
      return guest.loop.turn();
    },
    finish: () => finish(guest),
  };
}

/** The function `gc`, where V8's flags ask for it. */
function exposeGc(guest: Guest): void {
  const gc = guest.v8Flags.gc(() => guest.native.collectGarbage());
  if (!gc) return;
  const hidden = { writable: true, enumerable: false, configurable: true };
  Object.defineProperty(globalThis, "gc", { ...hidden, value: gc });
}

/** Runs one of Node's bootstrap files. */
function run(guest: Guest, id: string, args: readonly unknown[]): unknown {
  return apply(compileBuiltin(guest, id), undefined, args as never[]);
}

interface Parts {
  readonly commandLine: () => CommandLine;
  readonly stacks: StackTraces;
  readonly compiler: Compiler;
}

function makeBindings(guest: Guest, parts: Parts) {
  const { commandLine, stacks, compiler } = parts;
  const made = new Map<string, Binding>();
  // First, because handles take their ids from it.
  const asyncWrap = asyncWrapBinding(guest);
  const HandleWrap = makeHandleClass(guest);
  const children = new ChildProcesses(guest);
  const signals = signalWrapBinding(guest, HandleWrap);
  guest.loop.onSignal = (signal) => {
    if (signal === SIGCHLD) children.reap();
    signals.deliver(signal);
  };
  const streams = streamBindings(guest, HandleWrap);
  const ownPrototypes = builtinPrototypes();
  const makeSnapshotHandle = snapshotHandles(guest, streams.StreamBase);
  let domException: () => new (message: string, name: string) => Error = () => Error as never;
  const messaging = messagingBinding(guest, HandleWrap, () => domException());

  let cryptoParts: CryptoParts | undefined;
  const crypto = (): CryptoParts => {
    cryptoParts ??= makeCryptoParts(guest);
    return cryptoParts;
  };

  const makers: Readonly<Record<string, () => Binding>> = {
    async_context_frame: () => small.asyncContextFrameBinding(guest),
    async_wrap: () => asyncWrap,
    blob: () => blobBinding(guest),
    block_list: () => blockListBinding(guest),
    buffer: () => bufferBinding(guest),
    builtins: () => builtinsBinding(guest),
    cjs_lexer: cjsLexerBinding,
    cares_wrap: () => caresBinding(guest),
    config: configBinding,
    contextify: () => contextifyBinding(guest, compiler),
    constants: () => constantsBinding(guest),
    credentials: () => credentialsBinding(guest),
    crypto: () => crypto().binding,
    diagnostics_channel: small.diagnosticsChannelBinding,
    encoding_binding: () => encodingBinding(guest),
    errors: () => errorsBinding(guest, stacks),
    fs: () => ({ ...fsBinding(guest, HandleWrap, streams.StreamBase), ...fsTrees(guest) }),
    fs_dir: () => fsDirBinding(guest, HandleWrap),
    fs_event_wrap: () => fsEventWrapBinding(guest, HandleWrap),
    http_parser: () => httpParserBinding(guest),
    http2: () => http2Binding(guest, HandleWrap, streams.StreamBase),
    icu: () => icuBinding(guest),
    internal_only_v8: () => queryObjectsBinding(guest, ownPrototypes),
    heap_utils: () => heapUtilsBinding(guest, makeSnapshotHandle),
    inspector: small.inspectorBinding,
    ipc_serdes: () => ipcSerdesBinding(guest),
    js_stream: () => jsStreamBinding(guest, streams.StreamBase),
    locks: () => locksBinding(guest),
    messaging: () => messaging.binding,
    mksnapshot: small.mksnapshotBinding,
    module_wrap: () => moduleWrapBinding(guest, compiler),
    modules: () => modulesBinding(guest),
    options: () => optionsBinding(guest, () => commandLine().options),
    os: () => osBinding(guest),
    performance: () => performanceBinding(guest),
    permission: small.permissionBinding,
    pipe_wrap: () => pipeWrapBinding(guest, streams.LibuvStreamWrap),
    process_methods: () => processMethodsBinding(guest, children, commandLine),
    process_wrap: () => processWrapBinding(guest, HandleWrap, children),
    report: () => small.reportBinding(guest),
    sea: small.seaBinding,
    serdes: () => serdesBinding(guest),
    signal_wrap: () => signals.binding,
    spawn_sync: () => spawnSyncBinding(guest, children),
    stream_pipe: () => streamPipeBinding(guest, streams.StreamBase),
    stream_wrap: () => streams.streamWrap,
    string_decoder: () => stringDecoderBinding(guest),
    symbols: () => small.symbolsBinding(guest),
    task_queue: () => taskQueueBinding(guest),
    tcp_wrap: () => tcpWrapBinding(guest, streams.LibuvStreamWrap),
    timers: () => timersBinding(guest),
    tls_wrap: () => tlsWrapBinding(guest, streams.StreamBase, crypto()),
    trace_events: small.traceEventsBinding,
    tty_wrap: () => streams.ttyWrap,
    types: () => typesBinding(guest),
    udp_wrap: () => udpWrapBinding(guest, HandleWrap),
    url: () => urlBinding(guest),
    url_pattern: () => urlPatternBinding(guest),
    util: () => utilBinding(guest),
    uv: () => small.uvBinding(guest),
    v8: () => v8Binding(guest),
    wasi: () => wasiBinding(guest),
    wasm_web_api: small.wasmWebApiBinding,
    worker: () => workerBinding(guest, HandleWrap, messaging, makeSnapshotHandle),
    zlib: () => zlibBinding(guest),
  };

  const get = (name: string): Binding => {
    const known = made.get(name);
    if (known) return known;
    const make = Object.hasOwn(makers, name) ? makers[name] : undefined;
    if (!make && !guest.configuration.surface[name]) throw guest.noBinding(name);
    const binding = fillFromSurface(guest, name, make?.() ?? {});
    made.set(name, binding);
    return binding;
  };
  return {
    get,
    emitMessage: messaging.emitMessage,
    useDomException(getter: typeof domException) {
      domException = getter;
    },
  };
}

/** The scripts that make primordials, DOMException and the message port's emitter. */
function runPerContextScripts(guest: Guest): Record<string, unknown> {
  const exports: Record<string, unknown> = {};
  const privateSymbols = guest.privateSymbols.byName;
  const args = [exports, guest.primordials, privateSymbols, guest.symbols];
  for (const name of ["primordials", "domexception", "messageport"]) {
    run(guest, `internal/per_context/${name}`, args);
  }
  return exports;
}

function setUpProcess(guest: Guest): void {
  const { process, configuration } = guest;
  const constant = (name: string, value: unknown): void => {
    Object.defineProperty(process, name, {
      value,
      enumerable: true,
      writable: false,
      configurable: true,
    });
  };
  process[guest.privateSymbols.get("exit_info_private_symbol")] = new Int32Array(3);
  constant("version", `v${configuration.versions.node}`);
  constant("versions", Object.freeze({ ...configuration.versions }));
  constant("arch", configuration.arch);
  constant("platform", "linux");
  constant("release", { ...configuration.release });
  process.env = guest.environment.object;
}

/**
 * V8 compiles WebAssembly in tasks of its own, which run only while an isolate is entered in another
 * way than ours: the promises of these functions would never settle. So they compile at once.
 */
function makeWasmSynchronous(): void {
  const { Module, Instance } = WebAssembly;
  /** Errors name the function that was called. */
  const named = <Result>(name: string, run: () => Result): Result => {
    try {
      return run();
    } catch (error) {
      if (error instanceof Error) {
        error.message = error.message.replace(
          /^WebAssembly\.(?:Module|Instance)\(\)/,
          `WebAssembly.${name}()`,
        );
      }
      throw error;
    }
  };
  const replacements = {
    compile: async (bytes: Uint8Array<ArrayBuffer>) => named("compile", () => new Module(bytes)),
    instantiate: async (
      source: Uint8Array<ArrayBuffer> | WebAssembly.Module,
      imports?: WebAssembly.Imports,
    ) =>
      named("instantiate", () => {
        if (source instanceof Module) return new Instance(source, imports);
        const module = new Module(source);
        return { module, instance: new Instance(module, imports) };
      }),
  };
  Object.assign(WebAssembly, replacements);
}

/** `--version`, and what is wrong with the command line. */
function answerDirectly(guest: Guest, { entry }: CommandLine): void {
  const say = (fd: number, text: string): number =>
    guest.kernel.writeFully(fd, utf8Encode(`${text}\n`), -1);
  switch (entry.kind) {
    case "version":
      say(1, `v${guest.configuration.versions.node}`);
      guest.exit(0);
      break;
    case "usage":
      say(2, entry.message);
      guest.exit(entry.code);
      break;
    case "main":
  }
}
