/** Message ports as objects of a context of `vm`'s: `moveMessagePortToContext`. */
import type { Binding, Callable, Guest } from "../guest/guest.js";

/** What a port of a context can be asked to do. */
type PortCall = (port: object, name: string, args: readonly unknown[]) => unknown;

/** What was thrown, to be made again of the context's own classes. */
type Outcome =
  | readonly [isThrown: false, value: unknown]
  | readonly [
      isThrown: true,
      isDomException: boolean,
      name: string,
      message: string,
      code: unknown,
    ];

/** What was made within one context. */
export interface PortContext {
  readonly sandbox: object;
  /** A port's object. */
  make(): object;
  /** Tells it of a message, as `internal/per_context/messageport` does. */
  readonly emit: Callable;
}

/** Evaluated in the context: all that its programs see is of its own. */
const SOURCE = `(call, DOMException, emitMessage) => {
  const { assign, create } = Object;
  const made = (isDomException, name, message, code) => {
    if (isDomException) return new DOMException(message, name);
    return assign(new (name === "TypeError" ? TypeError : Error)(message), { code });
  };
  const invoke = (port, name, args) => {
    const [isThrown, first, ...rest] = call(port, name, args);
    if (isThrown) throw made(first, ...rest);
    return first;
  };
  class MessagePort {
    constructor() { throw assign(new TypeError("Constructor cannot be called"), { code: "ERR_CONSTRUCT_CALL_INVALID" }); }
    postMessage(...args) { return invoke(this, "postMessage", args); }
    start() { return invoke(this, "start", []); }
    close(...args) { return invoke(this, "close", args); }
    drain() { return invoke(this, "drain", []); }
    ref() { return invoke(this, "ref", []); }
    unref() { return invoke(this, "unref", []); }
    hasRef() { return invoke(this, "hasRef", []); }
  }
  return [
    () => create(MessagePort.prototype),
    function (data, ports, type) { emitMessage.call(this, data, [...ports], type); },
  ];
}`;

export function contextPorts(guest: Guest, call: PortCall): (sandbox: object) => PortContext {
  const { native } = guest;
  const contexts = new WeakMap<object, PortContext>();

  const evaluate = (sandbox: object): unknown =>
    native.runScript(SOURCE, "node:vm", 0, 0, Symbol(), sandbox, 0, false);

  /** Node's scripts that make DOMException and the emitter, run once more for this context. */
  function perContextOf(sandbox: object): Binding {
    const exports: Binding = {};
    const args = [exports, {}, guest.privateSymbols.byName, guest.symbols];
    for (const name of ["primordials", "domexception", "messageport"]) {
      const id = `internal/per_context/${name}`;
      const source = String(guest.hooks.compute("builtinSource", id));
      const names = ["exports", "primordials", "privateSymbols", "perIsolateSymbols"];
      const [run] = native.compileFunction(
        source,
        `node:${id}`,
        0,
        0,
        Symbol(),
        names,
        sandbox,
        [],
      );
      Reflect.apply(run, undefined, args as never[]);
    }
    return exports;
  }

  const attempt = (port: object, name: string, args: readonly unknown[]): Outcome => {
    try {
      return [false, call(port, name, args)];
    } catch (error) {
      const { name: kind, message, code } = error as Error & { code?: unknown };
      return [true, typeof code === "number", kind, message, code];
    }
  };

  return (sandbox) => {
    const known = contexts.get(sandbox);
    if (known) return known;
    const setUp = evaluate(sandbox) as (...args: unknown[]) => [() => object, Callable];
    const { DOMException, emitMessage } = perContextOf(sandbox);
    const [make, emit] = setUp(attempt, DOMException, emitMessage);
    const context = { sandbox, make, emit };
    contexts.set(sandbox, context);
    return context;
  };
}
