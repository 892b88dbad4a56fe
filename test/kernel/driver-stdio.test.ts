// Standard streams of drivers that work with callbacks, and the host application's ends of them.

import { describe, expect, test } from "vitest";
import { pipeCapacity } from "../../src/kernel/limits.js";
import { SIGKILL } from "../../src/kernel/signals.js";
import { bootKernel, Puppets, turn } from "./drivers.js";
import { ok, textOf } from "./tables.js";

/** A puppet process, and what the host's onStdout got from it. */
async function boot(options: Parameters<typeof bootKernel>[1] = {}) {
  const puppets = new Puppets();
  const { kernel, tables } = await bootKernel([puppets], options);
  return { kernel, tables, puppets };
}

/** Text collected by an output callback. */
function collector() {
  const chunks: string[] = [];
  return { chunks, take: (data: Uint8Array) => void chunks.push(textOf(data)) };
}

describe("output", () => {
  test("from spawn itself and from later, in order, before wait() resolves", async () => {
    const puppets = new Puppets("puppet", ({ context }) => {
      context.onStdout?.(new TextEncoder().encode("early "));
    });
    const { kernel } = await bootKernel([puppets]);
    const { chunks, take } = collector();
    const managed = kernel.spawn("puppet", [], { onStdout: take });
    puppets.last.write("late");
    puppets.last.exit(0);
    await managed.wait();
    expect(chunks.join("")).toBe("early late");
  });

  test("stdout and stderr go to different callbacks", async () => {
    const { kernel, puppets } = await boot();
    const [out, err] = [collector(), collector()];
    kernel.spawn("puppet", [], { onStdout: out.take, onStderr: err.take });
    puppets.last.write("to out");
    puppets.last.process.onStderr?.(new TextEncoder().encode("to err"));
    expect([out.chunks, err.chunks]).toEqual([["to out"], ["to err"]]);
  });

  test("is the driver's to reuse: a chunk is copied", async () => {
    const { kernel, puppets } = await boot();
    const chunks: Uint8Array[] = [];
    kernel.spawn("puppet", [], { onStdout: (data) => void chunks.push(data) });
    const data = new TextEncoder().encode("text");
    puppets.last.process.onStdout?.(data);
    data.fill(0);
    expect(textOf(chunks[0] as Uint8Array)).toBe("text");
  });

  test("without a callback, the last MiB is kept for one that comes late", async () => {
    const { kernel, puppets } = await boot({ limits: { unreadOutputBytes: 10 } });
    const managed = kernel.spawn("puppet", []);
    for (const text of ["0123456789", "abc", "def"]) puppets.last.write(text);
    const { chunks, take } = collector();
    managed.onStdout = take;
    expect(chunks.join("")).toBe("6789abcdef");
    puppets.last.write("!");
    expect(chunks.join("")).toBe("6789abcdef!");
    expect(managed.onStdout).toBe(take);
  });

  test("a single chunk beyond what is kept leaves its end", async () => {
    const { kernel, puppets } = await boot({ limits: { unreadOutputBytes: 4 } });
    const managed = kernel.spawn("puppet", []);
    puppets.last.write("0123456789");
    const { chunks, take } = collector();
    managed.onStdout = take;
    expect(chunks).toEqual(["6789"]);
  });

  test("a callback's promise holds the next chunk back, and wait() too", async () => {
    const { kernel, puppets } = await boot();
    const chunks: string[] = [];
    const releases: (() => void)[] = [];
    const managed = kernel.spawn("puppet", [], {
      onStdout: (data) => {
        chunks.push(textOf(data));
        return new Promise<void>((resolve) => releases.push(resolve));
      },
    });
    for (const text of ["a", "b", "c"]) puppets.last.write(text);
    puppets.last.exit(0);
    const waited = managed.wait().then(() => chunks.push("waited"));
    await turn();
    expect(chunks).toEqual(["a"]);
    for (const expected of [
      ["a", "b"],
      ["a", "b", "c"],
    ]) {
      releases.shift()?.();
      await turn();
      expect(chunks).toEqual(expected);
    }
    releases.shift()?.();
    await waited;
    expect(chunks).toEqual(["a", "b", "c", "waited"]);
  });

  test("beyond the queue's limit is an error that names it, and loses nothing taken before", async () => {
    const { kernel, puppets } = await boot({ limits: { queuedBytes: 10 } });
    const chunks: string[] = [];
    let release = () => {};
    kernel.spawn("puppet", [], {
      onStdout: (data) => {
        chunks.push(textOf(data));
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      },
    });
    puppets.last.write("first");
    puppets.last.write("0123456789");
    expect(() => puppets.last.write("x")).toThrow(/ENOSPC.*queuedBytes limit of 10/);
    release();
    await turn();
    expect(chunks).toEqual(["first", "0123456789"]);
  });

  test("a callback that makes the process write more gets each chunk once", async () => {
    const { kernel, puppets } = await boot();
    const chunks: string[] = [];
    kernel.spawn("puppet", [], {
      onStdout: (data) => {
        chunks.push(textOf(data));
        if (chunks.length < 5) puppets.last.write(`${chunks.length}`);
      },
    });
    puppets.last.write("0");
    expect(chunks).toEqual(["0", "1", "2", "3", "4"]);
  });

  test("a dialogue in callbacks: each question is asked and each answer given once", async () => {
    const puppets = new Puppets("puppet", (puppet) => {
      puppet.process.writeStdin = (data) => {
        puppet.calls.push(textOf(data));
        puppet.write(`${puppet.calls.length}?`);
      };
    });
    const { kernel } = await bootKernel([puppets]);
    const questions: string[] = [];
    const managed = kernel.spawn("puppet", [], {
      onStdout: (data) => {
        questions.push(textOf(data));
        if (questions.length < 5) void managed.writeStdin(`${questions.length}!`);
      },
    });
    await turn();
    puppets.last.write("0?");
    await turn();
    expect(questions).toEqual(["0?", "1?", "2?", "3?", "4?"]);
    expect(puppets.last.calls).toEqual(["1!", "2!", "3!", "4!"]);
  });

  // A browser tells of it in another way.
  test.skipIf(!("on" in process))(
    "a callback that throws is the host's own bug: the process goes on",
    async () => {
      const { kernel, puppets } = await boot();
      const errors: unknown[] = [];
      const listeners = process.listeners("unhandledRejection");
      process.removeAllListeners("unhandledRejection");
      process.on("unhandledRejection", (error) => errors.push(error));
      try {
        const managed = kernel.spawn("puppet", [], {
          onStdout: () => {
            throw new Error("bug of the host");
          },
        });
        expect(() => puppets.last.write("a")).not.toThrow();
        await turn();
        puppets.last.write("b");
        puppets.last.exit(0);
        expect(await managed.wait()).toBe(0);
        await turn();
      } finally {
        process.removeAllListeners("unhandledRejection");
        for (const listener of listeners) process.on("unhandledRejection", listener);
      }
      expect(errors.map(String)).toEqual(["Error: bug of the host", "Error: bug of the host"]);
    },
  );

  test("into a pipe nobody reads any more is SIGPIPE: exit code 141", async () => {
    const { kernel, puppets } = await boot();
    const parent = kernel.spawn("puppet", []);
    const { readFd, writeFd } = puppets.ki.pipe(parent.pid);
    const child = puppets.ki.spawn("puppet", [], { ppid: parent.pid, stdoutFd: writeFd });
    puppets.ki.fdClose(parent.pid, readFd);
    puppets.last.write("x");
    expect(await child.wait()).toBe(141);
  });

  test("of a process that has ended is dropped", async () => {
    const { kernel, puppets } = await boot();
    const { chunks, take } = collector();
    const managed = kernel.spawn("puppet", [], { onStdout: take });
    managed.kill(SIGKILL);
    puppets.last.write("too late");
    expect(chunks).toEqual([]);
  });

  test("that waits for a full pipe goes with its process: nothing is left, nothing comes later", async () => {
    const { kernel, tables, puppets } = await boot({ limits: { queuedBytes: 1 << 20 } });
    const parent = kernel.spawn("puppet", []);
    const { readFd, writeFd } = puppets.ki.pipe(parent.pid);
    const child = puppets.ki.spawn("puppet", [], { ppid: parent.pid, stdoutFd: writeFd });
    puppets.ki.fdClose(parent.pid, writeFd);
    for (const letter of ["a", "b", "c"]) puppets.last.write(letter.repeat(pipeCapacity));
    const entry = () => tables.processes.dump().find(({ pid }) => pid === child.pid);
    expect(entry()).toMatchObject({ parkedCalls: 1 });
    child.kill(SIGKILL);
    expect(entry()).toMatchObject({ parkedCalls: 0, fds: {} });
    const data = await puppets.ki.fdRead(parent.pid, readFd, 4 * pipeCapacity);
    expect(data).toHaveLength(pipeCapacity);
    expect(await puppets.ki.fdRead(parent.pid, readFd, 1)).toHaveLength(0);
  });

  test("of a process that exits is delivered first, to a slow reader too", async () => {
    const { kernel, puppets } = await boot();
    const parent = kernel.spawn("puppet", []);
    const { readFd, writeFd } = puppets.ki.pipe(parent.pid);
    const child = puppets.ki.spawn("puppet", [], { ppid: parent.pid, stdoutFd: writeFd });
    puppets.ki.fdClose(parent.pid, writeFd);
    puppets.last.write("x".repeat(3 * pipeCapacity));
    puppets.last.exit(5);
    await turn();
    expect(child.exitCode).toBeNull();
    let total = 0;
    for (;;) {
      const { length } = await puppets.ki.fdRead(parent.pid, readFd, 10_000);
      if (length === 0) break;
      total += length;
    }
    expect(total).toBe(3 * pipeCapacity);
    expect(await child.wait()).toBe(5);
  });
});

describe("standard input", () => {
  test("comes in chunks, then its end, once", async () => {
    const { kernel, puppets } = await boot();
    const managed = kernel.spawn("puppet", []);
    await managed.writeStdin("one");
    await turn();
    await managed.writeStdin("two");
    managed.closeStdin();
    managed.closeStdin();
    await turn();
    expect(puppets.last.calls).toEqual(["stdin one", "stdin two", "stdin closed"]);
  });

  test("written before the process looks is not lost; close comes after it", async () => {
    const { kernel, puppets } = await boot();
    const managed = kernel.spawn("puppet", []);
    void managed.writeStdin("one ");
    void managed.writeStdin("two");
    managed.closeStdin();
    await turn();
    expect(puppets.last.calls).toEqual(["stdin one two", "stdin closed"]);
  });

  test("a promise of writeStdin holds the next chunk back", async () => {
    const releases: (() => void)[] = [];
    const puppets = new Puppets("puppet", (puppet) => {
      puppet.process.writeStdin = (data) => {
        puppet.calls.push(textOf(data));
        return new Promise((resolve) => releases.push(resolve));
      };
    });
    const { kernel } = await bootKernel([puppets]);
    const managed = kernel.spawn("puppet", []);
    await turn();
    for (const text of ["a", "b", "c"]) void managed.writeStdin(text);
    managed.closeStdin();
    await turn();
    expect(puppets.last.calls).toEqual(["a"]);
    releases.shift()?.();
    await turn();
    expect(puppets.last.calls).toEqual(["a", "bc"]);
  });

  test.each<[string, () => void | Promise<void>]>([
    [
      "throws",
      () => {
        throw new Error("broken driver");
      },
    ],
    ["rejects", () => Promise.reject(new Error("broken driver"))],
  ])("a writeStdin that %s ends the input; the host hears nothing of it", async (_, writeStdin) => {
    const puppets = new Puppets("puppet", (puppet) => {
      puppet.process.writeStdin = writeStdin;
    });
    const { kernel } = await bootKernel([puppets]);
    const managed = kernel.spawn("puppet", []);
    void managed.writeStdin("early");
    await turn();
    expect(() => void managed.writeStdin("late")).not.toThrow();
    await turn();
    expect(puppets.last.calls).toEqual(["stdin closed"]);
  });

  test("a closeStdin that throws stops nothing", async () => {
    const puppets = new Puppets("puppet", (puppet) => {
      puppet.process.closeStdin = () => {
        throw new Error("broken driver");
      };
    });
    const { kernel } = await bootKernel([puppets]);
    const managed = kernel.spawn("puppet", []);
    await turn();
    expect(() => managed.closeStdin()).not.toThrow();
    puppets.last.exit(0);
    expect(await managed.wait()).toBe(0);
  });

  test("is left alone for a driver that reads descriptor 0 itself", async () => {
    const reads: Promise<Uint8Array>[] = [];
    const puppets = new Puppets("puppet", ({ context }, ki) => {
      reads.push(ki.fdRead(context.pid, 0, 100));
    });
    const { kernel } = await bootKernel([puppets]);
    const managed = kernel.spawn("puppet", []);
    await managed.writeStdin("mine");
    await managed.writeStdin("mine too");
    await turn();
    expect(textOf((await reads[0]) as Uint8Array)).toBe("mine");
    expect(puppets.last.calls).toEqual([]);
  });

  test("beyond the pipe waits in a queue, whose limit is an error that names it", async () => {
    const { kernel, puppets } = await boot({ limits: { queuedBytes: 100 } });
    const managed = kernel.spawn("puppet", []);
    puppets.ki.fdRead(managed.pid, 0, 0);
    await managed.writeStdin("x".repeat(pipeCapacity));
    let isWritten = false;
    const waiting = managed.writeStdin("y".repeat(100)).then(() => {
      isWritten = true;
    });
    expect(() => managed.writeStdin("z")).toThrow(/ENOSPC.*queuedBytes limit of 100/);
    await turn();
    expect(isWritten).toBe(false);
    expect(await puppets.ki.fdRead(managed.pid, 0, pipeCapacity)).toHaveLength(pipeCapacity);
    await waiting;
    expect(textOf(await puppets.ki.fdRead(managed.pid, 0, 200))).toBe("y".repeat(100));
  });

  test("after closeStdin a write is refused with EPIPE", async () => {
    const { kernel } = await boot();
    const managed = kernel.spawn("puppet", []);
    managed.closeStdin();
    await expect(managed.writeStdin("x")).rejects.toMatchObject({ code: "EPIPE" });
  });

  test("what is queued when the process ends is refused, and no pipe is left", async () => {
    const { kernel, tables, puppets } = await boot();
    const managed = kernel.spawn("puppet", []);
    puppets.ki.fdRead(managed.pid, 0, 0);
    const writes = ["a", "b", "c"].map((letter) => managed.writeStdin(letter.repeat(pipeCapacity)));
    managed.kill(SIGKILL);
    const results = await Promise.allSettled(writes);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(tables.dump()).toMatchObject({ processes: [], openPipes: 0 });
    await expect(managed.writeStdin("x")).rejects.toMatchObject({ code: "EPIPE" });
  });

  test("what was queued for a dead process does not reach a child that inherited its stdin", async () => {
    const { kernel, puppets } = await boot();
    const managed = kernel.spawn("puppet", []);
    puppets.ki.fdRead(managed.pid, 0, 0);
    const child = puppets.ki.spawn("puppet", [], { ppid: managed.pid });
    puppets.ki.fdRead(child.pid, 0, 0);
    for (const letter of ["a", "b", "c"]) void managed.writeStdin(letter.repeat(pipeCapacity));
    managed.kill(SIGKILL);
    const rest = await puppets.ki.fdRead(child.pid, 0, 4 * pipeCapacity);
    expect(rest).toHaveLength(pipeCapacity);
    expect(await puppets.ki.fdRead(child.pid, 0, 1)).toHaveLength(0);
  });

  test("given as a descriptor, it is not the host's to write", async () => {
    const { kernel, puppets } = await boot();
    const parent = kernel.spawn("puppet", []);
    const { readFd } = puppets.ki.pipe(parent.pid);
    const child = puppets.ki.spawn("puppet", [], { ppid: parent.pid, stdinFd: readFd });
    expect(() => child.writeStdin("x")).toThrow("EBADF");
  });
});

describe("a managed process", () => {
  test("kill sends SIGTERM unless told otherwise; an unknown signal is EINVAL", async () => {
    const { kernel, puppets } = await boot();
    const managed = kernel.spawn("puppet", []);
    expect(() => managed.kill(65)).toThrow("EINVAL");
    managed.kill();
    expect(puppets.last.calls).toEqual(["kill 15"]);
    expect(await managed.wait()).toBe(143);
    expect(() => managed.kill()).not.toThrow();
  });

  test("wait() through the handle fetches the status: no zombie stays", async () => {
    const { kernel, tables, puppets } = await boot();
    const parent = kernel.spawn("puppet", []);
    const child = puppets.ki.spawn("puppet", [], { ppid: parent.pid });
    puppets.last.exit(0);
    expect(await Promise.all([child.wait(), child.wait()])).toEqual([0, 0]);
    expect(tables.processes.size).toBe(1);
  });

  test("inherits its parent's streams where nothing else is said", async () => {
    const { kernel, puppets } = await boot();
    const { chunks, take } = collector();
    const parent = kernel.spawn("puppet", [], { onStdout: take });
    const child = puppets.ki.spawn("puppet", [], { ppid: parent.pid });
    puppets.last.write("from the child");
    expect(chunks).toEqual(["from the child"]);
    expect(child.onStdout).toBeNull();
    const own = collector();
    puppets.ki.spawn("puppet", [], { ppid: parent.pid, onStdout: own.take });
    puppets.last.write("own");
    expect([chunks, own.chunks]).toEqual([["from the child"], ["own"]]);
  });
});

test("a process that nobody reads from never waits", async () => {
  const { kernel, tables, puppets } = await boot();
  const managed = kernel.spawn("puppet", []);
  for (let round = 0; round < 100; round++) puppets.last.write("x".repeat(100_000));
  expect(ok(tables.processes.get(managed.pid)).parked.size).toBe(0);
  puppets.last.exit(0);
  expect(await managed.wait()).toBe(0);
});
