/** V8's private symbols, by which Node's library marks objects. No program can see them. */
import type { Native } from "./native.js";

export class PrivateSymbols {
  readonly byName: Readonly<Record<string, symbol>>;

  constructor(native: Native, names: readonly string[]) {
    this.byName = native.privateSymbols(names);
  }

  get(name: string): symbol {
    const symbol = this.byName[name];
    if (!symbol) throw new Error(`no private symbol ${name}`);
    return symbol;
  }
}
