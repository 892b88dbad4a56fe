// less, more, vi and watch in a real terminal (tmux), connected by kernel.connectTerminal.

import { describe, test } from "vitest";
import { hasTmux, shellTerminal } from "../../fixtures/tmux-terminal.js";

/** Rows `line FIRST` to `line LAST`. */
function lines(first: number, last: number): string {
  let rows = "";
  for (let line = first; line <= last; line++) rows += `line ${line}\n`;
  return rows;
}

describe.skipIf(!hasTmux)("commands that use the whole terminal", { timeout: 60_000 }, () => {
  test("less: pages, searches, ends, line numbers, sizes; the screen comes back", async () => {
    const terminal = await shellTerminal("", 60, 6);
    terminal.enter("less lines.txt");
    await terminal.is(`${lines(1, 5)}lines.txt`);
    terminal.press("Space");
    await terminal.is(`${lines(6, 10)}:`);
    terminal.enter("/line 4[27]");
    await terminal.is(`${lines(42, 46)}:`);
    terminal.type("n");
    await terminal.is(`${lines(47, 51)}:`);
    terminal.type("N");
    await terminal.is(`${lines(42, 46)}:`);
    terminal.enter("/nowhere");
    await terminal.endsWith("Pattern not found  (press RETURN)");
    terminal.type("G");
    await terminal.is(`${lines(96, 100)}(END)`);
    terminal.type("g-N");
    await terminal.shows("      1 line 1\n      2 line 2");
    terminal.resize(60, 4);
    await terminal.is("      1 line 1\n      2 line 2\n      3 line 3\n:");
    terminal.type("q");
    await terminal.is("$ less lines.txt\n$");
    terminal.enter("seq 100 | less +50g");
    await terminal.is("50\n51\n52\n:");
    terminal.type("q");
    await terminal.endsWith("$ seq 100 | less +50g\n$");
  });

  test("vi: motions, operators, undo, repeat, :s, :set nu, visual mode, writing", async () => {
    const terminal = await shellTerminal("", 60, 6);
    terminal.enter("vi beta.txt");
    await terminal.is('beta\n~\n~\n~\n~\n"beta.txt" 1L, 5B');
    terminal.type("oone two three");
    await terminal.is("beta\none two three\n~\n~\n~\n-- INSERT --");
    terminal.press("Escape");
    terminal.type("02dwyyp.u");
    await terminal.shows("beta\nthree\nthree\n~\n~");
    terminal.type("ggcwé漢");
    terminal.press("Escape");
    terminal.enter("G$r!ggdd:1");
    await terminal.shows("three\nthre!\n~\n~\n~");
    terminal.enter(":%s/e/E/g");
    await terminal.shows("thrEE\nthrE!\n~");
    terminal.enter(":set nu");
    await terminal.shows("      1 thrEE\n      2 thrE!\n~");
    terminal.type("ggvlld");
    await terminal.shows("      1 EE\n      2 thrE!\n~");
    terminal.type("p");
    await terminal.shows("      1 EthrE\n      2 thrE!\n~");
    terminal.enter("/thrE!");
    terminal.type("iX");
    terminal.press("Escape");
    terminal.enter(":q");
    await terminal.endsWith("No write since last change (add ! to override)");
    terminal.enter(":wq");
    await terminal.endsWith("$ vi beta.txt\n$");
    terminal.enter("cat beta.txt");
    await terminal.endsWith("$ cat beta.txt\nEthrE\nXthrE!\n$");
  });

  test("more ends at the end; watch shows a command again and again; ^Z and fg", async () => {
    const terminal = await shellTerminal("", 60, 6);
    terminal.enter("more lines.txt");
    await terminal.shows(`${lines(1, 5)}--More--`);
    terminal.press("Enter");
    await terminal.shows(`${lines(2, 6)}--More--`);
    terminal.type("q");
    await terminal.endsWith("$");
    terminal.press("C-l");
    terminal.enter("watch -t -n 60 echo seen");
    await terminal.is("seen");
    terminal.press("C-c");
    await terminal.shows("$ watch -t -n 60 echo seen");
    terminal.press("C-l");
    terminal.enter("less lines.txt");
    await terminal.shows("line 5\nlines.txt");
    terminal.press("C-z");
    await terminal.shows("Stopped                 less lines.txt\n$");
    terminal.enter("fg");
    await terminal.is(`${lines(1, 5)}:`);
    terminal.press("Space");
    await terminal.is(`${lines(6, 10)}:`);
  });
});
