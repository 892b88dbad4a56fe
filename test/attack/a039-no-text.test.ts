// A039: invalid UTF-8 and lone surrogates in path, argv and env are kept byte by byte; NUL is EINVAL.

import { describe, expect, test } from "vitest";
import { bytesOfText } from "../../src/kernel/byte-text.js";
import { O_CREAT, O_WRONLY } from "../../src/kernel/constants.js";
import { bootTables, utf8 } from "../kernel/tables.js";
import { Attacker } from "./guest.js";
import { underOracle } from "./universal-oracle.js";

const invalid: readonly [string, number[]][] = [
  ["a lone continuation byte", [0x80]],
  ["an overlong slash", [0xc0, 0xaf]],
  ["an overlong NUL", [0xc0, 0x80]],
  ["a sequence cut short", [0xe2, 0x82]],
  ["a high surrogate", [0xed, 0xa0, 0x80]],
  ["a low surrogate", [0xed, 0xb0, 0x80]],
  ["a pair of surrogates (CESU-8)", [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
  ["a number past Unicode", [0xf4, 0x90, 0x80, 0x80]],
  ["0xff", [0xff]],
];

function bytes(before: string, middle: readonly number[], after = ""): Uint8Array {
  return Uint8Array.from([...utf8(before), ...middle, ...utf8(after)]);
}

function spawn(attacker: Attacker, changes: Record<string, Uint8Array>): string {
  return attacker.guest.try("spawn", {
    path: utf8("idle"),
    argv: utf8("idle\0"),
    env: new Uint8Array(0),
    actions: new Uint8Array(0),
    flags: 0,
    attributes: new Uint8Array(0),
    ...changes,
  });
}

describe.each(invalid)("%s", (_name, sequence) => {
  test("is kept in names and links byte by byte", () =>
    underOracle(() => {
      const attacker = new Attacker(bootTables());
      const path = bytes("/tmp/a", sequence, "b");
      expect(attacker.guest.try("mkdir", { ...attacker.at(path), mode: 0o755 })).toBe("ok");
      expect(attacker.open(path, O_WRONLY | O_CREAT)).toBe("EISDIR");
      // U+FFFD is another name.
      expect(attacker.open("/tmp/a\ufffdb")).toBe("ENOENT");
      const fd = attacker.open("/tmp");
      attacker.guest.do("read_directory", { fd: Number(fd), position: 0, target: 4096 });
      const listed = attacker.guest.resultBytes;
      expect(Buffer.from(listed).includes(Buffer.from(bytes("a", sequence, "b")))).toBe(true);
      attacker.guest.do("symlink", { target: path, ...attacker.at("/tmp/l") });
      attacker.guest.do("readlink", { ...attacker.at("/tmp/l") });
      expect([...attacker.guest.resultBytes]).toEqual([...path]);
      attacker.guest.do("chdir", { path });
      attacker.guest.do("getcwd", {});
      expect([...attacker.guest.resultBytes]).toEqual([...path]);
    }));

  test("is kept in arguments and environment byte by byte", () =>
    underOracle(() => {
      const attacker = new Attacker(bootTables());
      expect(spawn(attacker, { path: bytes("", sequence) })).toBe("ENOENT");
      const changes = {
        argv: bytes("idle\0", sequence, "\0"),
        env: bytes("A=", sequence, "\0"),
      };
      expect(spawn(attacker, changes)).toBe("ok");
      const [child] = attacker.process.children;
      const kept = [child?.args[0], child?.env.A].map((text) => [...bytesOfText(text ?? "")]);
      expect(kept).toEqual([sequence, sequence]);
    }));
});

test("NUL in a path is EINVAL, wherever it is", () =>
  underOracle(() => {
    const attacker = new Attacker(bootTables());
    for (const path of ["\0", "/tmp/a\0", "/tmp/a\0b", "\0/tmp", "/etc/passwd\0.txt"]) {
      expect(attacker.open(path, O_WRONLY | O_CREAT)).toBe("EINVAL");
    }
  }));

test("strings without a NUL at their end are EINVAL", () =>
  underOracle(() => {
    const attacker = new Attacker(bootTables());
    expect(spawn(attacker, { argv: utf8("idle\0x") })).toBe("EINVAL");
    expect(spawn(attacker, { env: utf8("A=1") })).toBe("EINVAL");
  }));

test.each([
  "é",
  "e\u0301",
  "\ufeff",
  "\u202e",
  "😀",
  "\u0001\u001b[31m",
  "a\nb",
  " ",
  "~",
  "%2e%2e",
  "\\",
  "*",
])("text is kept byte by byte: %j", (name) =>
  underOracle(() => {
    const attacker = new Attacker(bootTables());
    const before = attacker.ls("/tmp");
    expect(attacker.open(`/tmp/${name}`, O_WRONLY | O_CREAT)).toBe(0);
    expect(attacker.ls("/tmp")).toEqual([...before, name]);
    expect(
      spawn(attacker, { argv: utf8(`idle\0${name}\0`), env: utf8(`${name}x=${name}\0`) }),
    ).toBe("ok");
    const [child] = attacker.process.children;
    expect(child?.args).toEqual([name]);
    expect(child?.env[`${name}x`]).toBe(name);
  }),
);
