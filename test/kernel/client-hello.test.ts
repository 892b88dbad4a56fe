// The names in a TLS handshake, as a connection to the outside begins: read, and judged before a byte leaves.

import { expect, test } from "vitest";
import { namesInHello } from "../../src/kernel/client-hello.js";
import { errno } from "../../src/kernel/errno.js";
import { NamedStream } from "../../src/kernel/named-stream.js";
import { StreamEnd } from "../../src/kernel/stream-end.js";
import { EndStream } from "../../src/kernel/stream-pump.js";
import { Random } from "../random.js";

/** A ClientHello of TLS 1.2's form, with extensions as they are given. */
function hello(extensions: readonly (readonly [type: number, content: number[]])[]): number[] {
  const body = extensions.flatMap(([type, content]) => [...u16(type), ...vector(content)]);
  const message = [3, 3, ...Array(32).fill(7), 0, 0, 2, 0x13, 1, 1, 0, ...vector(body)];
  return [1, 0, ...u16(message.length), ...message];
}
const u16 = (value: number): number[] => [value >> 8, value & 0xff];
const vector = (content: readonly number[]): number[] => [...u16(content.length), ...content];
const serverName = (...names: string[]): readonly [number, number[]] => [
  0,
  vector(names.flatMap((name) => [0, ...vector([...new TextEncoder().encode(name)])])),
];
/** In records of so many bytes. */
function records(message: readonly number[], size = 16_384): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < message.length; at += size) {
    bytes.push(22, 3, 1, ...vector(message.slice(at, at + size)));
  }
  return Uint8Array.from(bytes);
}

const other = [10, [0, 2, 0, 29]] as const satisfies readonly [number, number[]];

test("the names of a ClientHello, in one record and in several", () => {
  const message = hello([other, serverName("a.test"), other]);
  expect(namesInHello(records(message))).toEqual(["a.test"]);
  expect(namesInHello(records(message, 7))).toEqual(["a.test"]);
  expect(namesInHello(records(hello([other])))).toEqual([]);
  expect(namesInHello(records(hello([serverName("a.test", "b.test")])))).toEqual([
    "a.test",
    "b.test",
  ]);
  expect(namesInHello(records(hello([serverName("a.test"), serverName("b.test")])))).toEqual([
    "a.test",
    "b.test",
  ]);
  const whole = records(message);
  for (let length = 0; length < whole.length; length++) {
    const needed = namesInHello(whole.subarray(0, length));
    expect(needed).toBeGreaterThan(length);
    expect(needed).toBeLessThanOrEqual(whole.length);
  }
});

test("what is no TLS, and what only looks like it", () => {
  const text = (line: string) => namesInHello(new TextEncoder().encode(line));
  expect(text("GET / HTTP/1.1\r\n")).toBe("none");
  expect(namesInHello(Uint8Array.of(22, 2, 0, 0, 1))).toBe("none");
  const message = hello([serverName("a.test")]);
  const malformed = [
    records([2, ...message.slice(1)]),
    records(message, 1),
    records([1, 1, 0, 0, ...message.slice(4)]),
    records(message.with(message.length - 7, 99)),
    Uint8Array.of(22, 3, 1, 0, 0),
    Uint8Array.of(22, 3, 1, 255, 255, 1),
  ];
  for (const bytes of malformed) expect(namesInHello(bytes)).toBe("malformed");
  const random = new Random(97);
  for (let round = 0; round < 1000; round++) {
    const content = Array.from({ length: 200 }, () => random.below(round % 2 === 0 ? 256 : 4));
    const bytes = records([1, 0, 0, 200, ...content]);
    expect(["malformed", "object"]).toContain(
      Array.isArray(namesInHello(bytes)) ? "object" : namesInHello(bytes),
    );
  }
});

/** A stream that judges names, and what has come out at its other end. */
function scene() {
  const [near, far] = StreamEnd.pair("tcp");
  const judged: string[] = [];
  const stream = new NamedStream(new EndStream(near), async (name) => {
    judged.push(name);
    return name.endsWith("good.test") ? undefined : errno.EACCES;
  });
  const arrived = (): number[] => {
    const bytes = new Uint8Array(100_000);
    const count = far.incoming.length > 0 ? far.read(bytes) : 0;
    return [...bytes.subarray(0, typeof count === "number" ? count : 0)];
  };
  return { stream, judged, arrived };
}

test("nothing leaves before the name was judged, however it is cut", async () => {
  for (const size of [1, 10, 100_000]) {
    const bytes = records(hello([serverName("good.test")]), 64);
    const { stream, judged, arrived } = scene();
    for (let at = 0; at < bytes.length; at += size) {
      expect(arrived()).toEqual([]);
      await stream.write(bytes.slice(at, at + size));
    }
    await stream.write(Uint8Array.of(22, 3, 9));
    expect(arrived()).toEqual([...bytes, 22, 3, 9]);
    expect(judged).toEqual(["good.test"]);
  }
  for (const names of [["evil.test"], ["good.test", "evil.test"]]) {
    const { stream, arrived } = scene();
    const wrote = stream.write(records(hello([serverName(...names)])));
    await expect(wrote).rejects.toMatchObject({ code: "EACCES" });
    expect(arrived()).toEqual([]);
  }
});

test("what is no TLS passes at once; half a handshake at the end", async () => {
  const plain = scene();
  await plain.stream.write(Uint8Array.of(71));
  expect(plain.arrived()).toEqual([71]);
  const half = scene();
  await half.stream.write(Uint8Array.of(22, 3));
  expect(half.arrived()).toEqual([]);
  await half.stream.end();
  expect(half.arrived()).toEqual([22, 3]);
  expect([plain.judged, half.judged]).toEqual([[], []]);
});
