// The same steps on our kernel and on the Linux that runs the tests: results and errors are the same.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { hostActor } from "../../src/kernel/actor.js";
import {
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
} from "../../src/kernel/constants.js";
import { Errno } from "../../src/kernel/errno.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import { openPath } from "../../src/kernel/open.js";
import type { Process } from "../../src/kernel/process.js";
import type { VirtualStat } from "../../src/kernel/stat.js";
import { Random } from "../random.js";
import { bootTables, codeOf, ok, start, utf8 } from "./tables.js";

type Step =
  | ["open", path: string, flags: number]
  | ["write", path: string, flags: number, text: string]
  | ["truncate", path: string, size: number]
  | ["rename" | "link" | "symlink", from: string, to: string]
  | ["mkdir" | "rmdir" | "unlink" | "readlink" | "stat" | "lstat", path: string]
  | ["tree"];

const script = fileURLToPath(new URL("linux-steps.py", import.meta.url));
const isLinuxWithPython =
  process.platform === "linux" && spawnSync("python3", ["--version"]).status === 0;

function onLinux(cases: readonly Step[][]): unknown[][] {
  const { status, stdout, stderr } = spawnSync("python3", [script], {
    input: JSON.stringify(cases),
    maxBuffer: 2 ** 30,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
  return JSON.parse(stdout);
}

function here(steps: readonly Step[]): unknown[] {
  const tables = bootTables();
  for (const path of ["/tmp/case", "/tmp/case/in"])
    ok(tables.vfs.mkdir(hostActor, "/", path, 0o755));
  const process = start(tables, { cwd: "/tmp/case/in" });
  return steps.map((each) => run(tables, process, each));
}

function run(tables: KernelTables, process: Process, step: Step): unknown {
  const { vfs } = tables;
  const { cwd } = process;
  const done = (result: unknown): unknown => {
    if (result instanceof Errno) return result.code;
    return result === undefined ? "ok" : result;
  };
  switch (step[0]) {
    case "open":
    case "write": {
      const opened = openPath(tables, process, cwd, step[1], step[2], 0o644);
      if (opened instanceof Errno) return opened.code;
      opened.retain();
      const result = step[0] === "write" ? codeOf(ok(opened.write(utf8(step[3])))) : "ok";
      opened.release();
      return result;
    }
    case "truncate": {
      const opened = openPath(tables, process, cwd, step[1], O_WRONLY, 0);
      if (opened instanceof Errno) return opened.code;
      opened.retain();
      const result = done(opened.truncate(step[2]));
      opened.release();
      return result;
    }
    case "mkdir":
      return done(vfs.mkdir(hostActor, cwd, step[1], 0o755));
    case "rmdir":
      return done(vfs.rmdir(hostActor, cwd, step[1]));
    case "unlink":
      return done(vfs.unlink(hostActor, cwd, step[1]));
    case "rename":
      return done(vfs.rename(hostActor, cwd, step[1], cwd, step[2]));
    case "link":
      return done(vfs.link(hostActor, cwd, step[1], cwd, step[2], false));
    case "symlink":
      return done(vfs.symlink(hostActor, step[1], cwd, step[2]));
    case "readlink":
      return done(vfs.readlink(hostActor, cwd, step[1]));
    case "stat":
    case "lstat": {
      const stat = vfs.stat(hostActor, cwd, step[1], step[0] === "stat");
      return stat instanceof Errno ? stat.code : describeStat(stat);
    }
    case "tree":
      return treeOf(tables, cwd, ".");
  }
}

function describeStat({ mode, nlink, size }: VirtualStat): unknown[] {
  if ((mode & S_IFMT) === S_IFDIR) return ["directory", nlink];
  return [(mode & S_IFMT) === S_IFLNK ? "link" : "file", nlink, size];
}

function treeOf(tables: KernelTables, cwd: string, path: string): Record<string, unknown[]> {
  const { vfs } = tables;
  const found: Record<string, unknown[]> = {};
  const directory = ok(vfs.resolveExisting(hostActor, cwd, path, false));
  for (const name of ok(vfs.readDir(directory)).map((entry) => entry.name)) {
    const entry = `${path}/${name}`;
    const description = describeStat(ok(vfs.stat(hostActor, cwd, entry, false)));
    found[entry] = description;
    if (description[0] === "directory") Object.assign(found, treeOf(tables, cwd, entry));
    if (description[0] === "link") description.push(ok(vfs.readlink(hostActor, cwd, entry)));
  }
  return found;
}

/** Compares each case, and shows those that differ: the steps, Linux's results, ours. */
function expectParity(cases: readonly Step[][]): void {
  const theirs = onLinux(cases);
  const different: string[] = [];
  for (const [index, steps] of cases.entries()) {
    const ours = here(steps);
    for (const at of steps.keys()) {
      const [linux, mine] = [theirs[index]?.[at], ours[at]].map(canonical);
      if (linux === mine) continue;
      const before = steps.slice(0, at + 1).filter((each) => !isSetup(each));
      different.push(`${before.map(shown).join("; ")}: Linux ${linux}, here ${mine}`);
      break;
    }
  }
  if (different.length > 30) different.splice(30, Infinity, `and ${different.length - 30} more`);
  expect(different).toEqual([]);
}

/** The steps that every case has. */
function isSetup(step: Step): boolean {
  return step[0] === "tree" || setup.includes(step);
}

/** JSON with sorted keys: directories have no order. */
function canonical(value: unknown): string | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return JSON.stringify(value);
  }
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort()));
}

function shown(step: Step): string {
  const words = step.map(String).map((word) => (word.length > 40 ? `${word.slice(0, 20)}…` : word));
  if (step[0] === "open" || step[0] === "write") words[2] = flagNames(step[2]);
  return words.join(" ");
}

const openFlags = { O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_DIRECTORY, O_NOFOLLOW };

function flagNames(flags: number): string {
  const access = ["O_RDONLY", "O_WRONLY", "O_RDWR"][flags & 3];
  const others = Object.entries(openFlags).filter(([, flag]) => flags & flag);
  return [access, ...others.map(([name]) => name)].join("|");
}

/** Every combination that makes a difference, but O_CREAT|O_DIRECTORY, which Linux changed in 6.4. */
function allOpenFlags(): number[] {
  let combinations: number[] = [O_RDONLY, O_RDWR];
  for (const flag of [O_TRUNC, O_NOFOLLOW]) {
    combinations = combinations.flatMap((flags) => [flags, flags | flag]);
  }
  const ways = [0, O_EXCL, O_CREAT, O_CREAT | O_EXCL, O_DIRECTORY];
  return combinations.flatMap((flags) => ways.map((way) => flags | way));
}

/** Files, directories, and links to them, to nothing and in circles. */
const setup: Step[] = [
  ["write", "f", O_WRONLY | O_CREAT, "text"],
  ["write", "g", O_WRONLY | O_CREAT, "other"],
  ["mkdir", "d"],
  ["write", "d/f", O_WRONLY | O_CREAT, "inner"],
  ["mkdir", "d/s"],
  ["mkdir", "e"],
  ["symlink", "f", "lf"],
  ["symlink", "d", "ld"],
  ["symlink", "e", "le"],
  ["symlink", "d/f", "ldf"],
  ["symlink", "../f", "d/up"],
  ["symlink", "missing", "dangling"],
  ["symlink", "loop", "loop"],
  ["symlink", "loop2", "loop1"],
  ["symlink", "loop1", "loop2"],
  ["symlink", "n".repeat(256), "llong"],
  ["symlink", "d/", "ld-slash"],
  ["symlink", "f/", "lf-slash"],
  ["symlink", "f/.", "lf-dot"],
];

const long = { ok: "n".repeat(255), bad: "n".repeat(256), utf8: "é".repeat(128) };

const paths = [
  ...["f", "f/", "f/.", "f/..", "f/x", "f/x/y", "f//", "./f", "d/../f", "d/./f"],
  ...["d", "d/", "d/.", "d/..", "d//f", "d/f", "d/f/", "d/new", "d/new/", "d/s", "e", "e/"],
  ...["lf", "lf/", "lf/x", "ld", "ld/", "ld/.", "ld/..", "ld/f", "ld/../f", "ld/up", "le", "le/"],
  ...["ld-slash", "lf-slash", "lf-slash/", "lf-dot"],
  ...["ldf", "ldf/", "dangling", "dangling/", "dangling/x", "dangling/.."],
  ...["loop", "loop/", "loop/x", "loop1", "llong", "llong/"],
  ...["missing", "missing/", "missing/.", "missing/..", "missing/x", "missing/../f", "m//"],
  ...["", ".", "..", "./", "../", "./."],
  ...[long.ok, long.bad, `${long.bad}/`, long.utf8, `d/${long.bad}`, `f/${long.bad}`],
  ...[`missing/${long.bad}`, `${long.bad}/..`, `dangling/${long.bad}`],
  ...[`${"./".repeat(2000)}f`, "/.".repeat(2048), `${"./".repeat(1900)}${"é".repeat(150)}`],
];

/** With O_CREAT two things are wrong with these, and Linux reports the other one. */
const twiceWrong = new Set([`${long.bad}/`, "lf-slash"]);

/** Where two paths are needed: fewer, so that their pairs stay few. */
const fewPaths = [
  ...["f", "f/", "f/x", "g", "d", "d/", "d/.", "d/..", "d/f", "d/s", "d/s/", "d/new", "d/new/"],
  ...["e", "e/", "lf", "lf/", "ld", "ld/", "ld/f", "ld/new", "le", "le/", "dangling", "dangling/"],
  ...["loop", "missing", "missing/", "missing/x", "d/s/new", "", ".", "..", long.ok, "llong"],
];

describe.skipIf(!isLinuxWithPython)("as on this machine's Linux", { timeout: 120_000 }, () => {
  test("open: every combination of flags on every kind of path", () => {
    const flags = allOpenFlags();
    const cases = paths.flatMap((path) =>
      flags
        .filter((each) => !(each & O_CREAT && twiceWrong.has(path)))
        .map((each): Step[] => [...setup, ["open", path, each], ["tree"]]),
    );
    expectParity(cases);
  });

  test.each(["stat", "lstat", "readlink", "mkdir", "rmdir", "unlink"] as const)(
    "%s",
    (operation) => {
      expectParity(paths.map((path) => [...setup, [operation, path], ["tree"]]));
    },
  );

  test.each(["rename", "link"] as const)("%s: every pair of paths", (operation) => {
    const cases = fewPaths.flatMap((from) =>
      fewPaths.map((to): Step[] => [...setup, [operation, from, to], ["tree"]]),
    );
    expectParity([...cases, [...setup, [operation, "f", long.bad]]]);
  });

  test("symlink", () => {
    const targets = ["anything/", "", "t".repeat(4095), "t".repeat(4096), "é".repeat(2048)];
    expectParity([
      ...paths.map((path): Step[] => [...setup, ["symlink", "t", path], ["tree"]]),
      ...targets.map((target): Step[] => [...setup, ["symlink", target, "new"], ["tree"]]),
    ]);
  });

  test("chains of links: 40 are followed, 41 are not", () => {
    const chain = (length: number): Step[] =>
      Array.from({ length }, (_, index) => ["symlink", index ? `l${index - 1}` : "f", `l${index}`]);
    expectParity([
      [...setup, ...chain(41), ["stat", "l39"], ["stat", "l40"], ["open", "l40", O_RDONLY]],
      [...setup, ...chain(41), ["lstat", "l40"], ["stat", "l20/../f"], ["unlink", "l40"]],
    ]);
  });

  test("random steps leave the same tree", () => {
    const names = ["a", "b", "c", "a/a", "a/b", "b/a", "b/b", "a/a/a", "b/../a", "c/"] as const;
    const cases: Step[][] = [];
    for (let seed = 1; seed <= 300; seed++) {
      const random = new Random(seed);
      const steps: Step[] = Array.from({ length: 40 }, (): Step => {
        const [path, other] = [random.pick(names), random.pick(names)];
        const flags = random.pick([O_WRONLY, O_RDWR, O_WRONLY | O_APPEND, O_WRONLY | O_TRUNC]);
        return random.pick<Step>([
          ["write", path, flags | O_CREAT, "x".repeat(random.below(20))],
          ["write", path, flags, "y"],
          ["open", path, flags | O_CREAT | O_EXCL],
          ["truncate", path, random.below(50)],
          ["mkdir", path],
          ["mkdir", other],
          ["rmdir", path],
          ["unlink", path],
          ["rename", path, other],
          ["rename", other, path],
          ["link", path, other],
          ["symlink", random.pick(["a", "b", "../a", "a/b", "c"]), path],
          ["readlink", path],
          ["stat", path],
        ]);
      });
      cases.push(steps.flatMap((step): Step[] => [step, ["tree"]]));
    }
    expectParity(cases);
  });
});
