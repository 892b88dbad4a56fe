// `secure-exec` in a real terminal (tmux): the interactive shell, ^C, sizes and the exit code.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, onTestFinished, test } from "vitest";
import { hasNodeRuntime } from "../boot.js";
import { cli } from "../fixtures/cli.js";
import { hasTmux, TmuxTerminal } from "../fixtures/tmux-terminal.js";

const isNodeThere = await hasNodeRuntime();

/** A terminal in which `secure-exec` has been started with these words. */
function terminal(words = ""): TmuxTerminal {
  return new TmuxTerminal(`env TERM=screen PS1= ${process.execPath} ${cli} ${words}`);
}

describe.skipIf(!hasTmux)("secure-exec in a terminal", { timeout: 60_000 }, () => {
  test("the shell: lines, ^C, sizes, and its exit code", async () => {
    const shell = terminal("--env 'PS1=% '");
    await shell.is("%");
    shell.enter("echo one | tr a-z A-Z; pwd");
    await shell.is("% echo one | tr a-z A-Z; pwd\nONE\n/home/user\n%");
    shell.enter("sleep 1000");
    await shell.endsWith("% sleep 1000");
    shell.press("C-c");
    await shell.endsWith("%");
    shell.enter("echo $?; stty size");
    await shell.endsWith("130\n12 60\n%");
    shell.resize(70, 20);
    shell.enter("stty size");
    await shell.endsWith("20 70\n%");
    shell.enter("exit 42");
    await shell.endsWith("ended 42");
  });

  test.skipIf(!isNodeThere)(
    "the first Node program waits for the code cache, and says so",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "secure-exec-cache-"));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      writeFileSync(join(folder, "a.mjs"), "console.log(process.stdout.isTTY, process.argv[2]);");
      const command = `env TERM=screen XDG_CACHE_HOME=${folder} ${process.execPath} ${cli} run`;
      const first = new TmuxTerminal(`${command} ${folder}/a.mjs one`, 100);
      await first.is(
        "secure-exec: building the code cache of Node, once ... done\ntrue one\nended 0",
      );
      const second = new TmuxTerminal(`${command} ${folder}/a.mjs two`, 100);
      await second.is("true two\nended 0");
    },
  );

  test("a script on a terminal has one of its own; ^C ends it", async () => {
    const script = terminal(
      "exec 'test -t 0 && test -t 1 && echo is terminal; read line; echo got $line; sleep 1000'",
    );
    await script.shows("is terminal");
    script.enter("words");
    await script.shows("got words");
    script.press("C-c");
    await script.endsWith("^Cended 130");
  });
});
