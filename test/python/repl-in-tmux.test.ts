// Python's prompts as a person sees them: `secure-exec --python` in a real terminal (tmux), from its shell.

import { describe, test } from "vitest";
import { cli } from "../fixtures/cli.js";
import { hasTmux, TmuxTerminal } from "../fixtures/tmux-terminal.js";

const columns = 66;
const rows = 20;

/** A terminal with the shell of a sandbox that has Python. */
async function shell(): Promise<TmuxTerminal> {
  const command = `env TERM=screen NO_COLOR=1 ${process.execPath} ${cli} --python --env 'PS1=% '`;
  const terminal = new TmuxTerminal(command, columns, rows);
  await terminal.endsWith("%");
  terminal.enter("clear");
  await terminal.is("%");
  return terminal;
}

describe.skipIf(!hasTmux)("Python in a terminal", { timeout: 60_000 }, () => {
  test("the basic prompt: blocks, errors, input, ^C, ^D, and back in the shell", async () => {
    const terminal = await shell();
    terminal.enter("export PYTHON_BASIC_REPL=1; python3 -q");
    await terminal.endsWith(">>>");
    terminal.enter("for n in 1, 2:");
    await terminal.endsWith("...");
    terminal.enter(" print(n, 'é')");
    await terminal.endsWith("...  print(n, 'é')\n...");
    terminal.press("Enter");
    await terminal.endsWith("1 é\n2 é\n>>>");
    terminal.enter("1 / 0");
    await terminal.endsWith("ZeroDivisionError: division by zero\n>>>");
    terminal.enter("import time; time.sleep(1000)");
    await terminal.endsWith(">>> import time; time.sleep(1000)");
    terminal.press("C-c");
    await terminal.endsWith("KeyboardInterrupt\n>>>");
    terminal.type("nonsense");
    // Seen first: the screen ends with an interrupt's prompt already.
    await terminal.endsWith(">>> nonsense");
    terminal.press("C-c");
    await terminal.endsWith("KeyboardInterrupt\n>>>");
    terminal.enter("input('name? ')");
    await terminal.endsWith("name?");
    terminal.enter("Ada");
    await terminal.endsWith("'Ada'\n>>>");
    terminal.press("C-c");
    await terminal.endsWith("KeyboardInterrupt\n>>>");
    // CPython 3.14 remembers an interrupt that nobody caught, and ends by SIGINT then.
    terminal.press("C-d");
    await terminal.endsWith(">>>\n\n%");
    terminal.enter("echo $?; python3 -q");
    await terminal.endsWith("130\n>>>");
    terminal.press("C-d");
    await terminal.endsWith(">>>\n%");
    terminal.enter("echo $?");
    await terminal.endsWith("% echo $?\n0\n%");
  });

  test("the full prompt: the screen, editing, history, sizes, completion, ^C, ^D", async () => {
    const terminal = await shell();
    terminal.enter("python3 -q");
    await terminal.is("% python3 -q\n>>>");
    terminal.enter("def twice(n):");
    await terminal.endsWith("...");
    terminal.enter("return n * 2");
    terminal.press("Enter");
    await terminal.endsWith(">>>");
    terminal.enter("twice(21)");
    await terminal.is(
      "% python3 -q\n>>> def twice(n):\n...     return n * 2\n...\n>>> twice(21)\n42\n>>>",
    );
    // The block comes back as one.
    terminal.press("Up", "Up");
    await terminal.endsWith("42\n>>> def twice(n):\n...     return n * 2");
    terminal.press("C-c");
    await terminal.endsWith("KeyboardInterrupt\n>>>");
    terminal.type("print('wrong')");
    terminal.press("C-a", "M-f", "Right", "Right");
    terminal.press("M-d");
    terminal.type("right");
    terminal.press("Enter");
    await terminal.endsWith(">>> print('right')\nright\n>>>");
    terminal.resize(50, 15);
    terminal.enter("import os; os.get_terminal_size()");
    await terminal.endsWith("os.terminal_size(columns=50, lines=15)\n>>>");
    terminal.type("import sysco");
    terminal.press("Tab");
    await terminal.endsWith(">>> import sysconfig");
    terminal.press("C-u", "C-d");
    await terminal.endsWith("%");
  });
});
