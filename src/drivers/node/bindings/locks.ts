/** `locks`: `navigator.locks`. Locks hold between the threads of a process: the addon keeps them, outside of any isolate. */
import type { Binding, Guest } from "../guest/guest.js";
import { lockOutcome } from "../guest/native.js";
import type { MessagingParts } from "./messaging.js";

const SHARED = "shared";
const EXCLUSIVE = "exclusive";
/** The library makes an AbortError of it. */
const STOLEN = "LOCK_STOLEN";

interface Lock {
  readonly name: string;
  readonly mode: string;
  readonly clientId: string;
}

type LockCallback = (lock: Lock | null) => unknown;

class Request {
  readonly lock: Lock;
  readonly #callback: LockCallback;
  readonly released: Promise<unknown>;
  #resolve: (value: unknown) => void = () => {};
  reject: (reason: unknown) => void = () => {};

  constructor(lock: Lock, callback: LockCallback) {
    this.lock = lock;
    this.#callback = callback;
    this.released = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.reject = reject;
    });
  }

  /** Calls back with the lock or with none; `done` is called when that has settled, before anybody hears of it. */
  async run(lock: Lock | null, done: () => void): Promise<void> {
    try {
      const result = await this.#callback(lock);
      // Node takes one turn more until it lets go.
      await undefined;
      done();
      this.#resolve(result);
    } catch (thrown) {
      done();
      this.reject(thrown);
    }
  }
}

export function locksBinding(guest: Guest, messaging: MessagingParts): Binding {
  const { native, loop, configuration } = guest;
  /** Those of this thread, by their numbers. */
  const requests = new Map<number, Request>();

  const release = (id: number): void => {
    requests.delete(id);
    tell(native.releaseLock(id));
  };

  const run = (id: number, request: Request): void => {
    void request.run(request.lock, () => release(id));
  };

  /** What has become of this thread's requests. */
  const take = (): void => {
    const events = native.takeLockEvents();
    for (let index = 0; index + 1 < events.length; index += 2) {
      const [id, outcome] = [events[index] as number, events[index + 1]];
      const request = requests.get(id);
      if (!request) continue;
      if (outcome === lockOutcome.granted) guest.callback(request, () => run(id, request), []);
      else {
        requests.delete(id);
        guest.callback(request, () => request.reject(new Error(STOLEN)), []);
      }
    }
  };
  loop.onLocks = take;

  const tell = (threads: readonly number[]): void => {
    messaging.wake(threads.filter((thread) => thread !== configuration.thread));
    if (threads.includes(configuration.thread)) take();
  };

  return {
    LOCK_MODE_SHARED: SHARED,
    LOCK_MODE_EXCLUSIVE: EXCLUSIVE,
    LOCK_STOLEN_ERROR: STOLEN,
    request(
      name: string,
      clientId: string,
      mode: string,
      isStealing: boolean,
      ifAvailable: boolean,
      callback: LockCallback,
    ): Promise<unknown> {
      const request = new Request({ name, mode, clientId }, callback);
      const isShared = mode === SHARED;
      const given = native.requestLock(name, clientId, isShared, isStealing, ifAvailable);
      if (!given) throw new RangeError("Too many lock requests");
      const [id, outcome] = given;
      if (outcome === lockOutcome.unavailable) {
        void request.run(null, () => {});
        return request.released;
      }
      requests.set(id, request);
      if (isStealing) tell(native.lockThreads());
      if (outcome === lockOutcome.granted) run(id, request);
      return request.released;
    },
    async query() {
      const all = native.queryLocks().map(([name, clientId, isShared, isHeld]) => ({
        isHeld,
        lock: { name, mode: isShared ? SHARED : EXCLUSIVE, clientId },
      }));
      const those = (areHeld: boolean) =>
        all.filter(({ isHeld }) => isHeld === areHeld).map(({ lock }) => lock);
      return { held: those(true), pending: those(false) };
    },
  };
}
