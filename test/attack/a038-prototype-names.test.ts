// A038: __proto__, constructor, toString as variable, argument, file name and command → plain data.

import { describe, expect, test } from "vitest";
import { O_CREAT, O_WRONLY } from "../../src/kernel/constants.js";
import { bootTables, utf8 } from "../kernel/tables.js";
import { Attacker } from "./guest.js";
import { underOracle } from "./universal-oracle.js";

const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "then"];

describe.each(names)("%s", (name) => {
  test("as a file, a directory and a link", () =>
    underOracle(() => {
      const attacker = new Attacker(bootTables());
      const { guest } = attacker;
      const before = attacker.ls("/tmp");
      expect(attacker.cat(`/tmp/${name}`)).toBe("ENOENT");
      expect(attacker.open(`/tmp/${name}`, O_WRONLY | O_CREAT)).toBe(0);
      guest.do("write", { fd: 0, data: utf8("data") });
      expect(attacker.cat(`/tmp/${name}`)).toBe("data");
      guest.do("mkdir", { ...attacker.at(`/root/${name}`), mode: 0o755 });
      guest.do("symlink", { target: utf8(name), ...attacker.at(`/root/${name}/${name}`) });
      expect(attacker.ls(`/root/${name}`)).toEqual([".", "..", name]);
      guest.do("unlink", { ...attacker.at(`/tmp/${name}`), flags: 0 });
      expect(attacker.ls("/tmp")).toEqual(before);
    }));

  test("in the kernel's own directories: ENOENT, EBADF", () =>
    underOracle(() => {
      const attacker = new Attacker(bootTables());
      for (const path of ["/proc", "/proc/self", "/proc/sys", "/dev", "/bin", "/usr/bin"]) {
        expect(attacker.cat(`${path}/${name}`)).toBe("ENOENT");
      }
      expect(attacker.cat(`/dev/fd/${name}`)).toBe("EBADF");
      expect(attacker.cat(`/proc/self/fd/${name}`)).toBe("ENOENT");
    }));

  test("as a command, an argument and a variable", () =>
    underOracle(() => {
      const tables = bootTables();
      const attacker = new Attacker(tables);
      const spawn = (path: string) =>
        attacker.guest.try("spawn", {
          path: utf8(path),
          argv: utf8(`${path}\0${name}\0`),
          env: utf8(`${name}=value\0`),
          actions: new Uint8Array(0),
          flags: 0,
          attributes: new Uint8Array(0),
        });
      expect(spawn(name)).toBe("ENOENT");
      expect(spawn("idle")).toBe("ok");
      const [child] = attacker.process.children;
      expect(child?.args).toEqual([name]);
      expect(Object.entries(child?.env ?? {})).toEqual([[name, "value"]]);
      expect(attacker.cat(`/proc/${child?.pid}/environ`)).toBe(`${name}=value\0`);
    }));
});
