/** `types`: what kind of object something is, by brand checks where the language has one. */
import type { Binding } from "../guest/guest.js";

const { apply, getPrototypeOf } = Reflect;
const describe = Object.prototype.toString;
const { toStringTag } = Symbol;
const isView = ArrayBuffer.isView;

const tagOf = (value: unknown): string => apply(describe, value, []);

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A test by `brand`, which throws for others; the tag spares most of them the exception. */
function branded(tag: string, brand: (value: object) => unknown): (value: unknown) => boolean {
  const expected = `[object ${tag}]`;
  return (value) => {
    if (!isObject(value)) return false;
    if (tagOf(value) !== expected && !(toStringTag in value)) return false;
    try {
      brand(value);
      return true;
    } catch {
      return false;
    }
  };
}

/** A test by tag alone, for what has no brand check. */
function tagged(...tags: string[]): (value: unknown) => boolean {
  const expected = tags.map((tag) => `[object ${tag}]`);
  return (value) =>
    (isObject(value) || typeof value === "function") && expected.includes(tagOf(value));
}

function getter(prototype: object, name: string): (value: object) => unknown {
  const get = Object.getOwnPropertyDescriptor(prototype, name)?.get as () => unknown;
  return (value) => apply(get, value, []);
}

function method(prototype: object, name: string, ...args: unknown[]): (value: object) => unknown {
  const called = (prototype as Record<string, (...args: unknown[]) => unknown>)[
    name
  ] as () => unknown;
  return (value) => apply(called, value, args as never);
}

const isArrayBuffer = branded("ArrayBuffer", getter(ArrayBuffer.prototype, "byteLength"));
const isSharedArrayBuffer = branded(
  "SharedArrayBuffer",
  getter(SharedArrayBuffer.prototype, "byteLength"),
);
const isNumberObject = branded("Number", method(Number.prototype, "valueOf"));
const isStringObject = branded("String", method(String.prototype, "valueOf"));
const isBooleanObject = branded("Boolean", method(Boolean.prototype, "valueOf"));
const isSymbolObject = branded("Symbol", method(Symbol.prototype, "valueOf"));
const isBigIntObject = branded("BigInt", method(BigInt.prototype, "valueOf"));

const promisePrototype = Promise.prototype;
const hasInstance = Object.prototype.isPrototypeOf;

export function typesBinding(isProxy: (value: unknown) => boolean): Binding {
  // A proxy has neither brand, though it may have the prototype.
  const plain = (test: (value: unknown) => boolean) => (value: unknown) =>
    test(value) && !isProxy(value);
  return {
    isExternal: () => false,
    isDate: branded("Date", method(Date.prototype, "getTime")),
    isArgumentsObject: (value: unknown) =>
      isObject(value) && !(toStringTag in value) && tagOf(value) === "[object Arguments]",
    isBigIntObject,
    isBooleanObject,
    isNumberObject,
    isStringObject,
    isSymbolObject,
    isBoxedPrimitive: (value: unknown) =>
      isNumberObject(value) ||
      isStringObject(value) ||
      isBooleanObject(value) ||
      isSymbolObject(value) ||
      isBigIntObject(value),
    isNativeError: plain(
      (value) =>
        isObject(value) &&
        (toStringTag in value ? isTaggedError(value) : tagOf(value) === "[object Error]"),
    ),
    isRegExp: branded("RegExp", regExpBrand),
    isAsyncFunction: (value: unknown) => typeof value === "function" && ASYNC.test(textOf(value)),
    isGeneratorFunction: (value: unknown) =>
      typeof value === "function" && GENERATOR.test(textOf(value)),
    isGeneratorObject: plain(tagged("Generator", "AsyncGenerator")),
    isPromise: plain(
      (value) =>
        isObject(value) &&
        apply(hasInstance, promisePrototype, [value]) &&
        value !== promisePrototype,
    ),
    isMap: branded("Map", getter(Map.prototype, "size")),
    isSet: branded("Set", getter(Set.prototype, "size")),
    isMapIterator: plain(tagged("Map Iterator")),
    isSetIterator: plain(tagged("Set Iterator")),
    isWeakMap: branded("WeakMap", method(WeakMap.prototype, "has", {})),
    isWeakSet: branded("WeakSet", method(WeakSet.prototype, "has", {})),
    isArrayBuffer,
    isDataView: (value: unknown) => isView(value) && dataViewBrand(value),
    isSharedArrayBuffer,
    isProxy,
    isModuleNamespaceObject: (value: unknown) =>
      isObject(value) && getPrototypeOf(value) === null && tagOf(value) === "[object Module]",
    isAnyArrayBuffer: (value: unknown) => isArrayBuffer(value) || isSharedArrayBuffer(value),
    isCryptoKey: () => false,
    isKeyObject: () => false,
    isEventTarget: () => false,
  };
}

const functionText = Function.prototype.toString;

/** A function's own text: its tag can be changed. */
function textOf(value: object): string {
  return apply(functionText, value, []);
}

/** Of a method called `async`, or an arrow function, the text can't be told from `async (`: taken as async. */
const ASYNC = /^(?:static\s+)?async(?=[\s(*[])/;
const GENERATOR = /^(?:static\s+)?(?:async\s*)?(?:function\s*\*|\*)/;

const sourceGetter = Object.getOwnPropertyDescriptor(RegExp.prototype, "source")
  ?.get as () => unknown;

function regExpBrand(value: object): void {
  if (value === RegExp.prototype) throw new TypeError("no regular expression");
  apply(sourceGetter, value, []);
}

const byteLengthOfView = Object.getOwnPropertyDescriptor(DataView.prototype, "byteLength")
  ?.get as () => unknown;

function dataViewBrand(value: object): boolean {
  try {
    apply(byteLengthOfView, value, []);
    return true;
  } catch {
    return false;
  }
}

/** An error with a tag of its own: only the prototype chain tells. */
function isTaggedError(value: object): boolean {
  return Object.hasOwn(value, "stack") && apply(hasInstance, Error.prototype, [value]);
}
