/** `messaging`: structured clones, and message channels within this one thread. */
import type { Binding, Callable, Guest } from "../guest/guest.js";
import type { HandleClass } from "../guest/handle.js";

export interface MessagingParts {
  readonly binding: Binding;
  /** From `internal/per_context/messageport`. */
  readonly emitMessage: { current: Callable | null };
}

export function messagingBinding(
  guest: Guest,
  HandleWrap: HandleClass,
  structuredClone: (value: unknown, transferList?: ArrayBuffer[]) => unknown,
  domException: () => new (message: string, name: string) => Error,
): MessagingParts {
  const emitMessage: { current: Callable | null } = { current: null };

  const clone = (value: unknown, transferList?: unknown): unknown => {
    try {
      const buffers = Array.isArray(transferList)
        ? transferList.filter((entry) => entry instanceof ArrayBuffer)
        : [];
      return structuredClone(value, buffers.length > 0 ? buffers : undefined);
    } catch (thrown) {
      const DomException = domException();
      throw new DomException(String((thrown as Error)?.message ?? thrown), "DataCloneError");
    }
  };

  let isConstructing = false;

  class MessagePort extends HandleWrap {
    peer: MessagePort | null = null;
    #queue: unknown[] = [];
    #isStarted = false;
    #isScheduled = false;

    constructor() {
      if (!isConstructing) {
        const error = new TypeError("Illegal constructor") as Error & { code: string };
        error.code = "ERR_CONSTRUCT_CALL_INVALID";
        throw error;
      }
      super("MESSAGEPORT");
      const init = (this as unknown as Record<PropertyKey, unknown>)[
        guest.symbols.oninit as symbol
      ];
      if (typeof init === "function") Reflect.apply(init, this, []);
    }

    postMessage(message: unknown, transferList?: unknown): void {
      const copy = clone(message, transferList);
      this.peer?.receive(copy);
    }

    receive(message: unknown): void {
      this.#queue.push(message);
      this.#schedule();
    }

    start(): void {
      this.#isStarted = true;
      this.#schedule();
    }

    stop(): void {
      this.#isStarted = false;
    }

    drain(): void {
      while (this.#queue.length > 0) this.#emit(this.#queue.shift());
    }

    /** For receiveMessageOnPort. */
    take(): { message: unknown } | null {
      return this.#queue.length > 0 ? { message: this.#queue.shift() } : null;
    }

    override onHandleClose(): void {
      const { peer } = this;
      this.peer = null;
      guest.loop.waiters.delete(this.#waiter);
      if (peer) {
        peer.peer = null;
        peer.close();
      }
    }

    override ref(): void {
      super.ref();
      if (!this.isHandleClosed) guest.loop.waiters.add(this.#waiter);
    }

    override unref(): void {
      super.unref();
      guest.loop.waiters.delete(this.#waiter);
    }

    /** A referenced port that listens keeps the program alive although nothing can be polled. */
    readonly #waiter = { isReferenced: true };

    #schedule(): void {
      if (!this.#isStarted || this.#isScheduled || this.#queue.length === 0) return;
      this.#isScheduled = true;
      guest.loop.enqueue(() => {
        this.#isScheduled = false;
        while (this.#isStarted && this.#queue.length > 0) this.#emit(this.#queue.shift());
      });
    }

    #emit(message: unknown): void {
      if (emitMessage.current) {
        guest.callback(this, emitMessage.current, [message, [], "message"]);
      }
    }
  }

  function makePort(): MessagePort {
    isConstructing = true;
    try {
      return new MessagePort();
    } finally {
      isConstructing = false;
    }
  }

  class MessageChannel {
    readonly port1: MessagePort;
    readonly port2: MessagePort;
    constructor() {
      this.port1 = makePort();
      this.port2 = makePort();
      this.port1.peer = this.port2;
      this.port2.peer = this.port1;
    }
  }

  return {
    emitMessage,
    binding: {
      MessageChannel,
      MessagePort,
      JSTransferable: class JSTransferable {},
      setDeserializerCreateObjectFunction() {},
      setDeserializerCreateFunction() {},
      stopMessagePort: (port: MessagePort) => port.stop(),
      checkMessagePort: (port: unknown) => port instanceof MessagePort,
      drainMessagePort: (port: MessagePort) => port.drain(),
      receiveMessageOnPort(port: MessagePort) {
        const taken = port.take();
        return taken ? taken.message : guest.symbols.no_message_symbol;
      },
      moveMessagePortToContext: guest.missing("messaging", "moveMessagePortToContext"),
      broadcastChannel: guest.missing("messaging", "broadcastChannel"),
      structuredClone: (value: unknown, options?: { transfer?: unknown }) =>
        clone(value, options?.transfer),
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
