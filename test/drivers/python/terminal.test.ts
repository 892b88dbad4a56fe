// `python3` with a terminal: the basic prompt and the full one, termios, pty, ^C and ^D.

import type { ShellHandle } from "secure-exec/kernel";
import { createPythonRuntime } from "secure-exec/python";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { describe, expect, test } from "vitest";
import { bootKernel, textOf } from "../../boot.js";

/** Types each text once what comes before it has been shown; answers all that was shown, and the exit code. */
async function talk(
  steps: readonly (readonly [waitFor: string | RegExp, type: string])[],
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) {
  const kernel = await bootKernel([createWasmVmRuntime(), createPythonRuntime()]);
  const shell: ShellHandle = kernel.openShell({
    command: "python3",
    args: [...args],
    cols: 100,
    rows: 30,
    env: { PATH: "/usr/bin", TERM: "xterm", ...env },
  });
  const shown: Uint8Array[] = [];
  let at = 0;
  let from = 0;
  shell.onData = (data) => {
    shown.push(data);
    const text = textOf(shown);
    const [waitFor, type] = steps[at] ?? [];
    if (waitFor === undefined || type === undefined) return;
    const rest = text.slice(from);
    if (typeof waitFor === "string" ? !rest.includes(waitFor) : !waitFor.test(rest)) return;
    from = text.length;
    at++;
    void shell.write(type);
  };
  const code = await shell.wait();
  return { code, text: textOf(shown), steps: at };
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
