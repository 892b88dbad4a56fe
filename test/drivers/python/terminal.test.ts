// `python3` with a terminal: the basic prompt and the full one, termios, pty, ^C and ^D.

import { createPythonRuntime } from "secure-exec/python";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { describe, expect, test } from "vitest";
import { bootKernel } from "../../boot.js";
import { converse, type Dialogue } from "../converse.js";

async function talk(
  steps: Dialogue,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) {
  const kernel = await bootKernel([createWasmVmRuntime(), createPythonRuntime()]);
  const shell = kernel.openShell({
    command: "python3",
    args: [...args],
    cols: 100,
    rows: 30,
    env: { PATH: "/usr/bin", TERM: "xterm", ...env },
  });
  return converse(shell, steps);
}

describe("a terminal", { timeout: 60_000 }, () => {
  test("the basic prompt", async () => {
    const basic = { PYTHON_BASIC_REPL: "1", NO_COLOR: "1" };
    const { code, text } = await talk(
      [
        [">>> ", "def twice(n):\n"],
        ["... ", "  return n * 2\n"],
        ["... ", "\n"],
        [">>> ", "twice(21)\n"],
        ["42\r\n>>> ", "1/0\n"],
        [/ZeroDivisionError: [^\n]*\n>>> /, "while True: pass\n"],
        ["... ", "\n"],
        ["\r\n", "\x03"],
        [/KeyboardInterrupt[^>]*>>> /, "import os; print(os.get_terminal_size(), os.ttyname(0))\n"],
        [/columns=100, lines=30\) \/dev\/pts\/\d+\r\n>>> /, "input('name? ')\n"],
        ["name? ", "x\n"],
        ["'x'\r\n>>> ", "raise SystemExit(4)\n"],
      ],
      [],
      basic,
    );
    expect(text).toMatch(/^Python 3\.14\.\d+ .* on linux\r\nType "help"/);
    expect(code).toBe(4);
  });

  test("the full prompt edits lines and keeps blocks", async () => {
    const { code, text } = await talk([
      [">>> ", "def f(n):\r"],
      ["... ", "return n + 1\r"],
      ["... ", "\r"],
      [">>> ", "f(4x\x7f1)\r"],
      ["42", "nope\r"],
      ["NameError", "\x10\x10\r"],
      ["42", "exit\r"],
    ]);
    expect(text).toContain("NameError");
    expect(code).toBe(0);
  });

  test("termios, getpass and pty", async () => {
    const program = `
import termios, tty, sys, os, pty, getpass, fcntl, struct
before = termios.tcgetattr(0); tty.setraw(0)
print('raw', end='\\r\\n', flush=True); keys = os.read(0, 3); termios.tcsetattr(0, termios.TCSADRAIN, before)
print(keys, bool(termios.tcgetattr(0)[3] & termios.ECHO))
print(repr(getpass.getpass('secret: ')))
master, slave = pty.openpty(); os.write(slave, b'through\\n'); print(os.read(master, 99), os.isatty(slave))
print(struct.unpack('HHHH', fcntl.ioctl(0, termios.TIOCGWINSZ, bytes(8)))[:2], os.tcgetpgrp(0) == os.getpgrp())
`;
    const { code, text } = await talk(
      [
        ["raw", "a\x03b"],
        ["secret: ", "hush\n"],
      ],
      ["-c", program],
    );
    expect(text).toBe(
      "raw\r\nb'a\\x03b' True\r\nsecret: \r\n'hush'\r\nb'through\\r\\n' True\r\n(30, 100) True\r\n",
    );
    expect(code).toBe(0);
  });
});
