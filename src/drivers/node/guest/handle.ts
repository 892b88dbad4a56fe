/** libuv handles as Node's library sees them: counted by the loop, closed once. */
import type { Guest } from "./guest.js";

/** A libuv handle. */
export interface Handle {
  readonly asyncResource: object;
  readonly isHandleClosed: boolean;
  readonly isHandleReferenced: boolean;
  readonly isHandleActive: boolean;
  close(callback?: unknown): void;
  /** Gives back what the handle holds. */
  onHandleClose(): void;
  hasRef(): boolean | undefined;
  ref(): void;
  unref(): void;
  getAsyncId(): number;
  getProviderType(): number;
}

export type HandleClass = new (type: string, isReferenced?: boolean) => Handle;

/** The base class of all handle shims, made for one guest. */
export function makeHandleClass(guest: Guest): HandleClass {
  guest.loop.handles.ownerSymbol = guest.symbols.owner_symbol ?? null;
  const onClose = guest.symbols.handle_onclose as symbol;

  return class HandleWrap extends guest.native.HostObject {
    #asyncId: number;
    #isReferenced: boolean;
    #asyncResource: object = this;
    #isClosed = false;
    /** Its close callback is called, or has been. */
    #hasEnded = false;
    #isGone = false;
    readonly #type: string;

    constructor(type: string, isReferenced = true) {
      super();
      this.#type = type;
      this.#isReferenced = isReferenced;
      guest.loop.handles.add(this, type);
      this.#asyncId = guest.asyncContext?.newId() ?? 0;
      const hidden = { enumerable: false, configurable: true, writable: true };
      Object.defineProperty(this, guest.symbols.async_id_symbol as symbol, {
        ...hidden,
        value: this.#asyncId,
      });
      Object.defineProperty(this, guest.symbols.trigger_async_id_symbol as symbol, {
        ...hidden,
        value: guest.asyncContext?.triggerId() ?? 0,
      });
      guest.asyncContext?.emitInit(this, type);
    }

    /** Whom its callbacks belong to: itself, or what it was given to by `asyncReset`. */
    get asyncResource(): object {
      return this.#asyncResource;
    }

    get isHandleClosed(): boolean {
      return this.#isClosed;
    }

    get isHandleReferenced(): boolean {
      return this.#isReferenced;
    }

    /** Whether it reads, listens, runs or waits. */
    get isHandleActive(): boolean {
      return true;
    }

    close(callback?: unknown): void {
      if (this.#isClosed) return;
      this.#isClosed = true;
      guest.loop.handles.delete(this);
      this.onHandleClose();
      if (typeof callback === "function") {
        (this as Record<PropertyKey, unknown>)[onClose] = callback;
      }
      guest.loop.enqueueClose(() => {
        this.#hasEnded = true;
        const called = (this as Record<PropertyKey, unknown>)[onClose];
        if (typeof called === "function") guest.callback(this, called, []);
        this.#isGone = true;
        guest.asyncContext?.emitDestroy(this.#asyncResource);
      });
    }

    onHandleClose(): void {}

    /** undefined: libuv's handle is no more. */
    hasRef(): boolean | undefined {
      return this.#isGone ? undefined : this.#isReferenced && !this.#hasEnded;
    }

    ref(): void {
      this.#isReferenced = true;
      this.onReference?.(true);
    }

    unref(): void {
      this.#isReferenced = false;
      this.onReference?.(false);
    }

    /** For handles that tell the loop by themselves. */
    declare onReference?: (isReferenced: boolean) => void;

    getAsyncId(): number {
      return this.#asyncId;
    }

    /** Another use of this handle begins, such as the next request of a connection that was kept. */
    asyncReset(resource: object = this): void {
      guest.asyncContext?.emitDestroy(this.#asyncResource);
      this.#asyncId = guest.asyncContext?.newId() ?? 0;
      this.#asyncResource = resource;
      for (const one of [this, resource]) {
        Object.defineProperty(one, guest.symbols.async_id_symbol as symbol, {
          value: this.#asyncId,
          enumerable: false,
          configurable: true,
          writable: true,
        });
      }
      guest.asyncContext?.emitInit(resource, this.#type);
    }

    getProviderType(): number {
      return 0;
    }
  };
}
