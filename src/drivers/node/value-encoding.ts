/**
 * Values as they cross between a guest and the host application: data, never code. What `structuredClone` takes, but
 * for functions' relatives that mean nothing on the other side (RegExp, Blob, ports).
 *
 * The text is JSON: a list of nodes, the first is the value. A primitive that JSON has stands for itself; anything
 * else is an array, its tag first, that names other nodes by their index. So one object may be in two places, or in
 * itself, and nothing is nested. Whoever decodes believes nothing of what it reads.
 */

/** A text is no encoded value. */
export class BadEncoding extends Error {}

type Node = string | number | boolean | null | readonly [tag: string, ...rest: unknown[]];

const arrays = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const;

type ArrayName = keyof typeof arrays;

const errors = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

/** Throws a TypeError that names what can't be a value. */
export function encodeValue(value: unknown): string {
  return new Encoder().encode(value);
}

class Encoder {
  readonly #nodes: Node[] = [];
  readonly #indexes = new Map<unknown, number>();
  readonly #queue: [object, number][] = [];

  encode(value: unknown): string {
    this.#index(value);
    // Not by recursion: a list of a million links is as good as any other value.
    for (let next = this.#queue.pop(); next; next = this.#queue.pop()) {
      const [object, at] = next;
      this.#nodes[at] = this.#objectNode(object);
    }
    return JSON.stringify(this.#nodes);
  }

  /** The index of a value's node. */
  #index(value: unknown): number {
    const isObject = typeof value === "object" && value !== null;
    const known = isObject ? this.#indexes.get(value) : undefined;
    if (known !== undefined) return known;
    const at = this.#nodes.push(isObject ? null : primitiveNode(value)) - 1;
    if (isObject) {
      this.#indexes.set(value, at);
      this.#queue.push([value, at]);
    }
    return at;
  }

  #objectNode(object: object): Node {
    if (Array.isArray(object)) return ["array", ...Array.from(object, (item) => this.#index(item))];
    if (object instanceof Date) return ["date", Number.isNaN(+object) ? null : +object];
    if (object instanceof Map) {
      return ["map", ...[...object].flat().map((item) => this.#index(item))];
    }
    if (object instanceof Set) return ["set", ...[...object].map((item) => this.#index(item))];
    if (object instanceof Error) {
      return ["error", String(object.name), String(object.message), String(object.stack)];
    }
    if (object instanceof ArrayBuffer) return ["buffer", toBase64(new Uint8Array(object))];
    if (ArrayBuffer.isView(object)) return viewNode(object);
    const tag = Object.prototype.toString.call(object);
    if (tag !== "[object Object]") throw new TypeError(`not a value for the host: ${tag}`);
    return ["object", ...Object.entries(object).flatMap(([key, item]) => [key, this.#index(item)])];
  }
}

function primitiveNode(value: unknown): Node {
  switch (typeof value) {
    case "undefined":
      return ["undefined"];
    case "bigint":
      return ["bigint", String(value)];
    case "number":
      if (Number.isFinite(value) && !Object.is(value, -0)) return value;
      return ["number", Object.is(value, -0) ? "-0" : String(value)];
    case "string":
    case "boolean":
      return value;
    case "function":
    case "symbol":
      throw new TypeError(`not a value for the host: a ${typeof value}`);
    default:
      return null;
  }
}

/** A typed array; of a Buffer the bytes. */
function viewNode(view: ArrayBufferView): Node {
  const name = Object.prototype.toString.call(view).slice(8, -1);
  if (!Object.hasOwn(arrays, name)) throw new TypeError(`not a value for the host: a ${name}`);
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  return ["bytes", name, toBase64(bytes)];
}

const CHUNK = 0x3000;

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  }
  return text;
}

/** Throws BadEncoding. */
export function decodeValue(text: string): unknown {
  let nodes: unknown;
  try {
    nodes = JSON.parse(text);
  } catch {
    throw new BadEncoding("not JSON");
  }
  if (!Array.isArray(nodes) || nodes.length === 0) throw new BadEncoding("no list of nodes");
  return new Decoder(nodes).value();
}

class Decoder {
  readonly #nodes: readonly unknown[];
  readonly #values: unknown[];

  constructor(nodes: readonly unknown[]) {
    this.#nodes = nodes;
    this.#values = nodes.map(makeValue);
  }

  /** Fills what has been made: everything a node may name is there. */
  value(): unknown {
    for (const [at, node] of this.#nodes.entries()) {
      if (Array.isArray(node)) this.#fill(this.#values[at], node);
    }
    return this.#values[0];
  }

  #fill(value: unknown, [tag, ...rest]: unknown[]): void {
    if (tag === "array") for (const item of rest) (value as unknown[]).push(this.#at(item));
    if (tag === "set") for (const item of rest) (value as Set<unknown>).add(this.#at(item));
    if (tag !== "map" && tag !== "object") return;
    for (let at = 0; at < rest.length; at += 2) {
      const item = this.#at(rest[at + 1]);
      if (tag === "map") (value as Map<unknown, unknown>).set(this.#at(rest[at]), item);
      // Defined, not assigned: `__proto__` is a name like any other.
      else define(value as object, textOf(rest[at]), item);
    }
  }

  #at(index: unknown): unknown {
    if (!Number.isInteger(index) || (index as number) < 0) throw new BadEncoding("no index");
    if ((index as number) >= this.#values.length) throw new BadEncoding("no such node");
    return this.#values[index as number];
  }
}

/** What a node stands for; what has parts is empty yet. */
function makeValue(node: unknown): unknown {
  if (!Array.isArray(node)) {
    if (typeof node === "object" && node !== null) throw new BadEncoding("a node is an object");
    return node;
  }
  const [tag, first, second] = node;
  switch (tag) {
    case "undefined":
      return undefined;
    case "bigint":
      if (!/^-?\d{1,10000}$/.test(textOf(first))) throw new BadEncoding("no bigint");
      return BigInt(textOf(first));
    case "number":
      return Number(textOf(first));
    case "date":
      return new Date(typeof first === "number" ? first : Number.NaN);
    case "error":
      return makeError(textOf(first), textOf(second), textOf(node[3]));
    case "buffer":
      return fromBase64(first).buffer;
    case "bytes":
      return makeArray(textOf(first), fromBase64(second));
    case "array":
      return [];
    case "object":
      return {};
    case "map":
      return new Map();
    case "set":
      return new Set();
    default:
      throw new BadEncoding("no such tag");
  }
}

function makeError(name: string, message: string, stack: string): Error {
  const known = Object.hasOwn(errors, name);
  const error = new errors[known ? (name as keyof typeof errors) : "Error"](message);
  if (!known) define(error, "name", name);
  Object.defineProperty(error, "stack", { value: stack, writable: true, configurable: true });
  return error;
}

function makeArray(name: string, bytes: Uint8Array<ArrayBuffer>): ArrayBufferView {
  if (!Object.hasOwn(arrays, name)) throw new BadEncoding("no typed array");
  const Kind = arrays[name as ArrayName];
  if (bytes.length % Kind.BYTES_PER_ELEMENT !== 0) throw new BadEncoding("an odd length");
  return new Kind(bytes.buffer);
}

function fromBase64(text: unknown): Uint8Array<ArrayBuffer> {
  let binary: string;
  try {
    binary = atob(textOf(text));
  } catch {
    throw new BadEncoding("no base64");
  }
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

function textOf(value: unknown): string {
  if (typeof value !== "string") throw new BadEncoding("no text");
  return value;
}

function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
