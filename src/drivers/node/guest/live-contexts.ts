/** The contexts of `vm` that are alive, by what `makeContext` was given or has answered. They are not kept alive. */
export class LiveContexts {
  readonly #holders = new Set<WeakRef<object>>();
  readonly #ended = new FinalizationRegistry<WeakRef<object>>((reference) =>
    this.#holders.delete(reference),
  );

  add(holder: object): void {
    const reference = new WeakRef(holder);
    this.#holders.add(reference);
    this.#ended.register(holder, reference);
  }

  has(value: unknown): boolean {
    return this.all().some((holder) => holder === value);
  }

  all(): object[] {
    return [...this.#holders].flatMap((reference) => reference.deref() ?? []);
  }
}
