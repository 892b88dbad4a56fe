/**
 * `locks`: `navigator.locks` of the main thread. Locks hold between the threads of a process; workers, whose isolates are other
 * ones, are refused: what they got would lock nothing.
 */
import type { Binding, Guest } from "../guest/guest.js";

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

export function locksBinding(guest: Guest): Binding {
  if (guest.configuration.thread !== 0) return {};
  const held = new Set<Request>();
  const pending: Request[] = [];

  const isGrantable = ({ lock: { name, mode } }: Request): boolean =>
    [...held].every(({ lock }) => lock.name !== name || (mode === SHARED && lock.mode === SHARED));

  const grant = (request: Request): void => {
    held.add(request);
    void request.run(request.lock, () => {
      held.delete(request);
      grantPending();
    });
  };

  /** In the order in which they came: nobody overtakes another one of the same name. */
  const grantPending = (): void => {
    const blocked = new Set<string>();
    for (const request of [...pending]) {
      const { name } = request.lock;
      if (blocked.has(name) || !isGrantable(request)) {
        blocked.add(name);
        continue;
      }
      pending.splice(pending.indexOf(request), 1);
      grant(request);
    }
  };

  const steal = (name: string): void => {
    for (const request of [...held]) {
      if (request.lock.name !== name) continue;
      held.delete(request);
      request.reject(new Error(STOLEN));
    }
  };

  const describe = ({ lock }: Request): object => ({ ...lock });

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
      const isFirst = pending.every(({ lock }) => lock.name !== name);
      if (isStealing) {
        steal(name);
        grant(request);
      } else if (isFirst && isGrantable(request)) grant(request);
      else if (ifAvailable) void request.run(null, () => {});
      else pending.push(request);
      return request.released;
    },
    query: async () => ({ held: [...held].map(describe), pending: pending.map(describe) }),
  };
}
