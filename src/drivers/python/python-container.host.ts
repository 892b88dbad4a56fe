/**
 * Holds one Python guest's isolate. Runs in a guest host process or in a worker thread, never in the
 * host application's own thread. A container is made before there is a guest: CPython is instantiated
 * already when one comes.
 */
import { randomFillSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import type * as Ivm from "isolated-vm";
import { HEADER_BYTES, PAYLOAD_BYTES } from "../../bridge/wire.js";
import { bytesOfText } from "../../kernel/byte-text.js";
import { plainCommandLine } from "./command-line.js";

/** Of the isolate's own heap, which holds the import object and CPython's tables, not its memory. */
const HEAP_MB = 128;
/**
 * Where CPython says RecursionError: its own stack in linear memory has more room, but V8's, which the same calls are
 * on, would be over first and end the guest. Measured: nested lists, dicts, JSON, pickles and calls end in RecursionError
 * with 72 KiB in use, and some of them in V8's with 136, when V8 has its usual stack of 1 MB. With 60 MB that is far away.
 */
const hasLargeStack = process.execArgv.some((flag) => flag.startsWith("--stack-size="));
const stackBytes = (hasLargeStack ? 1024 : 96) * 1024;

/** What initialising, and packing the library, may take. */
const PREPARING_BYTES = 1024 * 1024 * 1024;
/** "Exit code" of a guest whose process the kernel has ended. */
const ENDED = -1;

/** The kernel has ended the process: there is nobody to answer to. */
export class GuestEnded extends Error {}

export interface PythonTools {
  readonly ivm: typeof Ivm;
  readonly module: WebAssembly.Module;
  readonly script: string;
}

/** Loads what every guest needs. */
export function loadTools(wasm: string, bundleFile: URL): PythonTools {
  const ivm = createRequire(import.meta.url)("isolated-vm") as typeof Ivm;
  // CPython's loop is one huge function: optimising it takes seconds of every core and 30 MB, again in each process,
  // and programs were slower with it for their first quarter of a minute.
  setFlagsFromString("--liftoff-only");
  const module = new WebAssembly.Module(readFileSync(wasm));
  const script = `(() => { ${readFileSync(bundleFile, "utf8")}\nreturn secureExecGuest.boot; })()`;
  return { ivm, module, script };
}

/** The text is CPython's own. */
class StackOverflow extends Error {
  override readonly message = "Fatal Python error: Cannot recover from stack overflow.";
}

function isStackOverflow(thrown: unknown): boolean {
  return thrown instanceof RangeError && thrown.message.includes("call stack");
}

/** C strings, one after the other; what is no UTF-8 comes to Python as it was (surrogateescape). */
export function cStrings(strings: readonly string[]): Uint8Array {
  return bytesOfText(strings.map((text) => `${text.replaceAll("\0", "")}\0`).join(""));
}

export interface CommandLine {
  /** `argv[0]` */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

export class PythonContainer {
  readonly channel = new SharedArrayBuffer(HEADER_BYTES + PAYLOAD_BYTES);
  /** Carries the guest's calls: false when the process has ended. */
  carry: (length: number, isAnswered: boolean) => boolean = () => false;
  readonly #ivm: typeof Ivm;
  readonly #isolate: Ivm.Isolate;
  readonly #context: Ivm.Context;
  readonly #guest: Ivm.Reference;
  readonly #payload = new Uint8Array(this.channel, HEADER_BYTES);
  #exitCode: number | null = null;
  #isPrepared = false;

  /** The guest's clocks go in steps of 1 ms. */
  isCoarse = false;
  /** Bytes that the guest's memory may grow to. */
  memoryLimit = PREPARING_BYTES;

  constructor({ ivm, module, script }: PythonTools) {
    this.#ivm = ivm;
    this.#isolate = new ivm.Isolate({ memoryLimit: HEAP_MB });
    this.#context = this.#isolate.createContextSync();
    const boot = this.#isolate
      .compileScriptSync(script, { filename: "secure-exec:python-guest" })
      .runSync(this.#context, { reference: true }) as Ivm.Reference;
    const starter = this.#isolate
      .compileScriptSync(STARTER, { filename: "secure-exec:guest-starter" })
      .runSync(this.#context, { reference: true }) as Ivm.Reference;
    this.#guest = starter.applySync(
      undefined,
      [
        boot,
        new ivm.ExternalCopy(module).copyInto({ release: true }),
        new ivm.ExternalCopy(this.channel).copyInto({ release: true }),
        new ivm.Callback((length: number, isAnswered: boolean) => this.#carry(length, isAnswered)),
        new ivm.Callback(() => this.#now()),
        new ivm.Callback((length: number) => this.#fillRandom(length)),
        new ivm.Callback((code: number) => this.#exit(code)),
        stackBytes,
        new ivm.Callback(() => this.memoryLimit),
      ] as never[],
      { result: { reference: true } },
    ) as Ivm.Reference;
  }

  /** Initialises the interpreter, whose calls `carry` serves meanwhile. */
  prepare(carry: () => boolean): void {
    this.carry = carry;
    const prepare = this.#guest.getSync("prepare", { reference: true }) as Ivm.Reference;
    prepare.applySync(undefined, []);
    this.carry = () => false;
    this.#isPrepared = true;
  }

  /** Whether it can run that command line. */
  canRun({ args, env, cwd }: CommandLine): boolean {
    return !this.#isPrepared || plainCommandLine(args, env, cwd) !== null;
  }

  /** Runs a command line to its end: the exit code. Throws GuestEnded when the kernel has ended the process. */
  run({ program, args, env, cwd }: CommandLine): number {
    const argv = [program, ...args];
    const environ = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const copy = (strings: readonly string[]) =>
      new this.#ivm.ExternalCopy(cStrings(strings)).copyInto({ release: true });
    const plain = this.#isPrepared ? plainCommandLine(args, env, cwd) : null;
    try {
      if (plain) {
        const strings = [argv, plain.argv, environ].map(
          (each) => `'${Buffer.from(cStrings(each)).toString("hex")}'`,
        );
        const refresh = `__import__('_secure_exec_start').refresh(${strings.join(", ")})`;
        const parts = [copy([plain.text]), copy(plain.argv), copy([refresh])];
        const resume = this.#guest.getSync("resume", { reference: true }) as Ivm.Reference;
        resume.applySync(undefined, [plain.kind, ...parts]);
      } else {
        const start = this.#guest.getSync("start", { reference: true }) as Ivm.Reference;
        start.applySync(undefined, [copy(argv), copy(environ)]);
      }
    } catch (thrown) {
      if (this.#exitCode === null) throw isStackOverflow(thrown) ? new StackOverflow() : thrown;
    }
    if (this.#exitCode === null || this.#exitCode === ENDED) throw new GuestEnded();
    return this.#exitCode;
  }

  #now(): number {
    const nowMs = performance.now();
    return this.isCoarse ? Math.floor(nowMs) : nowMs;
  }

  dispose(): void {
    if (!this.#isolate.isDisposed) this.#isolate.dispose();
  }

  #carry(length: number, isAnswered: boolean): boolean {
    try {
      if (this.carry(length, isAnswered)) return true;
    } catch {
      // A broken channel: nothing of the reason may reach the guest.
    }
    return false;
  }

  #fillRandom(length: number): void {
    randomFillSync(this.#payload, 0, Math.min(Math.max(0, length | 0), PAYLOAD_BYTES));
  }

  /** Unwinds the guest, whatever it is doing: its isolate is gone when this returns. */
  #exit(code: number): void {
    this.#exitCode ??= code === ENDED ? ENDED : code & 0xff;
    this.#isolate.dispose();
  }
}

/** Guest side: puts the hooks into the shape that `boot` takes. */
const STARTER = `(boot, module, channel, carry, now, fillRandom, exit, stackBytes, memoryLimit) =>
  boot.deref()({ module, channel, carry, now, fillRandom, exit, stackBytes, memoryLimit })`;
