// No system call may keep the host's event loop for more than 20 ms at the default limits, whatever its arguments.
// Each scenario builds the worst case that its call can meet and repeats the call; a call's cost is the least of its
// repeats, so that a garbage collection that happens to fall into one is not taken for the call. Prints the
// slowest and fails if one is too slow: `node bench/worst-syscall.mjs`.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadKernelInside } from "./kernel-inside.mjs";

export const limitMs = 20;
const REPEATS = 4;
const MiB = 1024 * 1024;
const crowd = 50_000;
const payload = 256 * 1024;

/** @returns {Promise<{ title: string, ms: number, worstMs: number }[]>} The slowest first. */
export async function measureWorstSyscalls(folder) {
  const inside = await loadKernelInside(folder);
  const { DirectGuest, RandomCalls, Random, bootTables, start, utf8, constants } = inside;
  const {
    IdleDriver,
    KernelTables,
    createInMemoryFileSystem,
    createOverlayFileSystem,
    defaultLimits,
  } = inside;
  const { AT_FDCWD, AT_REMOVEDIR, O_CREAT, O_DIRECTORY, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } =
    constants;
  const results = [];

  function boot(limits = {}) {
    const tables = bootTables(limits);
    const process = start(tables);
    return { tables, process, guest: new DirectGuest(tables, process) };
  }
  function bootOn(store) {
    const tables = new KernelTables(store, defaultLimits);
    tables.commands.register(new IdleDriver());
    const process = start(tables);
    return { tables, process, guest: new DirectGuest(tables, process) };
  }
  const at = (path) => ({ directory: AT_FDCWD, path: utf8(path) });
  const two = (from, to) => ({
    oldDirectory: AT_FDCWD,
    oldPath: utf8(from),
    newDirectory: AT_FDCWD,
    newPath: utf8(to),
  });
  const open = (guest, path, flags = O_RDWR | O_CREAT) =>
    guest.do("open", { ...at(path), flags, mode: 0o755, minimum: 0 });
  /** What a call costs, in ms: on a busy machine the processor's time, not the clock's. */
  function costOf(act) {
    const [cpu, began] = [process.cpuUsage(), performance.now()];
    act();
    const clockMs = performance.now() - began;
    const { user, system } = process.cpuUsage(cpu);
    return Math.min(clockMs, (user + system) / 1000);
  }
  /** Times `act` on what `prepare` makes, which is not counted. */
  function measure(title, prepare, act) {
    const times = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const subject = prepare(repeat);
      times.push(costOf(() => act(subject, repeat)));
    }
    results.push({ title, ms: Math.min(...times), worstMs: Math.max(...times) });
  }

  // A directory of 50,000 names, with one directory among them.
  const many = boot();
  const inMany = many.guest;
  inMany.do("mkdir", { ...at("/big"), mode: 0o755 });
  inMany.do("mkdir", { ...at("/other"), mode: 0o755 });
  for (let count = 0; count < crowd; count++) {
    inMany.do("close", { fd: open(inMany, `/big/file-${count}`) });
  }
  const call = (name, args) => () => inMany.try(name, args);
  const nothing = () => {};
  measure(
    "read_directory, the first call",
    () => open(inMany, "/big", O_RDONLY | O_DIRECTORY),
    (fd) => inMany.try("read_directory", { fd, position: 0, target: payload }),
  );
  measure(
    "read_directory, in the middle",
    () => open(inMany, "/big", O_RDONLY | O_DIRECTORY),
    (fd) => inMany.try("read_directory", { fd, position: crowd / 2, target: payload }),
  );
  measure("stat in 50,000", nothing, call("stat", { ...at("/big/file-49999"), flags: 0 }));
  measure("ENOENT in 50,000", nothing, call("stat", { ...at("/big/none"), flags: 0 }));
  measure("open to create in 50,000", nothing, (_, n) => open(inMany, `/big/new-${n}`));
  measure("unlink in 50,000", nothing, (_, n) =>
    inMany.try("unlink", { ...at(`/big/new-${n}`), flags: 0 }),
  );
  measure("rename in 50,000", nothing, (_, n) =>
    inMany.try("rename", two(`/big/file-${n}`, `/big/renamed-${n}`)),
  );
  measure("rename over a file in 50,000", nothing, (_, n) =>
    inMany.try("rename", two(`/big/renamed-${n}`, `/big/file-${n + 100}`)),
  );
  measure("rename of a directory of 50,000", nothing, (_, n) =>
    inMany.try("rename", n % 2 === 0 ? two("/big", "/other/big") : two("/other/big", "/big")),
  );
  measure(
    "rmdir of a directory of 50,000",
    nothing,
    call("unlink", { ...at("/big"), flags: AT_REMOVEDIR }),
  );
  measure("rename onto a directory of 50,000", nothing, call("rename", two("/other", "/big")));
  measure("link in 50,000", nothing, (_, n) =>
    inMany.try("link", { ...two("/big/file-40000", `/big/link-${n}`), flags: 0 }),
  );

  // Sizes.
  const large = boot();
  const inLarge = large.guest;
  const fileBytes = 512 * MiB;
  const fd = open(inLarge, "/tmp/large");
  const grow = () => inLarge.do("ftruncate", { fd, size: fileBytes });
  const fill = () => {
    const data = new Uint8Array(payload);
    for (let position = 0; position < fileBytes; position += payload) {
      inLarge.do("pwrite", { fd, position, data });
    }
  };
  measure("ftruncate up to the limit", () => inLarge.do("ftruncate", { fd, size: 0 }), grow);
  measure("read of 256 KiB in a hole", grow, () =>
    inLarge.try("pread", { fd, position: 400 * MiB, target: payload }),
  );
  measure("pwrite of 256 KiB at the end", grow, () =>
    inLarge.try("pwrite", { fd, position: fileBytes - payload, data: new Uint8Array(payload) }),
  );
  for (const position of [2 ** 31, 2 ** 32, 2 ** 53 - 1]) {
    measure(`pwrite at ${position}`, nothing, () =>
      inLarge.try("pwrite", { fd, position, data: new Uint8Array(payload) }),
    );
    measure(`pread at ${position}`, nothing, () =>
      inLarge.try("pread", { fd, position, target: payload }),
    );
    measure(`ftruncate to ${position}`, nothing, () =>
      inLarge.try("ftruncate", { fd, size: position }),
    );
  }
  fill();
  measure("ftruncate of 512 MiB to half, and in the middle of a page", nothing, (_, n) =>
    inLarge.try("ftruncate", { fd, size: fileBytes / 2 - n * 32 * MiB - 1 }),
  );
  fill();
  let stored = fd;
  measure(
    "close of an unlinked file of 512 MiB",
    (n) => {
      if (n > 0) stored = open(inLarge, "/tmp/large");
      if (n > 0)
        for (let p = 0; p < fileBytes; p += payload)
          inLarge.do("pwrite", { fd: stored, position: p, data: new Uint8Array(payload) });
      inLarge.do("unlink", { ...at("/tmp/large"), flags: 0 });
    },
    () => inLarge.try("close", { fd: stored }),
  );
  measure(
    "open with O_TRUNC of 256 MiB",
    () => {
      const file = open(inLarge, "/tmp/half");
      for (let p = 0; p < fileBytes / 2; p += payload)
        inLarge.do("pwrite", { fd: file, position: p, data: new Uint8Array(payload) });
      inLarge.do("close", { fd: file });
    },
    () => open(inLarge, "/tmp/half", O_WRONLY | O_TRUNC),
  );

  for (const [end, fd] of [
    ["master", 0],
    ["slave", 1],
  ]) {
    measure(
      `write of 256 KiB to a terminal's ${end}`,
      () => {
        const { guest } = boot();
        guest.do("openpty", { flags: 0 });
        return guest;
      },
      (guest) => guest.try("write", { fd, data: new Uint8Array(payload).map((_, n) => n % 251) }),
    );
  }

  // Names: as long, as deep and as linked as they can be; by root, by another user, and through an overlay.
  for (const [whose, uid, isOverlay] of [
    ["", 0, false],
    [", uid 1000", 1000, false],
    [", overlay", 0, true],
    [", overlay, uid 1000", 1000, true],
  ]) {
    const store = createInMemoryFileSystem();
    if (isOverlay) makeDeepTree(bootOn(store).guest);
    const deep = isOverlay
      ? bootOn(createOverlayFileSystem({ lower: store, upper: createInMemoryFileSystem() }))
      : bootOn(store);
    if (isOverlay) {
      // Something that is hidden, so that it has to be asked.
      deep.guest.do("unlink", { ...at("/hidden"), flags: 0 });
    } else {
      makeDeepTree(deep.guest);
    }
    deep.process.credentials.effectiveUid = uid;
    measureNames(deep.guest, whose);
  }

  function makeDeepTree(guest) {
    let depth = 0;
    guest.do("umask", { mask: 0 });
    guest.do("close", { fd: open(guest, "/hidden") });
    guest.do("mkdir", { ...at("/d"), mode: 0o777 });
    guest.do("chdir", { path: utf8("/d") });
    while (depth < 20_000 && guest.try("mkdir", { ...at("d"), mode: 0o777 }) === "ok") {
      if (guest.try("chdir", { path: utf8("d") }) !== "ok") break;
      depth++;
    }
  }

  function measureNames(guest, whose) {
    const measureName = (title, prepare, act) => measure(`${title}${whose}`, prepare, act);
    const deepest = "d/".repeat(2040);
    const up = "../".repeat(1360);
    guest.try("chdir", { path: utf8("/d") });
    const dots = "./".repeat(2040);
    measureName("stat of 4,080 bytes of ./", nothing, () =>
      guest.try("stat", { ...at(`${dots}d`), flags: 0 }),
    );
    measureName("stat of 4,080 bytes of d/", nothing, () =>
      guest.try("stat", { ...at(deepest), flags: 0 }),
    );
    measureName("stat of 4,080 bytes of ../", nothing, () =>
      guest.try("stat", { ...at(up), flags: 0 }),
    );
    measureName("stat of 4,096 bytes", nothing, () =>
      guest.try("stat", { ...at("n".repeat(4096)), flags: 0 }),
    );
    measureName("stat of 256 KiB", nothing, () =>
      guest.try("stat", { ...at("n/".repeat(payload / 2)), flags: 0 }),
    );
    const links = (name, target) => {
      for (let count = 0; count < 40; count++) {
        const to = count === 0 ? "d" : `${name}${count - 1}`;
        guest.do("symlink", { target: utf8(`${target}${to}`), ...at(`${name}${count}`) });
      }
    };
    links("plain", "");
    links("dotted", dots);
    links("wandering", `${"d/../".repeat(800)}`);
    measureName("a chain of 40 links", nothing, () =>
      guest.try("stat", { ...at("plain38"), flags: 0 }),
    );
    measureName("40 links of 4,080 bytes of ./", nothing, () =>
      guest.try("stat", { ...at("dotted38"), flags: 0 }),
    );
    measureName("40 links of 4,000 bytes of d/../", nothing, () =>
      guest.try("stat", { ...at("wandering38"), flags: 0 }),
    );
    measureName("open of 40 links of 4,000 bytes, to create", nothing, () =>
      guest.try("open", {
        ...at("wandering38/new"),
        flags: O_RDWR | O_CREAT,
        mode: 0o644,
        minimum: 0,
      }),
    );
    guest.do("chdir", { path: utf8(`/d/${"d/".repeat(1300)}`) });
    const fromDeep = `${"../d/".repeat(800)}`;
    measureName("800 times up and down at a depth of 1,300", nothing, () =>
      guest.try("stat", { ...at(fromDeep), flags: 0 }),
    );
    guest.do("symlink", { target: utf8(fromDeep), ...at("again0") });
    for (let count = 1; count < 40; count++) {
      guest.do("symlink", { target: utf8(`${fromDeep}again${count - 1}`), ...at(`again${count}`) });
    }
    measureName("40 links, each 800 times up and down at that depth", nothing, () =>
      guest.try("stat", { ...at("again38"), flags: 0 }),
    );
    guest.do("chdir", { path: utf8(`/d/${"d/".repeat(1300)}`) });
    for (const levels of [2, 3, 30]) {
      const round = `${"../".repeat(levels)}${"d/".repeat(levels)}`;
      const rounds = round.repeat(Math.floor(4000 / round.length));
      guest.do("symlink", { target: utf8(rounds), ...at(`zigzag${levels}-0`) });
      for (let count = 1; count < 40; count++) {
        const target = utf8(`${rounds}zigzag${levels}-${count - 1}`);
        guest.do("symlink", { target, ...at(`zigzag${levels}-${count}`) });
      }
      measureName(`40 links, each up and down ${levels} levels at a depth of 1,300`, nothing, () =>
        guest.try("stat", { ...at(`zigzag${levels}-38`), flags: 0 }),
      );
      measureName(`ENOENT behind 40 such links of ${levels} levels`, nothing, () =>
        guest.try("stat", { ...at(`zigzag${levels}-38/none`), flags: 0 }),
      );
    }
    const down = `/d/${"d/".repeat(1300)}`;
    for (let count = 0; count < 40; count++) {
      const back = "../d/".repeat(Math.floor((4000 - down.length) / 5));
      const to = `${"../".repeat(100)}${count === 0 ? "d" : `../${"../".repeat(1200)}tmp/far${count - 1}`}`;
      const target = utf8(`${down}${back}`.slice(0, 4090 - to.length).replace(/[^/]*$/, "") + to);
      guest.do("symlink", { target, ...at(`/tmp/far${count}`) });
    }
    measureName("40 links from outside, each to that depth and back", nothing, () =>
      guest.try("stat", { ...at("/tmp/far38"), flags: 0 }),
    );
    guest.do("chdir", { path: utf8("/d") });
    measureName("rename of a deep tree", nothing, (_, n) => {
      const names = n % 2 === 0 ? ["d", "/tmp/d"] : ["/tmp/d", "d"];
      return guest.try("rename", two(...names));
    });
  }

  // Waiting: entries, submissions, waiters.
  const waiting = boot();
  const waiter = waiting.guest;
  waiter.do("pipe", { flags: 0 });
  while (waiter.try("dup", { fd: 0, minimum: 0, flags: 0 }) === "ok");
  const interests = new Int32Array(payload / 4).map((_, index) =>
    index % 2 === 0 ? index % 256 : 1,
  );
  const entries = new Uint8Array(interests.buffer, 0, 256 * 8);
  measure("poll of 256 entries", nothing, () => waiter.try("poll", { entries, timeoutUs: 0 }));
  const submissions = new Uint8Array(10_000 * 24);
  const view = new DataView(submissions.buffer);
  const lay = (operation) => {
    for (let index = 0; index < 10_000; index++) {
      view.setUint32(index * 24, index + 1, true);
      view.setUint16(index * 24 + 4, operation, true);
      view.setUint16(index * 24 + 6, 1, true);
      view.setInt32(index * 24 + 8, operation === 4 ? -1 : index % 256, true);
      view.setUint32(index * 24 + 12, 1, true);
      view.setBigInt64(index * 24 + 16, 60_000_000n, true);
    }
  };
  for (const [name, operation] of [
    ["reads", 1],
    ["polls", 2],
    ["timers", 3],
    ["children", 4],
  ]) {
    lay(operation);
    measure(
      `loop with 10,000 ${name}`,
      () => {
        const { guest } = boot();
        guest.do("pipe", { flags: 0 });
        while (guest.try("dup", { fd: 0, minimum: 0, flags: 0 }) === "ok");
        return guest;
      },
      (guest) => guest.try("loop", { submissions, timeoutUs: 0, target: payload }),
    );
  }
  lay(2);
  measure(
    "a write that wakes a loop of 10,000 polls and a poll of 256 entries",
    () => {
      const scene = boot();
      scene.guest.do("pipe", { flags: 0 });
      for (const part of ["loop", "poll"]) {
        const child = start(scene.tables, {
          parent: scene.process,
          fds: scene.process.fds.fork([]),
        });
        const guest = new DirectGuest(scene.tables, child);
        guest.do("close", { fd: 1 });
        while (guest.try("dup", { fd: 0, minimum: 0, flags: 0 }) === "ok");
        if (part === "loop") guest.try("loop", { submissions, timeoutUs: -1, target: payload });
        else guest.try("poll", { entries, timeoutUs: -1 });
      }
      return scene.guest;
    },
    (guest) => guest.try("write", { fd: 1, data: new Uint8Array(1) }),
  );
  measure(
    "a write of 256 KiB to a pipe that 250 processes read",
    () => {
      const scene = boot();
      scene.guest.do("pipe", { flags: 0 });
      for (let count = 0; count < 250; count++) {
        const child = start(scene.tables, {
          parent: scene.process,
          fds: scene.process.fds.fork([]),
        });
        new DirectGuest(scene.tables, child).try("read", { fd: 0, target: 1 });
      }
      return scene.guest;
    },
    (guest) => guest.try("write", { fd: 1, data: new Uint8Array(payload) }),
  );

  // Processes.
  const text = (string, bytes) => utf8(string.repeat(Math.floor(bytes / string.length)));
  const spawning = {
    path: utf8("/bin/idle"),
    actions: new Uint8Array(0),
    flags: 0,
    attributes: new Uint8Array(0),
  };
  const empty = new Uint8Array(0);
  for (const [title, argv, env] of [
    ["200 KiB of empty arguments", text("\0", 200 * 1024), empty],
    ["200 KiB in one argument", utf8(`${"x".repeat(200 * 1024 - 1)}\0`), empty],
    [
      "200 KiB of variables",
      utf8("idle\0"),
      utf8(
        Array.from({ length: 30_000 }, (_, i) => `V${i}=\0`)
          .join("")
          .slice(0, 200 * 1024),
      ),
    ],
  ]) {
    measure(
      `spawn with ${title}`,
      () => boot().guest,
      (guest) => guest.try("spawn", { ...spawning, argv, env }),
    );
  }
  measure(
    "spawn of a script whose first line is 512 KiB",
    () => {
      const { guest } = boot();
      const script = open(guest, "/tmp/script");
      guest.do("write", { fd: script, data: utf8(`#!/bin/idle ${"x".repeat(payload - 20)}`) });
      guest.do("close", { fd: script });
      return guest;
    },
    (guest) =>
      guest.try("spawn", { ...spawning, path: utf8("/tmp/script"), argv: utf8("x\0"), env: empty }),
  );
  const crowdOf = () => {
    const scene = boot();
    for (let count = 0; count < 250; count++)
      start(scene.tables, { parent: scene.process, fds: scene.process.fds.fork([]) });
    return scene;
  };
  measure("kill(-1) of 250 processes", crowdOf, ({ guest }) =>
    guest.try("kill", { pid: -1, signal: 9 }),
  );
  measure("exit with 250 children", crowdOf, ({ guest }) => guest.try("exit", { code: 0 }));
  measure("waitpid among 250 children", crowdOf, ({ guest }) =>
    guest.try("waitpid", { pid: -1, options: 1 }),
  );

  // Every row, with arguments of the grammar: what nobody has thought of.
  const slowest = new Map();
  const random = new Random(7);
  const world = boot();
  const grammar = new RandomCalls(random, world.tables);
  let current = world;
  for (let count = 0; count < 30_000; count++) {
    if (
      !current.process.isRunning ||
      current.process.parked.size > 0 ||
      current.process.gate?.size > 0
    ) {
      world.tables.processes.end(current.process, 0);
      const process = start(world.tables);
      current = { process, guest: new DirectGuest(world.tables, process) };
    }
    const { name, args } = grammar.next(current.process);
    const ms = costOf(() => current.guest.post(name, args));
    const known = slowest.get(name) ?? [];
    slowest.set(name, [...known, ms].sort((a, b) => b - a).slice(0, 3));
  }
  // The third slowest: what happens once is a garbage collection.
  for (const [name, [worst = 0, , third = 0]] of slowest) {
    results.push({ title: `${name}, random arguments`, ms: third, worstMs: worst });
  }
  return results.sort((a, b) => b.ms - a.ms);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = mkdtempSync(join(tmpdir(), "secure-exec-bench-"));
  try {
    const results = await measureWorstSyscalls(folder);
    for (const { title, ms, worstMs } of results.slice(0, 25)) {
      console.log(`${ms.toFixed(3).padStart(10)} ms  (at worst ${worstMs.toFixed(1)})  ${title}`);
    }
    const tooSlow = results.filter(({ ms }) => ms > limitMs);
    console.log(`${results.length} scenarios, ${tooSlow.length} above ${limitMs} ms`);
    process.exitCode = tooSlow.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
