/**
 * FinalizationRegistry, by asking the addon each turn of the loop what has been collected: V8's own calls back in tasks
 * that never run here, since the guest half waits inside of its isolate.
 */
import type { Guest } from "./guest.js";

type Cleanup = (held: unknown) => void;

interface Cell {
  readonly cleanup: Cleanup;
  readonly held: unknown;
  readonly token: WeakRef<object> | undefined;
}

export class Finalization {
  readonly #guest: Guest;
  readonly #cells = new Map<number, Cell>();
  #lastId = 0;

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  /** Calls back for what has been collected. */
  run(): void {
    if (this.#cells.size === 0) return;
    const collected = this.#guest.native.takeCollected() ?? [];
    for (let index = 0; index < collected.length; index++) {
      const id = collected[index] as number;
      const cell = this.#cells.get(id);
      if (!cell) continue;
      this.#cells.delete(id);
      this.#guest.callback(this.#guest.process, cell.cleanup, [cell.held]);
    }
  }

  /** Takes the place of V8's class. */
  install(): void {
    const registryClass = this.#makeClass();
    Object.defineProperty(globalThis, "FinalizationRegistry", {
      value: registryClass,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  }

  #track(target: object, cell: Cell): number {
    this.#lastId++;
    this.#cells.set(this.#lastId, cell);
    this.#guest.native.trackCollection(target, this.#lastId);
    return this.#lastId;
  }

  #makeClass() {
    const track = (target: object, cell: Cell): number => this.#track(target, cell);
    const cells = this.#cells;
    const isTarget = (value: unknown): value is object =>
      (typeof value === "object" && value !== null) || typeof value === "function";

    class Registry {
      readonly #cleanup: Cleanup;
      readonly #ids = new Set<number>();

      constructor(cleanup: Cleanup) {
        if (typeof cleanup !== "function") {
          throw new TypeError("FinalizationRegistry: cleanup must be callable");
        }
        this.#cleanup = cleanup;
      }

      register(target: object, held: unknown, token?: unknown): void {
        const where = "FinalizationRegistry.prototype.register";
        if (!isTarget(target)) throw new TypeError(`${where}: invalid target`);
        if (target === held) {
          throw new TypeError(`${where}: target and holdings must not be same`);
        }
        if (!isTarget(token) && token !== undefined) {
          throw new TypeError(`Invalid unregisterToken ('${String(token)}')`);
        }
        const id = track(target, {
          cleanup: (given) => {
            this.#ids.delete(id);
            this.#cleanup(given);
          },
          held,
          token: token === undefined ? undefined : new WeakRef(token),
        });
        this.#ids.add(id);
      }

      unregister(token: unknown): boolean {
        if (!isTarget(token)) {
          throw new TypeError(`Invalid unregisterToken ('${String(token)}')`);
        }
        let hasRemoved = false;
        for (const id of this.#ids) {
          if (cells.get(id)?.token?.deref() !== token) continue;
          cells.delete(id);
          this.#ids.delete(id);
          hasRemoved = true;
        }
        return hasRemoved;
      }
    }
    Object.defineProperty(Registry.prototype, Symbol.toStringTag, {
      value: "FinalizationRegistry",
      configurable: true,
    });
    for (const name of ["register", "unregister"]) {
      Object.defineProperty(Registry.prototype, name, { enumerable: false });
    }
    Object.defineProperty(Registry, "name", { value: "FinalizationRegistry", configurable: true });
    return Registry;
  }
}
