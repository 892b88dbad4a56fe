/** `messaging`: structured clones, message ports and broadcast channels, within a thread and between those of one guest. */
import type { Binding, Callable, Guest } from "../guest/guest.js";
import type { Handle, HandleClass } from "../guest/handle.js";
import type { PortId } from "../guest/native.js";
import {
  IncomingMessages,
  nodeError,
  OutgoingMessage,
  type PortRegistry,
} from "../guest/transferables.js";

/** A message port as the guest half sees it. */
export interface Port {
  close(): void;
}

export interface MessagingParts {
  readonly binding: Binding;
  /** From `internal/per_context/messageport`. */
  readonly emitMessage: { current: Callable | null };
  /** Something may have come for ports of this thread. */
  deliver(): void;
  /** A port whose number this thread has been given. */
  portOf(id: PortId): object;
  /** Two ports of this thread that are connected: one as an object, one to give away. */
  openChannel(): { readonly port: Port; readonly other: PortId };
  /** Tells other threads that something has come for them. */
  wake(threads: readonly number[]): void;
}

/** Messages that a port hands out in one round, at least; more when more had come before. */
const ROUND = 1000;

export function messagingBinding(
  guest: Guest,
  HandleWrap: HandleClass,
  domException: () => new (message: string, name: string) => Error,
): MessagingParts {
  const { native, loop } = guest;
  const emitMessage: { current: Callable | null } = { current: null };
  const cloneError = (message: string): Error => {
    const DomException = domException();
    return new DomException(message, "DataCloneError");
  };

  /** Set while a port is made from the inside. */
  let givenId: PortId | null = null;
  const ports = new Map<PortId, PortState>();
  const states = new WeakMap<object, PortState>();
  const stateOf = (value: unknown): PortState | undefined =>
    typeof value === "object" && value !== null ? states.get(value) : undefined;

  const wake = (threads: readonly number[]): void => {
    for (const thread of threads) {
      if (thread === guest.configuration.thread) deliver();
      else guest.kernel.call("wake_thread", { thread });
    }
  };
  const deliver = (): void => {
    for (const id of native.takeReady()) ports.get(id)?.schedule();
  };

  let scheduled: PortState[] = [];
  /** In the order they were made, as libuv would: each hands out all that has come for it. */
  const runScheduled = (): void => {
    const round = scheduled.sort((a, b) => a.id - b.id);
    scheduled = [];
    for (let index = 0; index < round.length; index++) (round[index] as PortState).run();
  };

  /** What a port object stands for. Kept apart: the library makes the class an EventTarget's. */
  class PortState {
    readonly port: Handle;
    /** -1: it was closed, or sent to somebody else. */
    id: PortId | -1;
    isStarted = false;
    isClosing = false;
    #isScheduled = false;
    readonly waiter = { isReferenced: true };

    constructor(port: Handle, id: PortId) {
      this.port = port;
      this.id = id;
      ports.set(id, this);
      states.set(port, this);
    }

    schedule(): void {
      if (this.#isScheduled || !this.#wantsNext) return;
      this.#isScheduled = true;
      if (scheduled.length === 0) loop.enqueue(runScheduled);
      scheduled[scheduled.length] = this;
    }

    /** Until it is started, it only hears that the other end has closed. */
    get #wantsNext(): boolean {
      return this.id !== -1 && (this.isStarted || native.isNextClose(this.id));
    }

    run(): void {
      this.#isScheduled = false;
      const limit = this.id === -1 ? 0 : Math.max(ROUND, native.pending(this.id));
      for (let count = 0; this.#wantsNext && count < limit; count++) {
        if (!this.emitNext()) return;
      }
      this.schedule();
    }

    /** Hands a message to its listeners; false when there is none. */
    emitNext(): boolean {
      if (this.id === -1) return false;
      let message: [unknown] | null | undefined;
      try {
        message = native.receive(this.id, incoming.hooks);
      } catch (error) {
        this.#emit(error, [], "messageerror");
        return true;
      }
      if (message === undefined) return false;
      if (message === null) {
        closePort(this.port);
        return false;
      }
      this.#emit(message[0], incoming.received, "message");
      return true;
    }

    #emit(value: unknown, received: readonly object[], type: string): void {
      if (emitMessage.current) {
        guest.callback(this.port, emitMessage.current, [value, received, type]);
      }
    }

    /** It was closed or sent: nothing comes here any more. */
    leave(): void {
      if (this.id !== -1) ports.delete(this.id);
      this.id = -1;
      loop.waiters.delete(this.waiter);
    }
  }

  // No `class … extends`: the library gives it another parent, which `super()` would call.
  const MessagePort = function MessagePort(): Handle {
    if (givenId === null) {
      throw nodeError(new TypeError("Constructor cannot be called"), "ERR_CONSTRUCT_CALL_INVALID");
    }
    const id = givenId;
    givenId = null;
    const port = Reflect.construct(HandleWrap, ["MESSAGEPORT", false], MessagePort) as Handle;
    const state = new PortState(port, id);
    Object.defineProperties(port, {
      // What has come already is still told.
      onHandleClose: {
        value: () => {
          state.isClosing = true;
          loop.enqueueClose(() => closeState(state));
        },
      },
      onReference: {
        value: (isReferenced: boolean) => {
          if (isReferenced && state.id !== -1) loop.waiters.add(state.waiter);
          else loop.waiters.delete(state.waiter);
        },
      },
    });
    const init = (port as unknown as Record<PropertyKey, unknown>)[guest.symbols.oninit as symbol];
    if (typeof init === "function") Reflect.apply(init, port, []);
    return port;
  } as unknown as new () => Handle;

  const methods = {
    postMessage(this: unknown, ...args: unknown[]): boolean | undefined {
      if (args.length === 0) {
        throw nodeError(
          new TypeError("Not enough arguments to MessagePort.postMessage"),
          "ERR_MISSING_ARGS",
        );
      }
      const state = stateOf(this);
      if (!state) throw nodeError(new TypeError("Illegal invocation"), "ERR_INVALID_THIS");
      return send(state, args[0], transferList(args[1], "Optional transferList argument"));
    },

    start(this: unknown): void {
      const state = stateOf(this);
      if (!state || state.id === -1) return;
      state.isStarted = true;
      if (native.pending(state.id) > 0) state.schedule();
    },
  };
  Object.setPrototypeOf(MessagePort.prototype, HandleWrap.prototype);
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(MessagePort.prototype, name, {
      value,
      writable: true,
      configurable: true,
      enumerable: true,
    });
  }

  const { close } = HandleWrap.prototype as { close(): void };
  const closePort = (port: object): void => Reflect.apply(close, port, []);

  const registry: PortRegistry = {
    idOf: (value) => {
      const state = stateOf(value);
      return state?.isClosing ? -1 : state?.id;
    },
    adopt: (id) => makePort(id),
    detach(port) {
      stateOf(port)?.leave();
      closePort(port);
    },
  };
  const incoming = new IncomingMessages(guest, registry);

  function makePort(id: PortId): Handle {
    givenId = id;
    return new MessagePort();
  }

  function closeState(state: PortState): void {
    const { id } = state;
    state.leave();
    if (id === -1) return;
    const thread = native.closePort(id);
    if (thread !== undefined) wake([thread]);
  }

  function send(
    state: PortState,
    value: unknown,
    transfers: readonly unknown[],
  ): boolean | undefined {
    const message = new OutgoingMessage(guest, registry, cloneError);
    message.addTransfers(transfers, state.port);
    if (state.id === -1) {
      // Nobody hears it, but what can't be sent is told, and what was given is gone.
      clone(value, message);
      return undefined;
    }
    const threads = native.post(state.id, value, message.hooks, message.buffers, message.portIds);
    message.finish();
    if (threads === null) {
      const { emitWarning } = guest.process as { emitWarning(text: string): void };
      emitWarning("The target port was posted to itself, and the communication channel was lost");
      deliver();
      return true;
    }
    if (threads) wake(threads);
    // Also when nobody hears it.
    return true;
  }

  /** The channel that clones go through. */
  let mirror: readonly [PortId, PortId] | undefined;

  function clone(value: unknown, message: OutgoingMessage): unknown {
    mirror ??= native.makeChannel();
    if (!mirror) throw cloneError("Data cannot be cloned, out of memory.");
    native.post(mirror[0], value, message.hooks, message.buffers, message.portIds);
    message.finish();
    return native.receive(mirror[1], incoming.hooks)?.[0];
  }

  const MessageChannel = function MessageChannel(this: { port1: Handle; port2: Handle }): void {
    if (!new.target) {
      throw nodeError(
        new TypeError("Cannot call constructor without `new`"),
        "ERR_CONSTRUCT_CALL_REQUIRED",
      );
    }
    const ids = native.makeChannel();
    if (!ids) throw new RangeError("Too many message ports");
    this.port1 = makePort(ids[0]);
    this.port2 = makePort(ids[1]);
  };

  /** An iterable, or an object with one as `transfer`. */
  function transferList(given: unknown, name: string): unknown[] {
    if (given === undefined || given === null) return [];
    if (typeof given !== "object" && typeof given !== "function") {
      throw nodeError(new TypeError(`${name} must be an iterable`), "ERR_INVALID_ARG_TYPE");
    }
    const list = listOf(given);
    if (list) return list;
    const { transfer } = given as { transfer?: unknown };
    if (transfer === undefined) return [];
    const transfers = listOf(transfer);
    if (transfers) return transfers;
    throw nodeError(
      new TypeError("Optional options.transfer argument must be an iterable"),
      "ERR_INVALID_ARG_TYPE",
    );
  }

  const portArgument = (value: unknown, message: string): PortState => {
    const state = stateOf(value);
    if (state) return state;
    throw nodeError(new TypeError(message), "ERR_INVALID_ARG_TYPE");
  };

  return {
    emitMessage,
    deliver,
    wake,
    portOf: makePort,
    openChannel() {
      const ids = native.makeChannel();
      if (!ids) throw new RangeError("Too many message ports");
      return { port: makePort(ids[0]) as unknown as Port, other: ids[1] };
    },
    binding: {
      MessageChannel,
      MessagePort,
      JSTransferable: class JSTransferable extends native.HostObject {},
      setDeserializerCreateObjectFunction(create: (info: string) => object) {
        incoming.createObject = create;
      },
      setDeserializerCreateFunction(create: (info: string) => object) {
        incoming.createObject = create;
      },
      stopMessagePort(port: unknown) {
        const state = stateOf(port);
        if (state) state.isStarted = false;
      },
      checkMessagePort: (port: unknown) => stateOf(port) !== undefined,
      drainMessagePort(port: unknown) {
        const state = stateOf(port);
        while (state?.emitNext());
      },
      receiveMessageOnPort(port: unknown) {
        const state = portArgument(port, 'The "port" argument must be a MessagePort instance');
        if (state.id === -1) return guest.symbols.no_message_symbol;
        const message = native.receive(state.id, incoming.hooks);
        if (message === null) closePort(state.port);
        return message ? message[0] : guest.symbols.no_message_symbol;
      },
      moveMessagePortToContext: guest.missing("messaging", "moveMessagePortToContext"),
      broadcastChannel(name: string) {
        const id = native.joinBroadcast(String(name));
        if (id === undefined) throw new RangeError("Too many message ports");
        return makePort(id);
      },
      structuredClone(...args: unknown[]) {
        if (args.length === 0) {
          throw nodeError(
            new TypeError("The value argument must be specified"),
            "ERR_MISSING_ARGS",
          );
        }
        const options = args[1];
        if (options !== undefined && options !== null && typeof options !== "object") {
          throw nodeError(
            new TypeError("The options argument must be either an object or undefined"),
            "ERR_INVALID_ARG_TYPE",
          );
        }
        const message = new OutgoingMessage(guest, registry, cloneError);
        const given = (options as { transfer?: unknown } | null | undefined)?.transfer;
        const transfer = given ?? undefined;
        message.addTransfers(transferList({ transfer }, "options.transfer"), undefined);
        return clone(args[0], message);
      },
      get DOMException() {
        return domException();
      },
      exposeLazyDOMExceptionProperty(target: object) {
        Object.defineProperty(target, "DOMException", {
          configurable: true,
          enumerable: false,
          get: domException,
        });
      },
    },
  };
}

/** What an iterable gives; undefined for everything that is none. */
function listOf(value: unknown): unknown[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const method = (value as { [Symbol.iterator]?: unknown })[Symbol.iterator];
  if (typeof method !== "function") return undefined;
  const iterator = Reflect.apply(method as () => unknown, value, []) as { next?: unknown } | null;
  if (typeof iterator !== "object" || iterator === null) return undefined;
  const { next } = iterator;
  if (typeof next !== "function") return undefined;
  const list: unknown[] = [];
  for (;;) {
    const step: unknown = Reflect.apply(next as () => unknown, iterator, []);
    if (typeof step !== "object" || step === null) return undefined;
    const { done, value } = step as { done?: unknown; value?: unknown };
    if (done) return list;
    list.push(value);
  }
}
