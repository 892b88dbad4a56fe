/** `heap_utils` and `internal_only_v8`: snapshots of the guest's own heap, and what is in it. */
import { O_CLOEXEC, O_CREAT, O_TRUNC, O_WRONLY } from "../../../kernel/constants.js";
import type { Binding, Guest } from "../guest/guest.js";
import { type StreamBase, type StreamBaseClass, UV_EOF } from "../guest/stream-base.js";

/** Only who runs it may read what was in its memory. */
const MODE = 0o600;

/** Makes the handle that a snapshot is read from, by the thread that has taken it. */
export type MakeSnapshotHandle = (thread: number) => StreamBase;

export function snapshotHandles(guest: Guest, StreamBase: StreamBaseClass): MakeSnapshotHandle {
  const { native } = guest;

  class HeapSnapshotStream extends StreamBase {
    readonly #thread: number;
    #isRead = false;

    constructor(thread: number) {
      super("HEAPSNAPSHOT");
      this.#thread = thread;
    }

    /** As in Node: all of it at once. Who hears of a part may ask for more in the midst of it. */
    override readStart(): number {
      if (this.#isRead) return 0;
      this.#isRead = true;
      for (let part = this.#next(); part; part = this.#next()) this.deliver(part.length, part);
      this.deliver(UV_EOF, new Uint8Array(0));
      return 0;
    }

    #next(): Uint8Array | undefined {
      return native.heapSnapshotPart(this.#thread);
    }
  }

  return (thread) => new HeapSnapshotStream(thread);
}

export function heapUtilsBinding(guest: Guest, makeHandle: MakeSnapshotHandle): Binding {
  const { native, kernel, configuration } = guest;
  const { thread } = configuration;
  let written = 0;

  /** As node::DiagnosticFilename makes it. */
  const diagnosticName = (): string => {
    const now = new Date();
    const two = (number: number): string => String(number).padStart(2, "0");
    const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
    const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
    const sequence = String(++written).padStart(3, "0");
    return `Heap.${day}.${time}.${guest.facts.pid}.${thread}.${sequence}.heapsnapshot`;
  };

  const take = (options: Uint8Array | undefined): void => {
    if (native.takeHeapSnapshot(options?.[0] === 1, options?.[1] === 1)) return;
    throw Object.assign(new Error("Failed to allocate memory"), {
      code: "ERR_MEMORY_ALLOCATION_FAILED",
    });
  };

  return {
    createHeapSnapshotStream(options?: Uint8Array) {
      take(options);
      return makeHandle(thread);
    },
    triggerHeapSnapshot(path: string | Uint8Array | undefined, options?: Uint8Array) {
      const target = path ?? diagnosticName();
      const fd = kernel.open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, MODE);
      const named = typeof target === "string" ? { path: target } : {};
      if (fd < 0) throw guest.uv.exception({ errno: fd, syscall: "open", ...named });
      let failed = 0;
      try {
        take(options);
        for (let part = native.heapSnapshotPart(thread); part; ) {
          const count = failed < 0 ? 0 : kernel.writeFully(fd, part, -1);
          if (count < 0) failed = count;
          part = native.heapSnapshotPart(thread);
        }
      } finally {
        kernel.close(fd);
      }
      if (failed < 0) throw guest.uv.exception({ errno: failed, syscall: "write", ...named });
      return target;
    },
  };
}

/** @param own - From `builtinPrototypes`, taken before any program has run. */
export function queryObjectsBinding({ native }: Guest, own: WeakSet<object>): Binding {
  return {
    /**
     * The objects that have a prototype, for the library to count or to show. Those of JavaScript's own prototypes
     * are counted only: what the guest half keeps to itself is among them.
     */
    queryObjects(prototype: object): object[] {
      const found = native.objectsWith(prototype);
      return own.has(prototype) ? found.map(() => Object.create(null) as object) : found;
    },
  };
}

/** The prototypes that every program has. */
export function builtinPrototypes(): WeakSet<object> {
  const prototypes = new WeakSet<object>();
  const add = (value: unknown): void => {
    const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
    if (!isObject || prototypes.has(value)) return;
    prototypes.add(value);
    add(Object.getPrototypeOf(value));
  };
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const value = Reflect.getOwnPropertyDescriptor(globalThis, name)?.value as unknown;
    if (typeof value === "function") add(value.prototype);
  }
  // Those that no global name leads to.
  const samples = [
    (function* () {})(),
    (async function* () {})(),
    [][Symbol.iterator](),
    new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](),
    ""[Symbol.iterator](),
    "".matchAll(/x/g),
    () => {},
    async () => {},
    function* () {},
    async function* () {},
  ];
  for (const sample of samples) add(Object.getPrototypeOf(sample));
  return prototypes;
}
