/**
 * V8's private symbols, which no program can see. Here: accessors on Object.prototype over a weak
 * map, so that none of them shows among an object's own keys.
 */
export class PrivateSymbols {
  readonly byName: Record<string, symbol> = { __proto__: null } as unknown as Record<
    string,
    symbol
  >;

  constructor(names: readonly string[]) {
    for (const name of names) this.byName[name] = makeHidden(name);
  }

  get(name: string): symbol {
    const symbol = this.byName[name];
    if (!symbol) throw new Error(`no private symbol ${name}`);
    return symbol;
  }
}

function makeHidden(name: string): symbol {
  const symbol = Symbol(`node:${name}`);
  const values = new WeakMap<object, unknown>();
  const { get, set } = WeakMap.prototype;
  const { apply } = Reflect;
  Object.defineProperty(Object.prototype, symbol, {
    configurable: false,
    enumerable: false,
    get(this: object) {
      if (typeof this !== "object" && typeof this !== "function") return undefined;
      return apply(get, values, [this]);
    },
    set(this: object, value: unknown) {
      apply(set, values, [this, value] as never);
    },
  });
  return symbol;
}
