/**
 * `process.env`: an object whose values are strings, as environment variables are.
 *
 * @param values - What it shows and changes.
 * @param useTimeZone - Called with each new value of `TZ`; with nothing when it is deleted.
 */
export function environmentObject(
  values: Record<string, string>,
  useTimeZone: (zone: string) => void,
): object {
  return new Proxy(values, {
    set(target, key, value) {
      if (typeof key === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
      if (typeof value === "symbol")
        throw new TypeError("Cannot convert a Symbol value to a string");
      target[key] = `${value}`;
      if (key === "TZ") useTimeZone(target.TZ as string);
      return true;
    },
    defineProperty(target, key, descriptor) {
      if (typeof key === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
      if ("get" in descriptor || "set" in descriptor) {
        throw invalidDescriptor(
          "'process.env' does not accept an accessor(getter/setter) descriptor",
        );
      }
      const { configurable, writable, enumerable } = descriptor;
      if (!("value" in descriptor && configurable && writable && enumerable)) {
        throw invalidDescriptor(
          "'process.env' only accepts a configurable, writable, and enumerable data descriptor",
        );
      }
      target[key] = `${descriptor.value}`;
      if (key === "TZ") useTimeZone(target.TZ as string);
      return true;
    },
    deleteProperty(target, key) {
      const isDeleted = Reflect.deleteProperty(target, key);
      if (key === "TZ") useTimeZone("");
      return isDeleted;
    },
  });
}

function invalidDescriptor(message: string): Error {
  return Object.assign(new TypeError(message), { code: "ERR_INVALID_OBJECT_DEFINE_PROPERTY" });
}
