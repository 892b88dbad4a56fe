// A058: /proc/<other>/{environ,mem,fd,cwd}; /proc/1, /sys → EACCES or ENOENT; virtual content only.
// A115 in part: /proc shows virtual values.

import { expect, test } from "vitest";
import { O_CREAT, O_RDWR } from "../../src/kernel/constants.js";
import { bootTables, openIn } from "../kernel/tables.js";
import { Attacker } from "./guest.js";
import { underOracle } from "./universal-oracle.js";

const secrets = { SECRET: "s3cret" };

test("another session's environment, memory, descriptors and directories", () =>
  underOracle((saw) => {
    const tables = bootTables();
    const victim = new Attacker(tables, { env: secrets, cwd: "/home" });
    openIn(tables, victim.process, "/tmp/theirs", O_RDWR | O_CREAT);
    const attacker = new Attacker(tables);
    const at = `/proc/${victim.process.pid}`;
    const refused = ["EACCES", "ENOENT"];
    for (const name of ["environ", "mem", "maps", "fdinfo/0", "fd/0"]) {
      const seen = attacker.cat(`${at}/${name}`);
      saw(seen);
      expect(refused).toContain(seen);
    }
    for (const name of ["cwd", "exe", "root", "fd/0"]) {
      expect(refused).toContain(attacker.readlink(`${at}/${name}`));
    }
    for (const path of [
      `${at}/fd`,
      `${at}/fdinfo`,
      `${at}/cwd/`,
      `${at}/root/`,
      `${at}/fd/../fd`,
    ]) {
      expect(refused).toContain(attacker.ls(path));
    }
    const unlink = { ...attacker.at(`${at}/environ`), flags: 0 };
    expect(attacker.guest.try("unlink", unlink)).toBe("EROFS");
    expect(attacker.guest.try("chmod", { ...attacker.at(`${at}/environ`), mode: 0o777 })).toBe(
      "EROFS",
    );
    expect(attacker.cat(`${at}/environ`)).toBe("EACCES");
  }));

test("processes, machine and name space that are the host's", () =>
  underOracle(() => {
    const attacker = new Attacker(bootTables());
    for (const path of ["/proc/1/environ", `/proc/${process.pid}/environ`, "/sys", "/sys/class"]) {
      expect(["EACCES", "ENOENT"]).toContain(attacker.cat(path));
    }
  }));

test("every file of /proc shows virtual values", () =>
  underOracle((saw) => {
    const attacker = new Attacker(bootTables(), { env: secrets });
    const walk = (path: string): void => {
      const names = attacker.ls(path);
      if (typeof names === "string") {
        saw(attacker.cat(path));
        return;
      }
      for (const name of names) if (name !== "." && name !== "..") visit(`${path}/${name}`);
    };
    const visit = (path: string): void => {
      const target = attacker.readlink(path);
      saw(target);
      if (target === "EINVAL") walk(path);
    };
    walk("/proc");
    expect(attacker.cat("/proc/self/environ")).toBe("SECRET=s3cret\0");
    expect(attacker.cat("/proc/sys/kernel/hostname")).toBe("sandbox\n");
    expect(attacker.cat("/proc/cpuinfo")).toContain("model name\t: virtual\n");
  }));

test("links of /proc/self lead nowhere but into the name space", () =>
  underOracle((saw) => {
    const attacker = new Attacker(bootTables(), { cwd: "/tmp" });
    attacker.guest.do("mkdir", { ...attacker.at("/tmp/d"), mode: 0o755 });
    expect(attacker.ls("/proc/self/root/")).toContain("tmp");
    expect(attacker.ls("/proc/self/root/../../..")).toContain("tmp");
    expect(attacker.ls("/proc/self/cwd/")).toContain("d");
    expect(attacker.ls("/proc/self/cwd/d/../../..")).toContain("tmp");
    const fd = attacker.open("/tmp/d");
    expect(attacker.ls(`/proc/self/fd/${fd}/..`)).toContain("d");
    saw(attacker.readlink("/proc/self/exe"));
    expect(attacker.cat(`/proc/self/root${process.execPath}`)).toBe("ENOENT");
  }));
