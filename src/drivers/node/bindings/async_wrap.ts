/** `async_wrap`: the stack of asynchronous contexts and the hooks' plumbing. */
import type { Binding, Callable, Guest } from "../guest/guest.js";
import type { Native } from "../guest/native.js";

/** Places in `async_id_fields` and `async_hook_fields`, read from the host's own constants. */
interface Places {
  readonly kExecutionAsyncId: number;
  readonly kTriggerAsyncId: number;
  readonly kAsyncIdCounter: number;
  readonly kDefaultTriggerAsyncId: number;
  readonly kStackLength: number;
  readonly kInit: number;
  readonly kBefore: number;
  readonly kAfter: number;
  readonly kDestroy: number;
  readonly kCheck: number;
}

type PromiseHook = Parameters<Native["setPromiseHooks"]>[0];
export type PromiseHooks = [PromiseHook, PromiseHook, PromiseHook, PromiseHook];

/** A resource that tells by `destroyed` whether its end was told already. */
interface Watched {
  readonly id: number;
  readonly destroyed: { destroyed: boolean } | undefined;
}

/** Of the program's own run. */
export const MAIN_ASYNC_ID = 1;

/** Entries the stack of ids holds before it has to grow. */
const STACK_ENTRIES = 1024;

export function asyncWrapBinding(guest: Guest): Binding {
  const surface = guest.configuration.surface.async_wrap ?? {};
  const constants = surface.constants;
  const places = (constants?.kind === "value" ? constants.value : {}) as Places;
  const ids = new Float64Array(4);
  const fields = new Uint32Array(9);
  const resources: object[] = [];
  ids[places.kAsyncIdCounter] = 1;
  ids[places.kDefaultTriggerAsyncId] = -1;
  fields[places.kCheck] = 1;
  let hooks: Record<string, Callable> = {};
  let promiseHooks: PromiseHooks = [undefined, undefined, undefined, undefined];
  /** Resources whose end is told when they are collected. */
  const destroyWatch = new FinalizationRegistry<Watched>(({ id, destroyed }) => {
    if (!destroyed?.destroyed) emitDestroy(id);
  });

  const frames = new ContextFrames(guest);
  const binding: Binding = {
    async_id_fields: ids,
    async_hook_fields: fields,
    async_ids_stack: new Float64Array(STACK_ENTRIES * 2),
    execution_async_resources: resources,
    setupHooks(given: Record<string, Callable>) {
      hooks = given;
    },
    // Only executionAsyncResource() of callbacks that no handle has would need it.
    setCallbackTrampoline() {},
    pushAsyncContext,
    popAsyncContext,
    clearAsyncIdStack,
    executionAsyncResource: (index: number) => resources[index],
    queueDestroyAsyncId: (id: number) => emitDestroy(id),
    setPromiseHooks(...given: PromiseHooks) {
      promiseHooks = given;
      guest.native.setPromiseHooks(...given);
      for (const global of guest.contexts.all()) guest.native.setPromiseHooks(...given, global);
    },
    getPromiseHooks: () => promiseHooks,
    registerDestroyHook(resource: object, id: number, destroyed?: { destroyed: boolean }) {
      destroyWatch.register(resource, { id, destroyed });
    },
  };

  function pushAsyncContext(id: number, triggerId: number): void {
    const offset = fields[places.kStackLength] as number;
    let stack = binding.async_ids_stack as Float64Array;
    if (offset * 2 >= stack.length) {
      const grown = new Float64Array(stack.length * 2);
      grown.set(stack);
      binding.async_ids_stack = grown;
      stack = grown;
    }
    stack[offset * 2] = ids[places.kExecutionAsyncId] as number;
    stack[offset * 2 + 1] = ids[places.kTriggerAsyncId] as number;
    fields[places.kStackLength] = offset + 1;
    ids[places.kExecutionAsyncId] = id;
    ids[places.kTriggerAsyncId] = triggerId;
  }

  function popAsyncContext(_id: number): boolean {
    const length = fields[places.kStackLength] as number;
    if (length === 0) return false;
    const offset = length - 1;
    const stack = binding.async_ids_stack as Float64Array;
    ids[places.kExecutionAsyncId] = stack[offset * 2] as number;
    ids[places.kTriggerAsyncId] = stack[offset * 2 + 1] as number;
    if (resources.length > offset) resources.length = offset;
    fields[places.kStackLength] = offset;
    return offset > 0;
  }

  function clearAsyncIdStack(): void {
    frames.clear();
    ids[places.kExecutionAsyncId] = 0;
    ids[places.kTriggerAsyncId] = 0;
    fields[places.kStackLength] = 0;
    resources.length = 0;
  }

  /** Ends that hooks are still to hear of: never in the midst of what ends. */
  let ended: number[] = [];

  function emitDestroy(id: number): void {
    if (fields[places.kDestroy]) ended[ended.length] = id;
  }

  function tellOfEnded(): void {
    while (ended.length > 0) {
      const ids = ended;
      ended = [];
      guest.callback(guest.process, () => {
        for (let index = 0; index < ids.length; index++) hooks.destroy?.(ids[index] as never);
      }, []);
    }
  }
  guest.loop.beforeImmediates = tellOfEnded;

  const numberOf = (resource: object, symbol: symbol): number => {
    const id = (resource as Record<symbol, unknown>)[symbol];
    return typeof id === "number" ? id : 0;
  };
  const idOf = (resource: object): number =>
    numberOf(resource, guest.symbols.async_id_symbol as symbol);
  const triggerIdOf = (resource: object): number =>
    numberOf(resource, guest.symbols.trigger_async_id_symbol as symbol);

  const triggerId = (): number => {
    const given = ids[places.kDefaultTriggerAsyncId] as number;
    return given < 0 ? (ids[places.kExecutionAsyncId] as number) : given;
  };

  /** The program's own run: no hook hears of it. */
  const isMain = (id: number): boolean => id === MAIN_ASYNC_ID;

  guest.asyncContext = {
    enter(resource) {
      frames.enter(resource);
      const id = idOf(resource);
      const offset = fields[places.kStackLength] as number;
      pushAsyncContext(id, triggerIdOf(resource));
      resources[offset] = resource;
      if (id !== 0 && !isMain(id) && fields[places.kBefore]) hooks.before?.(id as never);
    },
    leave(resource) {
      frames.leave();
      const id = idOf(resource);
      if (id !== 0 && !isMain(id) && fields[places.kAfter]) hooks.after?.(id as never);
      if (ids[places.kExecutionAsyncId] === id) popAsyncContext(id);
    },
    triggerId,
    newId() {
      const next = (ids[places.kAsyncIdCounter] as number) + 1;
      ids[places.kAsyncIdCounter] = next;
      return next;
    },
    emitInit(resource, type) {
      frames.keepFor(resource);
      if (!fields[places.kInit]) return;
      hooks.init?.(...([idOf(resource), type, triggerId(), resource] as never[]));
    },
    emitDestroy: (resource) => emitDestroy(idOf(resource)),
  };
  return binding;
}

/**
 * The frame of asynchronous contexts that a resource was made in is the one its callbacks run in. From Node 22 on, where
 * AsyncLocalStorage lives in it.
 */
class ContextFrames {
  readonly #native: Native;
  readonly #isUsed: boolean;
  readonly #byResource = new WeakMap<object, unknown>();
  readonly #outer: unknown[] = [];

  constructor(guest: Guest) {
    this.#native = guest.native;
    this.#isUsed = guest.configuration.surface.async_context_frame !== undefined;
  }

  keepFor(resource: object): void {
    const frame = this.#isUsed ? this.#native.getContinuationData() : undefined;
    if (frame !== undefined) this.#byResource.set(resource, frame);
  }

  enter(resource: object): void {
    if (!this.#isUsed) return;
    this.#outer.push(this.#native.getContinuationData());
    this.#native.setContinuationData(this.#byResource.get(resource));
  }

  leave(): void {
    if (this.#isUsed) this.#native.setContinuationData(this.#outer.pop());
  }

  clear(): void {
    this.#outer.length = 0;
    if (this.#isUsed) this.#native.setContinuationData(undefined);
  }
}
