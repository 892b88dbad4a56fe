// kernel.connectTerminal in a real terminal (tmux): what is typed and shown, sizes, and that the terminal is as
// it was before on every way out. The application is test/fixtures/connect-terminal.mjs.

import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { hasTmux, TmuxTerminal } from "../../fixtures/tmux-terminal.js";

const application = fileURLToPath(new URL("../../fixtures/connect-terminal.mjs", import.meta.url));

/** A terminal with a plain shell in it. */
class Terminal extends TmuxTerminal {
  /** What lines for the shell may write to, as `$out`. */
  readonly out = join(this.folder, "out");

  constructor() {
    super("env -i TERM=screen PS1='$ ' sh", 100, 30);
  }

  /** Runs a line in the shell, and waits for its end; what it has written to `$out`. */
  async run(line: string): Promise<string> {
    this.start(line);
    await this.ended();
    return readFileSync(this.out, "utf8").trim();
  }

  /** Types a line for the shell, whose end `ended` waits for. */
  start(line: string): void {
    this.enter(`out=${this.out}; : > $out; ${line}; tmux -S ${this.socket} wait-for -S done`);
  }

  async ended(): Promise<void> {
    const waiting = spawn("tmux", ["-S", this.socket, "wait-for", "done"], { stdio: "ignore" });
    await new Promise((resolve) => waiting.on("close", resolve));
  }
}

const node = process.execPath;

describe.skipIf(!hasTmux)("connectTerminal in a terminal", { timeout: 60_000 }, () => {
  test("keys, ^C included, are the program's; sizes follow the window; the exit code comes back", async () => {
    const terminal = new Terminal();
    const settings = await terminal.run("stty -g > $out");
    terminal.start(`${node} ${application}; echo code $? > $out`);
    await terminal.shows("ready");
    terminal.type("helo");
    terminal.press("BSpace");
    terminal.press("BSpace");
    terminal.enter("llo");
    await terminal.shows('["hello\\n"]');
    terminal.resize(90, 20);
    await terminal.shows("signal 28");
    terminal.press("C-z");
    await terminal.shows("signal 20");
    terminal.enter("raw");
    await terminal.shows("is raw");
    terminal.press("Up");
    await terminal.shows('["\\u001b[A"]');
    terminal.type("quit\n");
    await terminal.ended();
    expect(readFileSync(terminal.out, "utf8")).toBe("code 7\n");
    expect(await terminal.run("stty -g > $out")).toBe(settings);
  });

  test("^C ends the program, not the application", async () => {
    const terminal = new Terminal();
    terminal.start(`${node} ${application}; echo code $? > $out`);
    await terminal.shows("ready");
    terminal.press("C-c");
    await terminal.ended();
    expect(readFileSync(terminal.out, "utf8")).toBe("code 130\n");
  });

  test.each([
    ["throw", 1],
    ["exit", 3],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGINT", 130],
  ])("on the way out by %s the terminal is as it was", async (way, code) => {
    const terminal = new Terminal();
    const settings = await terminal.run("stty -g > $out");
    // A shell leaves its line when SIGINT has ended a command, unless it has a trap.
    const line = `sh -c 'trap : INT; ${node} ${application} ${way}; echo $? > '$out`;
    expect(await terminal.run(line)).toBe(String(code));
    expect(await terminal.run("stty -g > $out")).toBe(settings);
  });

  test.each([
    ["SIGKILL", 137],
    ["abort", 134],
  ])("after %s the keeper gives the terminal back", async (way, code) => {
    const terminal = new Terminal();
    const settings = await terminal.run("stty -g > $out");
    // The keeper is a process of its own: it comes a moment later, and until then no line could be typed.
    const wait = `until [ "$(stty -g)" = "${settings}" ]; do :; done`;
    const line = `${node} ${application} ${way}; echo $? > $out; ${wait}`;
    expect(await terminal.run(line)).toBe(String(code));
    expect(await terminal.run("stty -g > $out")).toBe(settings);
  });
});

describe("connectTerminal without a terminal", { timeout: 60_000 }, () => {
  test("pipes: input is typed, its end is ^D, output comes out", () => {
    const { status, stdout } = spawnSync(node, [application], { input: "one\n", encoding: "utf8" });
    expect(stdout).toContain('["one\\n"]');
    expect(status).toBe(9);
    const quit = spawnSync(node, [application], { input: "quit\n", encoding: "utf8" });
    expect(quit.status).toBe(7);
  });
});
