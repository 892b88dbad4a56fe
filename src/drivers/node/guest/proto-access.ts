/** `--disable-proto`: a program need not have `Object.prototype.__proto__`, nor whoever tampers with it. */
import type { Guest } from "./guest.js";

/** @param prototype - `Object.prototype` of a context. */
export function restrictProto({ options }: Guest, prototype: object): void {
  const mode = options["--disable-proto"];
  if (mode !== "delete" && mode !== "throw") return;
  Reflect.deleteProperty(prototype, "__proto__");
  if (mode === "delete") return;
  const refuse = (): never => {
    const text =
      "Accessing Object.prototype.__proto__ has been disallowed with --disable-proto=throw";
    throw Object.assign(new Error(text), { code: "ERR_PROTO_ACCESS" });
  };
  const accessor = { get: refuse, set: refuse, enumerable: false, configurable: true };
  Object.defineProperty(prototype, "__proto__", accessor);
}
