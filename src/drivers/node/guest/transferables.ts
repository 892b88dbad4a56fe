/**
 * What a message may hold beside plain values: ports, and objects of Node's library that say by symbols how they are cloned
 * or moved (`internal/worker/js_transferable`). One of them writes a message's host objects, the other reads them.
 */
import type { Guest } from "./guest.js";
import { type MessageHooks, nativeKind, type PortId, type SerializationHooks } from "./native.js";

const TAG_PORT = 1;
const TAG_LIBRARY_OBJECT = 2;
const TAG_SEEN = 3;
/** What can't be moved is a `DataCloneError`, as HTML has it, from this Node on. */
const CLONE_ERRORS_SINCE = 22;
/** No module of Node's begins so. */
const OF_BINDING = "binding:";

type Method = (...args: unknown[]) => unknown;

/** What an object's clone or transfer method answers. */
interface Description {
  readonly data: unknown;
  /** `module:Constructor`. */
  readonly deserializeInfo: string;
}

/** What the messaging binding knows of ports. */
export interface PortRegistry {
  /** The number of a port; undefined for other objects, -1 for a port that is closed or was sent. */
  idOf(value: unknown): PortId | -1 | undefined;
  /** The port of a number that has come with a message. */
  adopt(id: PortId): object;
  /** It was sent: it is nobody's here. */
  detach(port: object): void;
}

/** An error of Node's C++ layer. */
export function nodeError<E extends Error>(error: E, code: string): E {
  return Object.assign(error, { code });
}

/** One message on its way out. */
export class OutgoingMessage {
  readonly #guest: Guest;
  readonly #ports: PortRegistry;
  readonly #cloneError: (message: string) => Error;
  readonly buffers: ArrayBuffer[] = [];
  readonly portObjects: object[] = [];
  readonly portIds: PortId[] = [];
  /** Objects of the library that are to be moved. */
  readonly #moved = new Set<object>();
  /** Library objects by their order in the message. */
  readonly #seen: object[] = [];

  constructor(guest: Guest, ports: PortRegistry, cloneError: (message: string) => Error) {
    this.#guest = guest;
    this.#ports = ports;
    this.#cloneError = cloneError;
    this.hooks = {
      error: cloneError,
      writeHost: (object) => this.#writeHost(object),
      // Newer libraries mark their objects so; older ones make them of a class of their own.
      mark: guest.privateSymbols.byName.transfer_mode_private_symbol,
    };
  }

  /** Takes a transfer list; throws what Node throws for what can't be in one. */
  addTransfers(list: readonly unknown[], source: object | undefined): void {
    for (const entry of list) {
      if (entry instanceof ArrayBuffer) this.#addBuffer(entry);
      else if (!this.#addPort(entry, source)) this.#addObject(entry);
    }
    // Also of those that this adds.
    for (const object of this.#moved) this.#addNested(object, source);
  }

  #addBuffer(buffer: ArrayBuffer): void {
    const untransferable = this.#guest.privateSymbols.get("untransferable_object_private_symbol");
    const isMarked = (buffer as unknown as Record<symbol, unknown>)[untransferable] === true;
    const { native, nodeMajor } = this.#guest;
    if (nodeMajor >= CLONE_ERRORS_SINCE) {
      const isMovable = native.isDetachable(buffer) && !native.wasDetached(buffer) && !isMarked;
      if (!isMovable) throw this.#unsupported();
    }
    // It is copied then.
    if (isMarked) return;
    if (this.buffers.includes(buffer)) {
      throw this.#cloneError("Transfer list contains duplicate ArrayBuffer");
    }
    this.buffers.push(buffer);
  }

  #addPort(entry: unknown, source: object | undefined): boolean {
    const id = this.#ports.idOf(entry);
    if (id === undefined) return false;
    if (entry === source) throw this.#cloneError("Transfer list contains source port");
    if (id === -1) throw this.#cloneError("MessagePort in transfer list is already detached");
    const untransferable = this.#guest.privateSymbols.get("untransferable_object_private_symbol");
    if ((entry as Record<symbol, unknown>)[untransferable] === true) {
      if (this.#guest.nodeMajor >= CLONE_ERRORS_SINCE) throw this.#unsupported();
      return true;
    }
    if (this.portIds.includes(id)) {
      throw this.#cloneError("Transfer list contains duplicate MessagePort");
    }
    this.portObjects.push(entry as object);
    this.portIds.push(id);
    return true;
  }

  #addObject(entry: unknown): void {
    const method = this.#method(entry, "messaging_transfer_symbol");
    if (method) {
      if (this.#moved.has(entry as object)) {
        const { name } = (entry as object).constructor;
        throw this.#cloneError(`Transfer list contains duplicate ${name}`);
      }
      this.#moved.add(entry as object);
      return;
    }
    if (this.#method(entry, "messaging_clone_symbol") || this.#isHostObject(entry)) {
      throw this.#unsupported();
    }
    if (this.#guest.nodeMajor >= CLONE_ERRORS_SINCE) {
      throw this.#cloneError("Found invalid value in transferList.");
    }
    throw nodeError(
      new TypeError("Found invalid object in transferList"),
      "ERR_INVALID_TRANSFER_OBJECT",
    );
  }

  #unsupported(): Error {
    return this.#cloneError("Cannot transfer object of unsupported type.");
  }

  #isHostObject(value: unknown): boolean {
    return value instanceof this.#guest.native.HostObject;
  }

  /** What a moved object holds has to be moved with it. */
  #addNested(object: object, source: object | undefined): void {
    const list = this.#method(object, "messaging_transfer_list_symbol");
    if (!list) return;
    for (const entry of Reflect.apply(list, object, []) as unknown[]) {
      if (entry instanceof ArrayBuffer) {
        if (!this.buffers.includes(entry)) this.#addBuffer(entry);
      } else if (
        this.#ports.idOf(entry) !== -1 &&
        !this.portObjects.includes(entry as object) &&
        !this.#addPort(entry, source)
      ) {
        if (this.#method(entry, "messaging_transfer_symbol")) this.#moved.add(entry as object);
      }
    }
  }

  #method(value: unknown, name: string): Method | undefined {
    if (typeof value !== "object" || value === null) return undefined;
    const method = (value as Record<symbol, unknown>)[this.#guest.symbols[name] as symbol];
    return typeof method === "function" ? (method as Method) : undefined;
  }

  /** V8's questions while it writes. */
  readonly hooks: SerializationHooks;

  #writeHost(object: object): void {
    const { native } = this.#guest;
    const seen = this.#seen.indexOf(object);
    if (seen >= 0) {
      native.write(nativeKind.uint32, TAG_SEEN);
      native.write(nativeKind.uint32, seen);
      return;
    }
    const port = this.portObjects.indexOf(object);
    if (port >= 0) {
      native.write(nativeKind.uint32, TAG_PORT);
      native.write(nativeKind.uint32, port);
      return;
    }
    this.#seen.push(object);
    const described = this.#describe(object);
    native.write(nativeKind.uint32, TAG_LIBRARY_OBJECT);
    native.write(nativeKind.value, described.deserializeInfo);
    native.write(nativeKind.value, described.data);
  }

  #describe(object: object): Description {
    const transfer = this.#method(object, "messaging_transfer_symbol");
    if (transfer && this.#moved.has(object)) {
      return Reflect.apply(transfer, object, []) as Description;
    }
    const describe = this.#guest.describers.get(object);
    if (describe) return describe() as Description;
    const clone = this.#method(object, "messaging_clone_symbol");
    if (clone) return Reflect.apply(clone, object, []) as Description;
    if (transfer || (this.#ports.idOf(object) ?? -1) !== -1) {
      const message =
        "Object that needs transfer was found in message but not listed in transferList";
      throw this.#guest.nodeMajor >= CLONE_ERRORS_SINCE
        ? this.#cloneError(message)
        : nodeError(new TypeError(message), "ERR_MISSING_TRANSFERABLE_IN_TRANSFER_LIST");
    }
    throw this.#guest.nodeMajor >= CLONE_ERRORS_SINCE
      ? this.#cloneError("Cannot clone object of unsupported type.")
      : this.#unsupported();
  }

  /** The message is on its way. */
  finish(): void {
    for (const port of this.portObjects) this.#ports.detach(port);
  }
}

/** What reads messages of one guest. */
export class IncomingMessages {
  readonly #guest: Guest;
  readonly #ports: PortRegistry;
  /** From the library: makes an object to deserialize into. */
  createObject: ((info: string) => object) | null = null;
  #received: object[] = [];
  #seen: object[] = [];

  constructor(guest: Guest, ports: PortRegistry) {
    this.#guest = guest;
    this.#ports = ports;
  }

  /** The ports that have come with the message that was read last. */
  get received(): readonly object[] {
    return this.#received;
  }

  readonly hooks: MessageHooks = {
    error: (message) => new Error(message),
    ports: (ids) => {
      this.#received = ids.map((id) => this.#ports.adopt(id));
      this.#seen = [];
    },
    readHost: () => this.#readHost(),
  };

  #reviverOf(info: string): ((data: unknown) => object) | undefined {
    if (!info.startsWith(OF_BINDING)) return undefined;
    // A thread may get a key before it has asked for the binding itself.
    this.#guest.internalBinding(info.split(":")[1] ?? "");
    return this.#guest.revivers.get(info);
  }

  #readHost(): object {
    const { native } = this.#guest;
    const tag = native.read(nativeKind.uint32);
    if (tag !== TAG_LIBRARY_OBJECT) {
      const list = tag === TAG_PORT ? this.#received : this.#seen;
      return list[native.read(nativeKind.uint32) ?? -1] as object;
    }
    const place = this.#seen.length;
    this.#seen.push({});
    const [info] = native.read(nativeKind.value) ?? [""];
    const [data] = native.read(nativeKind.value) ?? [undefined];
    const revive = this.#reviverOf(String(info));
    if (revive) {
      const object = revive(data);
      this.#seen[place] = object;
      return object;
    }
    const object = this.createObject?.(String(info)) ?? {};
    this.#seen[place] = object;
    const symbol = this.#guest.symbols.messaging_deserialize_symbol as symbol;
    Reflect.apply((object as Record<symbol, Method>)[symbol] as Method, object, [data]);
    return object;
  }
}

/** How a message names a class of a binding's: the library's classes have a module there. */
export function bindingClass(binding: string, name: string): string {
  return `${OF_BINDING}${binding}:${name}`;
}
