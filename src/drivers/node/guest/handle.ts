/** libuv handles as Node's library sees them: counted by the loop, closed once. */
import type { Guest } from "./guest.js";

/** A libuv handle. */
export interface Handle {
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
    #isClosed = false;

    #isGone = false;

    constructor(type: string, isReferenced = true) {
      super();
      this.#isReferenced = isReferenced;
      guest.loop.handles.add(this, type);
      this.#asyncId = guest.asyncContext?.newId() ?? 0;
      Object.defineProperty(this, guest.symbols.async_id_symbol as symbol, {
        value: this.#asyncId,
        enumerable: false,
        configurable: true,
        writable: true,
      });
      guest.asyncContext?.emitInit(this, type);
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
        const called = (this as Record<PropertyKey, unknown>)[onClose];
        if (typeof called === "function") guest.callback(this, called, []);
        this.#isGone = true;
        guest.asyncContext?.emitDestroy(this);
      });
    }

    onHandleClose(): void {}

    /** undefined: libuv's handle is no more. */
    hasRef(): boolean | undefined {
      return this.#isGone ? undefined : this.#isReferenced && !this.#isClosed;
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

    getProviderType(): number {
      return 0;
    }
  };
}
