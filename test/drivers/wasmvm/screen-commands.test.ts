// less, more, vi and watch in a real terminal (tmux), connected by kernel.connectTerminal.

import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";
import { hasTmux, TmuxTerminal } from "../../fixtures/tmux-terminal.js";

const application = fileURLToPath(new URL("../../fixtures/connect-shell.mjs", import.meta.url));

async function shell(): Promise<TmuxTerminal> {
  const terminal = new TmuxTerminal(`env TERM=screen ${process.execPath} ${application}`, 60, 6);
  await terminal.shows("$");
  return terminal;
}

/** Rows `line FIRST` to `line LAST`. */
function lines(first: number, last: number): string {
  let rows = "";
  for (let line = first; line <= last; line++) rows += `line ${line}\n`;
  return rows;
}

describe.skipIf(!hasTmux)("commands that use the whole terminal", { timeout: 60_000 }, () => {
  test("less: pages, searches, ends, line numbers, sizes; the screen comes back", async () => {
    const terminal = await shell();
    terminal.type("less lines.txt");
    terminal.press("Enter");
    await terminal.is(`${lines(1, 5)}lines.txt`);
    terminal.press("Space");
    await terminal.is(`${lines(6, 10)}:`);
    terminal.type("/line 4[27]");
    terminal.press("Enter");
    await terminal.is(`${lines(42, 46)}:`);
    terminal.type("n");
    await terminal.is(`${lines(47, 51)}:`);
    terminal.type("N");
    await terminal.is(`${lines(42, 46)}:`);
    terminal.type("/nowhere");
    terminal.press("Enter");
    await terminal.endsWith("Pattern not found  (press RETURN)");
    terminal.type("G");
    await terminal.is(`${lines(96, 100)}(END)`);
    terminal.type("g-N");
    await terminal.shows("      1 line 1\n      2 line 2");
    terminal.resize(60, 4);
    await terminal.is("      1 line 1\n      2 line 2\n      3 line 3\n:");
    terminal.type("q");
    await terminal.is("$ less lines.txt\n$");
    terminal.type("seq 100 | less +50g");
    terminal.press("Enter");
    await terminal.is("50\n51\n52\n:");
    terminal.type("q");
    await terminal.endsWith("$ seq 100 | less +50g\n$");
  });

  test("vi: motions, operators, undo, repeat, :s, :set nu, visual mode, writing", async () => {
    const terminal = await shell();
    terminal.type("vi beta.txt");
    terminal.press("Enter");
    await terminal.is('beta\n~\n~\n~\n~\n"beta.txt" 1L, 5B');
    terminal.type("oone two three");
    await terminal.is("beta\none two three\n~\n~\n~\n-- INSERT --");
    terminal.press("Escape");
    terminal.type("02dwyyp.u");
    await terminal.shows("beta\nthree\nthree\n~\n~");
    terminal.type("ggcwé漢");
    terminal.press("Escape");
    terminal.type("G$r!ggdd:1");
    terminal.press("Enter");
    await terminal.shows("three\nthre!\n~\n~\n~");
    terminal.type(":%s/e/E/g");
    terminal.press("Enter");
    await terminal.shows("thrEE\nthrE!\n~");
    terminal.type(":set nu");
    terminal.press("Enter");
    await terminal.shows("      1 thrEE\n      2 thrE!\n~");
    terminal.type("ggvlld");
    await terminal.shows("      1 EE\n      2 thrE!\n~");
    terminal.type("p");
    await terminal.shows("      1 EthrE\n      2 thrE!\n~");
    terminal.type("/thrE!");
    terminal.press("Enter");
    terminal.type("iX");
    terminal.press("Escape");
    terminal.type(":q");
    terminal.press("Enter");
    await terminal.endsWith("No write since last change (add ! to override)");
    terminal.type(":wq");
    terminal.press("Enter");
    await terminal.endsWith("$ vi beta.txt\n$");
    terminal.type("cat beta.txt");
    terminal.press("Enter");
    await terminal.endsWith("$ cat beta.txt\nEthrE\nXthrE!\n$");
  });

  test("more ends at the end; watch shows a command again and again; ^Z and fg", async () => {
    const terminal = await shell();
    terminal.type("more lines.txt");
    terminal.press("Enter");
    await terminal.shows(`${lines(1, 5)}--More--`);
    terminal.press("Enter");
    await terminal.shows(`${lines(2, 6)}--More--`);
    terminal.type("q");
    await terminal.endsWith("$");
    terminal.press("C-l");
    terminal.type("watch -t -n 60 echo seen");
    terminal.press("Enter");
    await terminal.is("seen");
    terminal.press("C-c");
    await terminal.shows("$ watch -t -n 60 echo seen");
    terminal.press("C-l");
    terminal.type("less lines.txt");
    terminal.press("Enter");
    await terminal.shows("line 5\nlines.txt");
    terminal.press("C-z");
    await terminal.shows("Stopped                 less lines.txt\n$");
    terminal.type("fg");
    terminal.press("Enter");
    await terminal.is(`${lines(1, 5)}:`);
    terminal.press("Space");
    await terminal.is(`${lines(6, 10)}:`);
  });
});
