// A store that answers later: each method of a store, delayed by a settled promise or until a gate opens.

import type {
  OpenFile,
  SynchronousFileSystem,
  SynchronousOpenFile,
  VirtualFileSystem,
} from "../src/kernel/virtual-file-system.js";

/** Called with each method's name before it is answered; answers go out when it resolves. */
export type Delay = (operation: string) => Promise<void>;

/** Every answer comes one turn of the promise queue later. */
export const atOnce: Delay = async () => {};

/** Answers wait until the gate is opened for them. */
export class Gate {
  readonly #waiting: { operation: string; open: () => void }[] = [];

  readonly delay: Delay = (operation) =>
    new Promise((open) => {
      this.#waiting.push({ operation, open });
    });

  /** The operations that wait, oldest first. */
  get waiting(): string[] {
    return this.#waiting.map(({ operation }) => operation);
  }

  /** Lets the oldest answer out and what follows from it happen. */
  async release(): Promise<void> {
    this.#waiting.shift()?.open();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }

  async releaseAll(): Promise<void> {
    while (this.#waiting.length > 0) await this.release();
  }
}

/** Wraps `store` so that each method answers with a promise. The store acts when the answer goes out. */
export function answeringLater(
  store: SynchronousFileSystem,
  delay: Delay = atOnce,
  observe?: (operation: string) => void,
): VirtualFileSystem {
  const later = (target: object, name: string, method: (...args: unknown[]) => unknown) => {
    return async (...args: unknown[]): Promise<unknown> => {
      observe?.(name);
      await delay(name);
      const answer = method.apply(target, args);
      if (name !== "open" || !answer || !("read" in Object(answer))) return answer;
      return wrap<OpenFile>(answer as SynchronousOpenFile, later);
    };
  };
  return wrap<VirtualFileSystem>(store, later);
}

function wrap<T extends object>(
  target: object,
  later: (target: object, name: string, method: (...args: unknown[]) => unknown) => unknown,
): T {
  return new Proxy(target, {
    get(_target, name) {
      if (name === "isSynchronous") return undefined;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function"
        ? later(target, String(name), value as (...args: unknown[]) => unknown)
        : value;
    },
  }) as T;
}
