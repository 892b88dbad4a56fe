/** `types`: what kind of object something is, as V8 says. */
import type { Binding, Guest } from "../guest/guest.js";

export function typesBinding({ native }: Guest): Binding {
  const is = native.types;
  const either =
    (...names: string[]) =>
    (value: unknown): boolean =>
      names.some((name) => is[name]?.(value) === true);
  return {
    ...is,
    isBoxedPrimitive: either(
      "isNumberObject",
      "isStringObject",
      "isBooleanObject",
      "isBigIntObject",
      "isSymbolObject",
    ),
    isAnyArrayBuffer: either("isArrayBuffer", "isSharedArrayBuffer"),
    isCryptoKey: () => false,
    isKeyObject: () => false,
    isEventTarget: () => false,
  };
}
