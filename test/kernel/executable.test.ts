import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { hostActor } from "../../src/kernel/actor.js";
import { O_CREAT, O_TRUNC, O_WRONLY } from "../../src/kernel/constants.js";
import { Errno } from "../../src/kernel/errno.js";
import { resolveExecutable } from "../../src/kernel/executable.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import { driverOf, idleProcess } from "../driver-process.js";
import { bootTables, ok, openIn, start, utf8 } from "./tables.js";

const searchPath = "/usr/local/bin:/usr/bin:/bin";

/** Tables with commands `sh` and `env`, and the given files, executable. */
function boot(files: Record<string, string> = {}): KernelTables {
  const tables = bootTables();
  for (const command of ["sh", "env"]) {
    tables.commands.register(driverOf(command, () => idleProcess().process));
  }
  for (const [path, text] of Object.entries(files)) makeFile(tables, path, text);
  return tables;
}

function makeFile(tables: KernelTables, path: string, text: string, mode = 0o755): void {
  const process = start(tables);
  const fd = openIn(tables, process, path, O_WRONLY | O_CREAT | O_TRUNC);
  ok(ok(process.fds.get(fd)).write(utf8(text)));
  ok(tables.vfs.setAttributes(hostActor, "/", path, { mode }, true));
  tables.processes.end(process, 0);
}

/** What would run: the command and its arguments as one line, or the error's name. */
function runs(tables: KernelTables, command: string, args: string[] = [], cwd = "/"): string {
  const found = resolveExecutable(tables, { actor: hostActor, command, args, cwd, searchPath });
  if (found instanceof Errno) return found.code;
  return [found.command, ...found.args.map((arg) => `[${arg}]`)].join(" ");
}

describe("commands", () => {
  test.each([
    ["a registered name", "sh", "sh [a]"],
    ["its path", "/bin/sh", "sh [a]"],
    ["its other path", "/usr/bin/sh", "sh [a]"],
    ["a relative path", "bin/sh", "sh [a]"],
    ["an unknown name", "none", "ENOENT"],
    ["an unknown path", "/bin/none", "ENOENT"],
    ["a registered name in another directory", "/tmp/sh", "ENOENT"],
    ["nothing", "", "ENOENT"],
    ["a directory", "/tmp", "EACCES"],
    ["a device", "/dev/null", "EACCES"],
    ["a file below a file", "/bin/sh/x", "ENOTDIR"],
    ["__proto__", "__proto__", "ENOENT"],
  ])("%s", (_, command, expected) => {
    expect(runs(boot(), command, ["a"])).toBe(expected);
  });

  test("a name is a file along PATH before it is a registered command", () => {
    const tables = boot({ "/bin/sh": "#!/usr/bin/env first" });
    expect(runs(tables, "sh", ["a"])).toBe("sh [a]");
    ok(tables.vfs.mkdir(hostActor, "/", "/usr/local", 0o755));
    ok(tables.vfs.mkdir(hostActor, "/", "/usr/local/bin", 0o755));
    makeFile(tables, "/usr/local/bin/sh", "#!/usr/bin/env mine");
    expect(runs(tables, "sh", ["a"])).toBe("env [mine] [/usr/local/bin/sh] [a]");
  });

  test("PATH goes on past files that can't be run, and tells of them when nothing else is there", () => {
    const tables = boot();
    makeFile(tables, "/bin/tool", "#!/bin/sh", 0o644);
    expect(runs(tables, "tool")).toBe("EACCES");
    expect(
      resolveExecutable(tables, {
        actor: hostActor,
        command: "tool",
        args: [],
        cwd: "/",
        searchPath: "/bin:/tmp",
      }),
    ).toMatchObject({ code: "EACCES" });
    makeFile(tables, "/tmp/tool", "#!/bin/sh");
    const found = resolveExecutable(tables, {
      actor: hostActor,
      command: "tool",
      args: [],
      cwd: "/",
      searchPath: "/bin:/tmp",
    });
    expect(found).toMatchObject({ command: "sh", args: ["/tmp/tool"] });
  });

  test("an empty part of PATH is the working directory", () => {
    const tables = boot({ "/tmp/tool": "#!/bin/sh" });
    const invocation = {
      actor: hostActor,
      command: "tool",
      args: [],
      cwd: "/tmp",
      searchPath: "/none::/bin",
    };
    expect(resolveExecutable(tables, invocation)).toMatchObject({ command: "sh" });
  });

  test("a symbolic link to a command runs that command", () => {
    const tables = boot();
    ok(tables.vfs.symlink(hostActor, "/bin/sh", "/", "/tmp/my-shell"));
    expect(runs(tables, "/tmp/my-shell", ["a"])).toBe("sh [a]");
  });
});

describe("scripts", () => {
  test.each([
    ["#!/bin/sh\n", "sh [/tmp/s] [a]"],
    ["#!/bin/sh", "sh [/tmp/s] [a]"],
    ["#! \t/bin/sh \t\n", "sh [/tmp/s] [a]"],
    ["#!/bin/sh -e\n", "sh [-e] [/tmp/s] [a]"],
    ["#!/bin/sh -e  -x y \n", "sh [-e  -x y] [/tmp/s] [a]"],
    ["#!/usr/bin/env sh\n", "env [sh] [/tmp/s] [a]"],
    ["#!/usr/local/bin/sh\n", "sh [/tmp/s] [a]"],
    ["#!/bin/none\n", "ENOENT"],
    ["#!/bin/sh\r\n", "ENOENT"],
    ["#!/tmp\n", "EACCES"],
    ["#!\n", "ENOEXEC"],
    ["#!   \n/bin/sh", "ENOEXEC"],
    ["", "ENOEXEC"],
    ["echo hi\n", "ENOEXEC"],
    ["\n#!/bin/sh\n", "ENOEXEC"],
    ["\xff\xfe", "ENOEXEC"],
  ])("a file of %j: %s", (text, expected) => {
    expect(runs(boot({ "/tmp/s": text }), "/tmp/s", ["a"])).toBe(expected);
  });

  test("the name of the script is what was asked for, relative or found along PATH", () => {
    const tables = boot({ "/tmp/s": "#!/bin/sh", "/bin/tool": "#!/bin/sh" });
    expect(runs(tables, "./s", [], "/tmp")).toBe("sh [./s]");
    expect(runs(tables, "tool")).toBe("sh [/bin/tool]");
  });

  test("without execute permission it is EACCES", () => {
    const tables = boot();
    makeFile(tables, "/tmp/s", "#!/bin/sh", 0o644);
    expect(runs(tables, "/tmp/s")).toBe("EACCES");
  });

  test("an interpreter may be a script: its own line comes first", () => {
    const tables = boot({ "/tmp/a": "#!/tmp/b x\n", "/tmp/b": "#!/bin/sh y\n" });
    expect(runs(tables, "/tmp/a", ["z"])).toBe("sh [y] [/tmp/b] [x] [/tmp/a] [z]");
  });

  test("scripts that interpret each other are ELOOP", () => {
    const tables = boot({ "/tmp/a": "#!/tmp/b\n", "/tmp/b": "#!/tmp/a\n" });
    expect(runs(tables, "/tmp/a")).toBe("ELOOP");
  });
});

/** A chain of `length` scripts: s1 is interpreted by s2, …, the last by /bin/sh. */
function chain(length: number, directory: string): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length }, (_, index) => {
      const next = index + 1 === length ? "/bin/sh" : `${directory}/s${index + 2}`;
      return [`${directory}/s${index + 1}`, `#!${next}\nexit 0\n`];
    }),
  );
}

test.skipIf(process.platform !== "linux").each([1, 2, 4, 5, 6, 7])(
  "a chain of %d scripts runs when it runs on this machine's Linux",
  (length) => {
    const directory = mkdtempSync(join(tmpdir(), "secure-exec-scripts-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    for (const [path, text] of Object.entries(chain(length, directory))) {
      writeFileSync(path, text);
      chmodSync(path, 0o755);
    }
    const { error } = spawnSync(`${directory}/s1`);
    const onLinux = error ? (error as NodeJS.ErrnoException).code : "runs";
    const here = runs(boot(chain(length, "/tmp")), "/tmp/s1");
    expect(here.startsWith("sh") ? "runs" : here).toBe(onLinux);
  },
);
