// Node programs on a terminal: process.stdin and process.stdout are TTYs, raw mode and sizes work.

import type { ShellHandle } from "secure-exec/kernel";
import { createNodeRuntime } from "secure-exec/node";
import { describe, expect, test } from "vitest";
import { bootKernel, hasNodeRuntime, textOf } from "../../boot.js";

/** Runs a program on a terminal of 100 by 30; what the terminal has shown, and how it ended. */
async function run(
  program: string,
  onData: (text: string, shell: ShellHandle) => void = () => {},
): Promise<{ code: number; text: string }> {
  const kernel = await bootKernel([createNodeRuntime()]);
  const shell = kernel.openShell({ command: "node", args: ["-e", program], cols: 100, rows: 30 });
  const shown: Uint8Array[] = [];
  shell.onData = (data) => {
    shown.push(data);
    onData(textOf(shown), shell);
  };
  const code = await shell.wait();
  return { code, text: textOf(shown) };
}

describe.skipIf(!(await hasNodeRuntime()))("node on a terminal", { timeout: 60_000 }, () => {
  test("isTTY, columns, rows, isatty", async () => {
    const { code, text } = await run(`
      const { stdin, stdout, stderr } = process;
      const sizes = [stdout.columns, stdout.rows];
      console.log([stdin.isTTY, stdout.isTTY, stderr.isTTY, ...sizes].join(" "));
      console.log([require("tty").isatty(0), require("tty").isatty(9), process.env.TERM].join(" "));
      // Colours, as on any terminal.
      console.log(1);
    `);
    expect(text).toBe(
      "true true true 100 30\r\ntrue false xterm-256color\r\n\x1b[33m1\x1b[39m\r\n",
    );
    expect(code).toBe(0);
  });

  test("lines in canonical mode, keys in raw mode, and back", async () => {
    let step = 0;
    const { code, text } = await run(
      `
      const { stdin } = process;
      stdin.once("data", (line) => {
        console.log("line", JSON.stringify(String(line)));
        stdin.setRawMode(true);
        console.log("raw");
        stdin.once("data", (key) => {
          console.log("key", JSON.stringify(String(key)));
          stdin.setRawMode(false);
          process.exit(4);
        });
      });
      console.log("ready");
      `,
      (seen, shell) => {
        if (step === 0 && seen.includes("ready")) {
          step = 1;
          void shell.write("helo\x7flo\r");
        }
        if (step === 1 && seen.includes("raw")) {
          step = 2;
          void shell.write("\x03");
        }
      },
    );
    expect(text).toContain('line "hello\\n"\r\n');
    expect(text).toContain('key "\\u0003"\r\n');
    expect(code).toBe(4);
  });

  test("a resize is an event of process.stdout", async () => {
    let hasResized = false;
    const { text } = await run(
      `
      process.stdout.on("resize", () => {
        console.log(["now", process.stdout.columns, process.stdout.rows].join(" "));
        process.exit(0);
      });
      setTimeout(() => {}, 30_000);
      console.log("ready");
      `,
      (seen, shell) => {
        if (hasResized || !seen.includes("ready")) return;
        hasResized = true;
        shell.resize(120, 40);
      },
    );
    expect(text).toBe("ready\r\nnow 120 40\r\n");
  });
});
