// The same bytes through our terminals and through those of the Linux that runs the tests: what is echoed,
// read and signalled is the same.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { takeCaughtSignal } from "../../src/kernel/caught-signals.js";
import { Errno } from "../../src/kernel/errno.js";
import { ParkingLot } from "../../src/kernel/parking.js";
import { SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGWINCH } from "../../src/kernel/signals.js";
import { changedTermios, type Termios, type TermiosCC } from "../../src/kernel/termios.js";
import { encodeTermios } from "../../src/kernel/termios-structure.js";
import { Blocked, type Outcome } from "../../src/kernel/wait.js";
import { Random } from "../random.js";
import { bootTables, ok, start } from "./tables.js";

type Change = Partial<Omit<Termios, "cc"> & TermiosCC>;

type Step =
  | ["type" | "print", bytes: string]
  | ["read" | "wait read", length: number]
  | ["set", change: Change]
  | ["flush" | "flow", how: number]
  | ["resize", rows: number, columns: number]
  | ["seen" | "available" | "ready" | "signals" | "size" | "structure" | "hang up"];

const script = fileURLToPath(new URL("linux-terminal.py", import.meta.url));
const isLinuxWithPython =
  process.platform === "linux" && spawnSync("python3", ["--version"]).status === 0;

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

function onLinux(cases: readonly Step[][]): unknown[][] {
  const { status, stdout, stderr } = spawnSync("python3", [script], {
    input: JSON.stringify(cases),
    maxBuffer: 2 ** 30,
    encoding: "utf8",
    timeout: 100_000,
  });
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
  return JSON.parse(stdout);
}

async function here(steps: readonly Step[]): Promise<unknown[]> {
  const tables = bootTables();
  const leader = start(tables);
  for (const signal of [SIGINT, SIGQUIT, SIGTSTP, SIGHUP, SIGCONT, SIGWINCH]) {
    leader.caughtSignals.set(signal, { interrupts: true });
  }
  const { master, slave } = ok(tables.terminals.createPair(0));
  const { pty } = master;
  master.retain();
  slave.retain();
  tables.terminals.takeControl(leader, pty);
  pty.setTermios(ok(changedTermios(pty.termios, { iutf8: false })));
  const lot = new ParkingLot();

  const now = (outcome: Outcome<number>): number | string => {
    const result =
      outcome instanceof Blocked ? outcome.interrupted(new Errno("EAGAIN", 11, "")) : outcome;
    return result instanceof Errno ? result.code : result;
  };
  const wait = async (outcome: Outcome<number>): Promise<number | string> => {
    if (!(outcome instanceof Blocked)) return now(outcome);
    return now(await new Promise<number | Errno>((resolve) => void lot.park(outcome, resolve)));
  };

  const run = async (step: Step): Promise<unknown> => {
    switch (step[0]) {
      case "type":
        return now(master.write(bytesOf(step[1])));
      case "print":
        return now(slave.write(bytesOf(step[1]), leader));
      case "read":
      case "wait read": {
        const target = new Uint8Array(step[1]);
        const outcome = slave.read(target, leader);
        const count = step[0] === "read" ? now(outcome) : await wait(outcome);
        return typeof count === "number" ? textOf(target.subarray(0, count)) : count;
      }
      case "seen": {
        const target = new Uint8Array(65_536);
        const count = now(master.read(target));
        return typeof count === "number" ? textOf(target.subarray(0, count)) : "";
      }
      case "set": {
        const { vmin, vtime, ...rest } = step[1];
        const entries = Object.entries({ vmin, vtime, ...rest });
        const cc = Object.fromEntries(entries.filter(([name]) => name.startsWith("v")));
        pty.setTermios(ok(changedTermios(pty.termios, { ...rest, cc })));
        return "ok";
      }
      case "available":
        return slave.available();
      case "ready":
        return slave.poll();
      case "flush":
        if (step[1] !== 1) pty.flushInput();
        if (step[1] !== 0) pty.flushOutput();
        return "ok";
      case "flow":
        if (step[1] === 0) pty.stopOutput();
        else pty.startOutput();
        return "ok";
      case "resize":
        pty.resize({ rows: step[1], columns: step[2], xPixels: 0, yPixels: 0 });
        return "ok";
      case "structure":
        return [...encodeTermios(pty.termios).subarray(0, 36)];
      case "size":
        return [pty.size.rows, pty.size.columns];
      case "hang up":
        master.release();
        return "ok";
      case "signals": {
        const taken: number[] = [];
        for (let next = takeCaughtSignal(leader); next; next = takeCaughtSignal(leader)) {
          taken.push(next.signal);
        }
        return taken.sort((a, b) => a - b);
      }
    }
  };

  const answers: unknown[] = [];
  for (const step of steps) answers.push(await run(step));
  return answers;
}

/** Pairs each step with its answer, so that a difference shows what was done. */
const beside = (steps: readonly Step[], answers: unknown[]) =>
  steps.map((step, index) => [step, answers[index]]);

async function expectParity(cases: readonly Step[][]): Promise<void> {
  const there = onLinux(cases);
  for (const [index, steps] of cases.entries()) {
    expect(beside(steps, await here(steps))).toEqual(beside(steps, there[index] ?? []));
  }
}

const raw: Change = {
  icanon: false,
  echo: false,
  isig: false,
  icrnl: false,
  ixon: false,
  opost: false,
};
const look: Step[] = [["seen"], ["available"], ["ready"]];
const typed = (...texts: string[]): Step[] =>
  texts.flatMap((text): Step[] => [["type", text], ...look]);

describe.skipIf(!isLinuxWithPython)("as on this machine's Linux", { timeout: 120_000 }, () => {
  test("a read is one line, in as many pieces as it is asked for", async () => {
    await expectParity([
      [...typed("one\ntwo\n"), ["read", 100], ["read", 2], ["read", 100], ["read", 100]],
      [...typed("no end"), ["read", 100], ...typed("\n"), ["read", 3], ["read", 4], ["read", 9]],
      [...typed("\n\n"), ["read", 1], ["read", 1], ["read", 1]],
    ]);
  });

  test("ERASE, KILL and WERASE", async () => {
    await expectParity([
      [...typed("abc", "\x7f", "\x7f", "d\n"), ["read", 100]],
      [...typed("\x7f", "a\x7f\x7f\x7f", "b\n"), ["read", 100]],
      [...typed("abc def", "\x15", "x\n"), ["read", 100]],
      [...typed("one two_2  three.", "\x17", "\x17", "\x17", "\x17", "z\n"), ["read", 100]],
      [...typed("a\tb\tc", "\x7f", "\x7f", "\x7f", "\x7f", "\x7f", "\n"), ["read", 100]],
      [["print", "> "], ...typed("a\t", "\x7f", "\x7f", "\tx", "\x15", "\n"), ["read", 100]],
      [...typed("a\x01b", "\x7f", "\x7f", "\x7f", "\n"), ["read", 100]],
      [["set", { echoctl: false }], ...typed("a\x01b", "\x7f", "\x7f", "\n"), ["read", 100]],
      [["set", { echoe: false }], ...typed("abc", "\x7f", "\x15", "x\x17", "\n"), ["read", 100]],
      [["set", { echoke: false }], ...typed("abc", "\x15", "d\n"), ["read", 100]],
      [["set", { echok: false }], ...typed("abc", "\x15", "d\n"), ["read", 100]],
      [["set", { echo: false }], ...typed("abc\x7f", "\x15", "d e\x17f\n"), ["read", 100]],
      [["set", { verase: 0x08 }], ...typed("abc\x08\x7f", "\x7f\n"), ["read", 100]],
      [["set", { iexten: false }], ...typed("ab\x08\x17\x16c", "\x12\n"), ["read", 100]],
      [["set", { verase: 0, vkill: 0 }], ...typed("ab\x7f\x15\0\n"), ["read", 100]],
    ]);
  });

  test("ERASE takes whole UTF-8 characters with IUTF8, bytes without", async () => {
    const text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
    const keys = ["\x7f", "\x7f", "\x7f", "\x7f", "\x7f", "z\n"];
    await expectParity([
      [["set", { iutf8: true }], ...typed(text, ...keys), ["read", 100]],
      [...typed(text, ...keys), ["read", 100]],
      [["set", { iutf8: true }], ...typed("\xa9\xa9", "\x7f", "x\x7f\x7f", "\n"), ["read", 100]],
      [["set", { iutf8: true }], ...typed("\xc3\xa9\t", "\x7f", "\x17", "\n"), ["read", 100]],
    ]);
  });

  test("EOF at the begin of a line is the end, in the middle it hands over", async () => {
    await expectParity([
      [...typed("\x04"), ["read", 100], ["read", 100]],
      [...typed("abc\x04"), ["read", 100], ["read", 100]],
      [...typed("abc\x04\x04"), ["read", 100], ["read", 100], ["read", 100]],
      [...typed("abc\x04"), ["read", 3], ["read", 100]],
      [...typed("abc\x04def\n"), ["read", 2], ["read", 1], ["read", 100], ["read", 100]],
      [...typed("abc\x04\x7f\x7fd\n"), ["read", 100], ["read", 100]],
      [["set", { veof: 0 }], ...typed("a\x04b\n"), ["read", 100]],
    ]);
  });

  test("REPRINT, LNEXT, EOL and EOL2", async () => {
    await expectParity([
      [...typed("ab\x01c", "\x12", "d\n"), ["read", 100]],
      [...typed("a\x16", "\x03", "\x16\x7f", "\x16\n", "\x7f", "b\n"), ["read", 100]],
      [...typed("\x16\x04\n"), ["read", 100], ["signals"]],
      [...typed("\x16"), ["set", { icanon: false }], ...typed("\x03"), ["read", 9], ["signals"]],
      [["set", { veol: 0x21, veol2: 0x3f }], ...typed("ab!c?d"), ["read", 100], ["read", 100]],
      [["set", { echoctl: false }], ...typed("a\x16\x01", "\x12", "\n"), ["read", 100]],
    ]);
  });

  test("ECHO, ECHONL, ECHOCTL", async () => {
    await expectParity([
      [["set", { echo: false }], ...typed("secret\n"), ["read", 100]],
      [["set", { echo: false, echonl: true }], ...typed("secret\n"), ["read", 100]],
      [["set", { echoctl: false }], ...typed("\x01\x02\t\x1b[A\n"), ["read", 100]],
      [...typed("\x01\x02\t\x1b[A\0\xff\n"), ["read", 100]],
      [["set", { icanon: false }], ...typed("a\x01\n\r\x7f\x15"), ["read", 100]],
      [["set", { icanon: false, icrnl: false }], ...typed("a\n\r"), ["read", 100]],
    ]);
  });

  test("ICRNL, INLCR, IGNCR, ISTRIP, ONLCR, OCRNL, ONOCR, ONLRET", async () => {
    const input: Change[] = [
      ...[{ icrnl: true }, { icrnl: false }, { inlcr: true }, { igncr: true, inlcr: true }],
      ...[{ inlcr: true, icrnl: false }, { istrip: true }, { inlcr: true, icanon: false }],
      ...[{ igncr: true, icanon: false }],
    ];
    const output: Change[] = [
      ...[{ onlcr: false }, { opost: false }, { ocrnl: true }, { onocr: true }, { onlret: true }],
      ...[
        { onlcr: false, onlret: true },
        { ocrnl: true, onlret: true, onocr: true },
      ],
    ];
    await expectParity([
      ...input.map((change): Step[] => [
        ["set", change],
        ...typed("a\rb\nc\xe1\r\n\x04"),
        ["read", 100],
        ["read", 100],
        ["read", 100],
      ]),
      ...output.map((change): Step[] => [
        ["set", change],
        ["print", "\ra\nb\r\rc\td\b\n\r"],
        ...typed("x\ty", "\x7f", "\x7f", "\r\n"),
      ]),
    ]);
  });

  test("signal characters flush, unless NOFLSH; the rest of the input stays", async () => {
    await expectParity([
      [...typed("abc", "\x03", "d\n"), ["signals"], ["read", 100]],
      [...typed("abc\x03d\n"), ["signals"], ["read", 100]],
      [...typed("line\n"), ...typed("\x1c"), ["signals"], ["read", 100]],
      [...typed("\x1a"), ["signals"], ["read", 100]],
      [["set", { noflsh: true }], ...typed("abc", "\x03", "d\n"), ["signals"], ["read", 100]],
      [["set", { isig: false }], ...typed("\x03\x1a\x1c\n"), ["signals"], ["read", 100]],
      [["set", { vintr: 0x18 }], ...typed("\x03\n", "\x18"), ["signals"], ["read", 100]],
      [["set", { icanon: false }], ...typed("ab\x03c"), ["signals"], ["read", 100]],
      [["set", { echo: false }], ...typed("\x03"), ["signals"]],
      [["print", "output\n"], ...typed("\x03"), ["signals"]],
    ]);
  });

  test("IXON stops and starts output and echo", async () => {
    await expectParity([
      [
        ...typed("\x13"),
        ["print", "abc"],
        ["seen"],
        ...typed("xy", "\x11"),
        ["print", "abc"],
        ["seen"],
      ],
      [...typed("\x13"), ["print", "abc"], ...typed("\x03"), ["signals"], ["print", "d"], ["seen"]],
      [["set", { ixany: true }], ...typed("\x13", "a"), ["print", "b"], ["seen"]],
      [["set", { ixon: false }], ...typed("\x13\x11\n"), ["read", 100]],
      [...typed("\x13"), ["set", { ixon: false }], ["print", "abc"], ["seen"]],
      [["flow", 0], ["print", "abc"], ["seen"], ["flow", 1], ["print", "abc"], ["seen"]],
    ]);
  });

  test("raw: VMIN and VTIME, all four cases", async () => {
    const set = (vmin: number, vtime: number): Step => ["set", { ...raw, vmin, vtime }];
    await expectParity([
      [set(1, 0), ["read", 9], ...typed("abc"), ["read", 2], ["read", 9], ["read", 9]],
      [set(3, 0), ...typed("ab"), ["ready"], ["read", 9], ...typed("abc"), ["wait read", 9]],
      [set(3, 0), ...typed("ab"), ["wait read", 2], ["read", 1]],
      [set(0, 0), ["read", 9], ["wait read", 9], ...typed("a"), ["wait read", 9]],
      [
        set(0, 1),
        ["wait read", 9],
        ...typed("abc"),
        ["wait read", 2],
        ["wait read", 9],
        ["read", 1],
      ],
      [
        set(5, 1),
        ...typed("abc"),
        ["ready"],
        ["wait read", 9],
        ...typed("abcde"),
        ["wait read", 9],
      ],
      [set(2, 1), ...typed("a"), ["wait read", 1], ...typed("a"), ["wait read", 9]],
    ]);
  });

  test("input that waits when the mode changes", async () => {
    await expectParity([
      [...typed("part"), ["set", raw], ["available"], ["read", 100]],
      [...typed("line\npart\x04"), ["set", raw], ["available"], ["read", 100]],
      [["set", raw], ...typed("raw"), ["set", { icanon: true }], ["available"], ["read", 100]],
      [
        ["set", raw],
        ...typed("a\nb"),
        ["set", { icanon: true }],
        ...typed("c\n"),
        ["read", 9],
        ["read", 9],
      ],
      [["set", raw], ...typed("ab\0"), ["set", { icanon: true }], ["read", 9], ["read", 9]],
      [
        ["set", raw],
        ...typed("abcd"),
        ["set", { icanon: true }],
        ["read", 2],
        ["read", 1],
        ["read", 9],
      ],
      [...typed("a\n"), ["set", { icanon: false }], ["set", { icanon: true }], ["read", 9]],
      [...typed("a\n"), ["flush", 0], ["read", 9], ...typed("b\n"), ["flush", 2], ["read", 9]],
    ]);
  });

  test("a line holds 4095 characters and its end; more is dropped but the end", async () => {
    const long = "x".repeat(5000);
    const threeReads = Array.from({ length: 3 }, (): Step => ["read", 9000]);
    const silent: Step = ["set", { echo: false }];
    await expectParity([
      [...typed(long), ["seen"], ...typed("y", "\n"), ["read", 9000], ["read", 9000]],
      [silent, ...typed("x".repeat(4094), "y", "z", "\n"), ["read", 9000]],
      [silent, ...typed("x".repeat(4200), "\x7f\x7f", "\n"), ["read", 9000]],
      [silent, ["type", `${"x".repeat(4000)}\n${"y".repeat(200)}\nz\n`], ...threeReads],
    ]);
  });

  test("struct termios: the same bits and control characters", async () => {
    await expectParity([
      [["structure"], ["set", raw], ["structure"], ["set", { vintr: 0x18 }], ["structure"]],
      [["set", { iutf8: true, noflsh: true, tostop: true, echonl: true, veol: 1 }], ["structure"]],
      [["set", { inlcr: true, igncr: true, istrip: true, ixany: true }], ["structure"]],
      [["set", { ocrnl: true, onocr: true, onlret: true, iexten: false }], ["structure"]],
    ]);
  });

  test("window size: stored, and SIGWINCH when it is another one", async () => {
    await expectParity([
      [["size"], ["resize", 24, 80], ["signals"], ["size"], ["resize", 24, 80], ["signals"]],
      [["resize", 24, 80], ["resize", 25, 80], ["signals"], ["size"]],
    ]);
  });

  test("hangup: SIGHUP and SIGCONT, then the end of the file and EIO", async () => {
    await expectParity([
      [["hang up"], ["signals"], ["read", 9], ["print", "x"], ["read", 9], ["ready"]],
      [["type", "line\n"], ["hang up"], ["signals"], ["read", 9], ["read", 9]],
    ]);
  });

  test("random keys under random settings", async () => {
    const keys: [string, ...string[]] = [
      "a",
      ..."b _.\t\n\r\x01\x03\x04\x12\x15\x16\x17\x1a\x1c\x7f\0\xc3\xa9\xff",
    ];
    const flags: [keyof Change, ...(keyof Change)[]] = [
      ...([
        "icanon",
        "echo",
        "isig",
        "icrnl",
        "inlcr",
        "igncr",
        "istrip",
        "ixon",
        "ixany",
      ] as const),
      ...(["iutf8", "opost", "onlcr", "ocrnl", "onocr", "onlret", "echoe", "echok"] as const),
      ...(["echoke", "echonl", "echoctl", "noflsh", "iexten"] as const),
    ];
    const cases: Step[][] = [];
    for (let seed = 1; seed <= 40; seed++) {
      const random = new Random(seed);
      const steps: Step[] = [];
      for (let round = 0; round < 12; round++) {
        // Linux looks ahead for ^S and ^Q when it is busy: these come alone.
        if (random.below(6) === 0) steps.push(["type", random.pick(["\x11", "\x13"])]);
        const keysOf = () => Array.from({ length: 1 + random.below(5) }, () => random.pick(keys));
        if (random.below(3) === 0) {
          const change: Change = { [random.pick(flags)]: random.below(2) === 0 };
          steps.push(["set", change]);
        }
        if (random.below(4) === 0) steps.push(["print", keysOf().join("")]);
        steps.push(["type", keysOf().join("")], ["seen"], ["signals"]);
        // All is read, so that the next keys are surely taken in when the script looks (`settle`).
        for (let reads = 0; reads < 6; reads++) steps.push(["read", 100]);
      }
      cases.push(steps);
    }
    await expectParity(cases);
  });
});
