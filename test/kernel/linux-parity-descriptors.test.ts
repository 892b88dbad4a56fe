// The same steps on descriptors, pipes and children, on our kernel and on the Linux that runs the tests: results,
// errors and the numbers of descriptors are the same.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import {
  AT_FDCWD,
  O_APPEND,
  O_CREAT,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  POLLIN,
  POLLOUT,
  WNOHANG,
} from "../../src/kernel/constants.js";
import { FdTable } from "../../src/kernel/fd-table.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import type { Process } from "../../src/kernel/process.js";
import { SIGCONT, SIGKILL, SIGPIPE, SIGSTOP, SIGTERM, SIGUSR1 } from "../../src/kernel/signals.js";
import { exitStatus } from "../../src/kernel/wait-status.js";
import { DirectGuest } from "../bridge/direct-guest.js";
import { Random } from "../random.js";
import { bootTables, ok, openIn, start, textOf, utf8 } from "./tables.js";

type Step =
  | ["open", path: string, flags: number]
  | ["close" | "size" | "getfd" | "getfl" | "fsync" | "nlink", fd: number]
  | ["read" | "drain" | "fill", fd: number, count: number]
  | ["write", fd: number, text: string]
  | ["pread", fd: number, count: number, at: number]
  | ["pwrite", fd: number, text: string, at: number]
  | ["seek", fd: number, offset: number, whence: number]
  | ["truncate" | "setfd" | "setfl" | "dup2", fd: number, value: number]
  | ["dup", fd: number, minimum: number, cloexec: number]
  | ["pipe"]
  | ["poll", ...entries: [fd: number, events: number][]]
  | ["unlink" | "stat", path: string]
  | ["rename" | "link", from: string, to: string]
  | ["fork", label: string]
  | ["end" | "kill", label: string, number: number]
  | ["waitpid", label: string, options: number];

const script = fileURLToPath(new URL("linux-descriptor-steps.py", import.meta.url));
const isLinuxWithPython =
  process.platform === "linux" && spawnSync("python3", ["--version"]).status === 0;

function onLinux(cases: readonly Step[][]): unknown[][] {
  const { status, stdout, stderr } = spawnSync("python3", [script], {
    input: JSON.stringify(cases),
    maxBuffer: 2 ** 28,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
  return JSON.parse(stdout);
}

class Here {
  readonly tables: KernelTables = bootTables();
  readonly process: Process;
  readonly guest: DirectGuest;
  readonly #children = new Map<string, Process>();

  constructor() {
    ok(this.tables.vfs.mkdir(this.tables.userActor, "/", "/tmp/case", 0o755));
    this.process = start(this.tables, { cwd: "/tmp/case", fds: new FdTable(256) });
    for (const _ of [0, 1, 2]) openIn(this.tables, this.process, "/dev/null", O_RDWR);
    this.guest = new DirectGuest(this.tables, this.process);
    // Python ignores it from the start.
    this.guest.do("ignore_signal", { signal: SIGPIPE, ignored: 1 });
  }

  async run(step: Step): Promise<unknown> {
    const result = this.#run(step);
    // A driver's process ends a little after its signal.
    for (let round = 0; round < 5; round++) await Promise.resolve();
    return result;
  }

  #run(step: Step): unknown {
    const { guest, tables } = this;
    const call = (...args: Parameters<DirectGuest["try"]>): unknown => {
      const outcome = guest.try(...args);
      return outcome === "ok" ? guest.result : outcome;
    };
    const silent = (...args: Parameters<DirectGuest["try"]>): unknown => guest.try(...args);
    const text = (result: unknown): unknown =>
      typeof result === "number" ? textOf(guest.resultBytes) : result;
    const at = (path: string) => ({ directory: AT_FDCWD, path: utf8(path) });
    switch (step[0]) {
      case "open":
        return call("open", { ...at(step[1]), flags: step[2], mode: 0o644, minimum: 0 });
      case "close":
        return silent("close", { fd: step[1] });
      case "fsync":
        return silent("fsync", { fd: step[1] });
      case "read":
        return text(call("read", { fd: step[1], target: step[2] }));
      case "drain":
        return call("read", { fd: step[1], target: step[2] });
      case "write":
        return call("write", { fd: step[1], data: utf8(step[2]) });
      case "fill":
        return call("write", { fd: step[1], data: new Uint8Array(step[2]) });
      case "pread":
        return text(call("pread", { fd: step[1], target: step[2], position: step[3] }));
      case "pwrite":
        return call("pwrite", { fd: step[1], data: utf8(step[2]), position: step[3] });
      case "seek":
        return call("seek", { fd: step[1], offset: step[2], whence: step[3] });
      case "truncate":
        return silent("ftruncate", { fd: step[1], size: step[2] });
      case "dup":
        return call("dup", { fd: step[1], minimum: step[2], flags: step[3] });
      case "dup2":
        return silent("dup2", { fd: step[1], newFd: step[2], flags: 0 });
      case "getfd":
        return call("get_fd_flags", { fd: step[1] });
      case "setfd":
        return silent("set_fd_flags", { fd: step[1], flags: step[2] });
      case "getfl": {
        const outcome = silent("get_status", { fd: step[1] });
        return outcome === "ok" ? guest.secondResult : outcome;
      }
      case "setfl":
        return silent("set_status", { fd: step[1], flags: step[2] });
      case "pipe": {
        const outcome = silent("pipe", { flags: 0 });
        return outcome === "ok" ? [guest.result, guest.secondResult] : outcome;
      }
      case "poll": {
        const [, ...interests] = step;
        const entries = new Uint8Array(Int32Array.from(interests.flat()).buffer);
        const outcome = silent("poll", { entries, timeoutUs: 0 });
        return outcome === "ok" ? [...new Int32Array(guest.resultBytes.slice().buffer)] : outcome;
      }
      case "size":
      case "nlink": {
        const outcome = silent("fstat", { fd: step[1] });
        if (outcome !== "ok") return outcome;
        const stat = ok(ok(this.process.fds.get(step[1])).stat());
        return step[0] === "size" ? stat.size : stat.nlink;
      }
      case "unlink":
        return silent("unlink", { ...at(step[1]), flags: 0 });
      case "stat": {
        const outcome = silent("stat", { ...at(step[1]), flags: 0 });
        if (outcome !== "ok") return outcome;
        const stat = ok(tables.vfs.stat(tables.userActor, "/tmp/case", step[1]));
        return [stat.nlink, stat.size];
      }
      case "rename":
      case "link":
        return silent(step[0], {
          oldDirectory: AT_FDCWD,
          oldPath: utf8(step[1]),
          newDirectory: AT_FDCWD,
          newPath: utf8(step[2]),
          flags: 0,
        });
      case "fork":
        this.#children.set(step[1], start(tables, { parent: this.process }));
        return "ok";
      case "end": {
        const child = start(tables, { parent: this.process });
        this.#children.set(step[1], child);
        tables.processes.end(child, exitStatus(step[2]));
        return "ok";
      }
      case "kill":
        return silent("kill", { pid: this.#pidOf(step[1]), signal: step[2] });
      case "waitpid": {
        const pid = step[1] === "" ? -1 : this.#pidOf(step[1]);
        const outcome = silent("waitpid", { pid, options: step[2] });
        if (outcome !== "ok") return outcome;
        return [this.#labelOf(guest.result), guest.secondResult];
      }
    }
  }

  #pidOf(label: string): number {
    return this.#children.get(label)?.pid ?? 0;
  }

  #labelOf(pid: number): string | 0 {
    for (const [label, child] of this.#children) if (child.pid === pid) return label;
    return 0;
  }
}

async function expectParity(cases: readonly Step[][]): Promise<void> {
  const theirs = onLinux(cases);
  const different: string[] = [];
  for (const [index, steps] of cases.entries()) {
    const here = new Here();
    for (const [at, step] of steps.entries()) {
      const ours = JSON.stringify(await here.run(step));
      const linux = JSON.stringify(theirs[index]?.[at]);
      if (ours === linux) continue;
      const before = steps.slice(0, at + 1).map((each) => each.join(" "));
      different.push(`${before.join("; ")}: Linux ${linux}, here ${ours}`);
      break;
    }
  }
  expect(different.slice(0, 20)).toEqual([]);
}

const [SET, CURRENT, END] = [0, 1, 2];
const create = O_RDWR | O_CREAT;

const cases: Record<string, Step[]> = {
  "the lowest free number is taken, also by dup and pipe": [
    ["open", "a", create],
    ["open", "b", create],
    ["dup", 3, 0, 0],
    ["close", 3],
    ["pipe"],
    ["close", 4],
    ["dup", 5, 4, 0],
    ["dup", 5, 20, 1],
    ["getfd", 20],
    ["getfd", 5],
    ["dup", 5, 21, 0],
    ["dup2", 5, 30],
    ["getfd", 30],
    ["close", 30],
    ["close", 30],
    ["dup", 30, 0, 0],
    ["dup", 5, -1, 0],
  ],
  "dup shares the cursor and the status flags, not close-on-exec": [
    ["open", "f", create],
    ["write", 3, "hello world"],
    ["dup", 3, 0, 0],
    ["seek", 4, 6, SET],
    ["read", 3, 5],
    ["read", 4, 5],
    ["setfl", 4, O_APPEND],
    ["getfl", 3],
    ["setfd", 4, 1],
    ["getfd", 3],
    ["getfd", 4],
    ["dup2", 4, 4],
    ["getfd", 4],
    ["dup2", 4, 5],
    ["getfd", 5],
    ["close", 3],
    ["write", 5, "!"],
    ["seek", 4, 0, CURRENT],
    ["size", 4],
  ],
  "two opens of a file have cursors of their own": [
    ["open", "f", create],
    ["open", "f", O_RDONLY],
    ["write", 3, "abcdef"],
    ["read", 4, 3],
    ["read", 4, 9],
    ["read", 4, 9],
    ["write", 4, "x"],
    ["read", 3, 1],
    ["seek", 3, -2, END],
    ["read", 3, 9],
    ["pread", 4, 2, 1],
    ["seek", 4, 0, CURRENT],
  ],
  "O_APPEND writes at the end wherever the cursor is, and pwrite too": [
    ["open", "f", create | O_APPEND],
    ["write", 3, "one"],
    ["seek", 3, 0, SET],
    ["write", 3, "two"],
    ["seek", 3, 0, CURRENT],
    ["pwrite", 3, "three", 0],
    ["seek", 3, 0, CURRENT],
    ["pread", 3, 20, 0],
    ["setfl", 3, 0],
    ["getfl", 3],
    ["pwrite", 3, "ONE", 0],
    ["pread", 3, 20, 0],
  ],
  "a hole reads as zeros, truncation cuts and extends": [
    ["open", "f", create],
    ["seek", 3, 100_000, SET],
    ["write", 3, "end"],
    ["size", 3],
    ["pread", 3, 3, 50_000],
    ["pread", 3, 10, 99_998],
    ["truncate", 3, 5],
    ["seek", 3, 0, CURRENT],
    ["read", 3, 5],
    ["write", 3, "far"],
    ["size", 3],
    ["truncate", 3, 200_000],
    ["pread", 3, 2, 150_000],
    ["truncate", 3, -1],
    ["open", "f", O_RDONLY],
    ["truncate", 4, 0],
    ["pwrite", 4, "x", 0],
    ["pread", 3, 1, -1],
    ["pwrite", 3, "x", -1],
  ],
  "seek: its errors, and beyond the end": [
    ["open", "f", create],
    ["write", 3, "12345"],
    ["seek", 3, -6, END],
    ["seek", 3, -1, SET],
    ["seek", 3, 10, END],
    ["read", 3, 1],
    ["seek", 3, -16, CURRENT],
    ["seek", 3, 0, CURRENT],
    ["seek", 3, 0, 99],
    ["pipe"],
    ["seek", 4, 0, SET],
    ["pread", 4, 1, 0],
    ["pwrite", 5, "x", 0],
    ["seek", 77, 0, SET],
    ["truncate", 5, 0],
    ["fsync", 5],
    ["fsync", 3],
  ],
  "a pipe: order, the end, the broken pipe": [
    ["pipe"],
    ["write", 4, "abc"],
    ["write", 4, "def"],
    ["read", 3, 4],
    ["poll", [3, POLLIN | POLLOUT], [4, POLLIN | POLLOUT]],
    ["write", 3, "x"],
    ["read", 4, 1],
    ["close", 4],
    ["poll", [3, POLLIN]],
    ["read", 3, 9],
    ["poll", [3, POLLIN]],
    ["read", 3, 9],
    ["pipe"],
    ["close", 4],
    ["close", 3],
    ["pipe"],
    ["close", 3],
    ["poll", [4, POLLOUT], [5, POLLOUT]],
    ["write", 4, "x"],
    ["write", 5, "x"],
  ],
  "the end of a pipe comes with its last writer, dups counted": [
    ["pipe"],
    ["dup", 4, 0, 0],
    ["setfl", 3, O_NONBLOCK],
    ["close", 4],
    ["read", 3, 1],
    ["write", 5, "last"],
    ["close", 5],
    ["read", 3, 10],
    ["read", 3, 10],
  ],
  "a non-blocking pipe: EAGAIN, partial writes, and PIPE_BUF whole or not at all": [
    ["pipe"],
    ["setfl", 3, O_NONBLOCK],
    ["setfl", 4, O_NONBLOCK],
    ["getfl", 3],
    ["getfl", 4],
    ["read", 3, 1],
    ["fill", 4, 70_000],
    ["fill", 4, 1],
    ["poll", [4, POLLOUT], [3, POLLIN]],
    ["drain", 3, 4096],
    ["poll", [4, POLLOUT]],
    ["fill", 4, 4096],
    ["fill", 4, 4096],
    ["drain", 3, 100_000],
    ["read", 3, 1],
    ["fill", 4, 0],
    ["drain", 3, 0],
  ],
  "poll: what a file, nothing and a wrong number say": [
    ["open", "f", create],
    ["poll", [3, POLLIN | POLLOUT], [0, POLLIN | POLLOUT], [77, POLLIN]],
    ["pipe"],
    ["poll", [4, 0], [5, 0]],
    ["close", 4],
    ["poll", [5, 0]],
  ],
  "what is open outlives its name": [
    ["open", "f", create],
    ["write", 3, "still here"],
    ["unlink", "f"],
    ["stat", "f"],
    ["nlink", 3],
    ["pread", 3, 20, 0],
    ["open", "f", create],
    ["size", 4],
    ["write", 4, "new"],
    ["pread", 3, 20, 0],
    ["close", 3],
    ["stat", "f"],
  ],
  "a rename changes names, not what is open": [
    ["open", "a", create],
    ["open", "b", create],
    ["write", 3, "from a"],
    ["write", 4, "from b!"],
    ["rename", "a", "b"],
    ["stat", "a"],
    ["stat", "b"],
    ["nlink", 4],
    ["nlink", 3],
    ["pread", 4, 20, 0],
    ["write", 3, "+"],
    ["stat", "b"],
    ["rename", "none", "b"],
    ["link", "b", "c"],
    ["rename", "b", "c"],
    ["stat", "b"],
    ["nlink", 3],
    ["unlink", "b"],
    ["unlink", "c"],
    ["nlink", 3],
    ["size", 3],
  ],
  "O_TRUNC empties what others have open": [
    ["open", "f", create],
    ["write", 3, "0123456789"],
    ["open", "f", O_WRONLY | O_TRUNC],
    ["size", 3],
    ["write", 3, "x"],
    ["size", 4],
    ["pread", 3, 3, 8],
    ["read", 4, 1],
  ],
  "waitpid: which child, what status": [
    ["waitpid", "", 0],
    ["end", "a", 0],
    ["end", "b", 7],
    ["waitpid", "b", 0],
    ["waitpid", "b", 0],
    ["waitpid", "", 0],
    ["waitpid", "", 0],
    ["fork", "c"],
    ["waitpid", "c", WNOHANG],
    ["waitpid", "", WNOHANG],
    ["kill", "c", 0],
    ["kill", "c", SIGKILL],
    ["waitpid", "c", 0],
    ["kill", "c", 0],
    ["end", "d", 255],
    ["end", "e", 256 + 3],
    ["waitpid", "d", 0],
    ["waitpid", "e", 0],
  ],
  "waitpid: ended by a signal, stopped, continued": [
    ["fork", "a"],
    ["kill", "a", SIGTERM],
    ["waitpid", "a", 0],
    ["fork", "b"],
    ["kill", "b", SIGUSR1],
    ["waitpid", "b", WNOHANG],
    ["fork", "c"],
    ["kill", "c", SIGSTOP],
    ["waitpid", "c", WNOHANG],
    ["waitpid", "c", 2],
    ["waitpid", "c", WNOHANG | 2],
    ["kill", "c", SIGCONT],
    ["waitpid", "c", 8],
    ["waitpid", "c", WNOHANG | 8],
    ["kill", "c", SIGKILL],
    ["waitpid", "c", 0],
    ["waitpid", "c", 0],
    ["waitpid", "", 1024],
  ],
};

describe.skipIf(!isLinuxWithPython)("as on this machine's Linux", { timeout: 120_000 }, () => {
  test("there are well over 60 steps", () => {
    expect(Object.values(cases).flat().length).toBeGreaterThan(200);
  });

  test.each(Object.entries(cases))("%s", async (_, steps) => {
    await expectParity([steps]);
  });

  test("random steps on files and non-blocking pipes", async () => {
    const random = new Random(11);
    const many = Array.from({ length: 60 }, (): Step[] => {
      const steps: Step[] = [
        ["open", "f", create],
        ["open", "f", O_RDWR | O_APPEND],
        ["pipe"],
        ["setfl", 5, O_NONBLOCK],
        ["setfl", 6, O_NONBLOCK],
      ];
      for (let count = 0; count < 40; count++) {
        const fd = 3 + random.below(6);
        const [bytes, at] = [random.below(50), random.below(200)];
        steps.push(
          random.pick<Step>([
            ["write", fd, "abcdefghij".repeat(5).slice(0, bytes)],
            ["pwrite", fd, "KLMNOPQRST".repeat(5).slice(0, bytes), at],
            ["read", fd, bytes],
            ["pread", fd, bytes, at],
            ["seek", fd, at - 50, random.below(3)],
            ["truncate", fd, at],
            ["size", fd === 5 || fd === 6 ? 3 : fd],
            ["dup", fd, random.below(9), random.below(2)],
            ["dup2", 3 + random.below(2), 7 + random.below(2)],
            ["getfd", fd],
            ["getfl", fd],
            ["close", 7 + random.below(3)],
            ["open", random.pick(["f", "g"]), random.pick([O_RDONLY, create, create | O_TRUNC])],
            ["unlink", random.pick(["f", "g"])],
            ["rename", "f", "g"],
            ["link", "f", "g"],
            ["stat", "f"],
            ["poll", [fd, POLLIN | POLLOUT]],
          ]),
        );
      }
      return steps;
    });
    await expectParity(many);
  });
});
