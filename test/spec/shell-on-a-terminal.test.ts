// The shell on a terminal, as a person uses it: prompts, ^C, ^Z, ^D and jobs. What is awaited is always
// something that the terminal shows. The terminal can do nothing but print: no line is edited, so that
// what it shows are the bytes that were written.

import type { Kernel, ShellHandle } from "secure-exec/kernel";
import { describe, expect, test } from "vitest";
import { bootKernel } from "../boot.js";

const PROMPT = "@> ";

/** A shell, and what its terminal shows. */
class Screen {
  readonly shell: ShellHandle;
  readonly #kernel: Kernel;
  #text = "";
  #seen = 0;
  #changed: () => void = () => {};

  constructor(kernel: Kernel) {
    const shell = kernel.openShell({ env: { PS1: PROMPT, PS2: "more> ", TERM: "dumb" } });
    this.#kernel = kernel;
    this.shell = shell;
    const decoder = new TextDecoder();
    shell.onData = (data) => {
      this.#text += decoder.decode(data, { stream: true });
      this.#changed();
    };
  }

  /**
   * Resolves when a job of so many commands has the terminal: what is typed before is the shell's, and
   * a ^Z reaches those only that are there.
   */
  async untilJobRuns(commands = 1): Promise<void> {
    const { pid } = this.shell;
    const running = () => [...this.#kernel.processes.values()].filter(({ ppid }) => ppid === pid);
    const foreground = async () => {
      const stat = await this.#kernel.readFile(`/proc/${pid}/stat`);
      return Number(new TextDecoder().decode(stat).split(" ")[7]);
    };
    while ((await foreground()) === pid || running().length < commands) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Types. */
  type(text: string): Promise<void> {
    return this.shell.write(text);
  }

  /** What is shown up to the next `text`, that included, from where the last call left off. */
  async until(text: string): Promise<string> {
    for (;;) {
      const at = this.#text.indexOf(text, this.#seen);
      if (at >= 0) {
        const shown = this.#text.slice(this.#seen, at + text.length);
        this.#seen = at + text.length;
        return shown;
      }
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  /** Runs a command line; returns what it prints before the next prompt. */
  async run(line: string): Promise<string> {
    await this.type(`${line}\n`);
    await this.until(`${line}\r\n`);
    return (await this.until(PROMPT)).slice(0, -PROMPT.length);
  }
}

async function openScreen(): Promise<Screen> {
  const screen = new Screen(await bootKernel());
  await screen.until(PROMPT);
  return screen;
}

describe("a shell on a terminal", () => {
  test("prompts, runs a line, and ends by exit with its status", async () => {
    const screen = await openScreen();
    expect(await screen.run("echo hello")).toBe("hello\r\n");
    await screen.type("exit 3\n");
    expect(await screen.shell.wait()).toBe(3);
  });

  test("asks for the rest of a command by PS2; ^D ends the shell with the last status", async () => {
    const screen = await openScreen();
    await screen.type("for x in 1 2; do\n");
    await screen.until("more> ");
    expect(await screen.run("echo n$x; done")).toBe("n1\r\nn2\r\n");
    await screen.run("false");
    await screen.type("\x04");
    await screen.until("exit");
    expect(await screen.shell.wait()).toBe(1);
  });

  test("^C at the prompt drops the line and makes the status 130", async () => {
    const screen = await openScreen();
    await screen.type("echo not this\x03");
    await screen.until(PROMPT);
    expect(await screen.run("echo $?")).toBe("130\r\n");
  });

  test("^C ends the command in the foreground and the list it is in, not the shell", async () => {
    const screen = await openScreen();
    await screen.type("(echo started; sleep 100); echo not this\n");
    await screen.until("started\r\n");
    await screen.type("\x03");
    expect(await screen.until(PROMPT)).not.toContain("not this");
    expect(await screen.run("echo $?")).toBe("130\r\n");
    await screen.type("while :; do :; done\n");
    await screen.until("done\r\n");
    await screen.type("\x03");
    await screen.until(PROMPT);
    expect(await screen.run("echo $?")).toBe("130\r\n");
  });

  test("a trap for INT runs at the prompt", async () => {
    const screen = await openScreen();
    await screen.run("trap 'echo caught' INT");
    await screen.type("\x03");
    await screen.until("caught");
  });

  test("^Z stops a job, jobs lists it, bg and fg continue it, ^C ends it", async () => {
    const screen = await openScreen();
    await screen.type("sleep 100\n");
    await screen.untilJobRuns();
    await screen.type("\x1a");
    expect(await screen.until(PROMPT)).toContain("[1]+  Stopped                 sleep 100\r\n");
    expect(await screen.run("echo $?")).toBe("148\r\n");
    expect(await screen.run("jobs")).toBe("[1]+  Stopped                 sleep 100\r\n");
    expect(await screen.run("bg")).toBe("[1]+ sleep 100 &\r\n");
    expect(await screen.run("jobs")).toBe("[1]+  Running                 sleep 100 &\r\n");
    await screen.type("fg\n");
    await screen.untilJobRuns();
    await screen.type("\x03");
    await screen.until(PROMPT);
    expect(await screen.run("echo $?")).toBe("130\r\n");
    expect(await screen.run("jobs")).toBe("");
    expect(await screen.run("fg")).toContain("fg: current: no such job");
  });

  test("cat reads lines up to ^D; a pipeline is one job", async () => {
    const screen = await openScreen();
    await screen.type("cat\n");
    await screen.untilJobRuns();
    await screen.type("one\n");
    await screen.until("one\r\none\r\n");
    await screen.type("\x04");
    await screen.until(PROMPT);
    await screen.type("cat | tr a-z A-Z\n");
    await screen.untilJobRuns(2);
    await screen.type("\x1a");
    expect(await screen.until(PROMPT)).toContain("Stopped                 cat | tr a-z A-Z");
    await screen.type("fg\n");
    await screen.untilJobRuns();
    await screen.type("two\n\x04");
    expect(await screen.until(PROMPT)).toContain("TWO\r\n");
  });

  test("a job in the background that reads is stopped; its end is told before a prompt", async () => {
    const screen = await openScreen();
    await screen.run("cat &");
    while (!(await screen.run("jobs")).includes("Stopped                 cat\r\n"));
    expect(await screen.run("kill %1; wait %1; echo $?")).toContain("143\r\n");
    let shown = await screen.run("sleep 0 &");
    while (!shown.includes("Done                    sleep 0\r\n")) shown = await screen.run(":");
  });

  test("kill, SIGTERM as such, ends it though it ignores that signal", async () => {
    const screen = await openScreen();
    screen.shell.kill();
    expect(await screen.shell.wait()).toBe(129);
  });

  test("exit tells of stopped jobs once", async () => {
    const screen = await openScreen();
    await screen.type("sleep 100\n");
    await screen.untilJobRuns();
    await screen.type("\x1a");
    await screen.until(PROMPT);
    expect(await screen.run("exit")).toContain("There are stopped jobs.\r\n");
    await screen.type("exit 4\n");
    expect(await screen.shell.wait()).toBe(4);
  });
});
