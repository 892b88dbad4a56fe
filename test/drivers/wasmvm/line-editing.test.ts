// The shell's line editor in a real terminal (tmux), connected by kernel.connectTerminal: editing keys, history,
// completion, ^C ^Z ^D, jobs and sizes. The application is test/fixtures/connect-shell.mjs.

import { describe, test } from "vitest";
import { hasTmux, shellTerminal } from "../../fixtures/tmux-terminal.js";

describe.skipIf(!hasTmux)("the line editor in a terminal", { timeout: 60_000 }, () => {
  test("keys of emacs mode move, cut, put in and undo", async () => {
    const terminal = await shellTerminal();
    terminal.type("cho wrld two");
    terminal.press("C-a");
    terminal.type("e");
    terminal.press("C-e", "C-w", "BSpace", "M-b", "Right");
    terminal.type("o");
    await terminal.is("$ echo world");
    terminal.press("M-u", "C-y", "Enter");
    await terminal.is("$ echo woRLDtwo\nwoRLDtwo\n$");
    terminal.type("abd");
    terminal.press("C-t", "C-_", "C-_");
    await terminal.endsWith("$");
    terminal.type("é漢x");
    terminal.press("Left", "Left", "BSpace", "C-k");
    await terminal.endsWith("$");
    terminal.type("echo one");
    terminal.press("Home", "M-d");
    terminal.type("printf '%s\\n'");
    terminal.press("End", "C-u", "C-y", "Enter");
    await terminal.endsWith("$ printf '%s\\n' one\none\n$");
  });

  test("the history: arrows, ^R, M-., expansion, the file", async () => {
    const terminal = await shellTerminal("", 150);
    terminal.press("Up");
    await terminal.is("$ echo from before");
    terminal.press("C-u");
    terminal.enter("echo a b");
    await terminal.endsWith("a b\n$");
    terminal.type("echo ");
    terminal.press("M-.");
    await terminal.endsWith("$ echo b");
    terminal.press("M-.");
    await terminal.endsWith("$ echo before");
    terminal.press("C-c");
    await terminal.endsWith("$ echo before^C\n$");
    terminal.press("C-r");
    terminal.type("from");
    await terminal.endsWith("(reverse-i-search)`from': echo from before");
    terminal.press("Enter");
    await terminal.endsWith("$ echo from before\nfrom before\n$");
    terminal.enter("echo !$ !!:1");
    await terminal.endsWith("echo before from\nbefore from\n$");
    terminal.enter("history | tail -n 3");
    await terminal.endsWith(
      "    3  echo from before\n    4  echo before from\n    5  history | tail -n 3\n$",
    );
    terminal.enter("for i in 1 2; do");
    await terminal.endsWith("$ for i in 1 2; do\n>");
    terminal.enter("echo $i; done");
    await terminal.endsWith("1\n2\n$");
    terminal.press("Up");
    await terminal.endsWith("$ for i in 1 2; do echo $i; done");
    terminal.press("C-u", "C-d");
    await terminal.shows("echo from before\\necho a b\\n");
    await terminal.shows("for i in 1 2; do echo $i; done\\n");
    await terminal.shows("ended 0");
  });

  test("completion: files, directories, commands, variables, complete -W, a list on the second Tab", async () => {
    const terminal = await shellTerminal();
    terminal.type("cat alp");
    terminal.press("Tab");
    await terminal.is("$ cat alpha\\ one.txt");
    terminal.press("C-u");
    terminal.type("ls b");
    terminal.press("Tab", "Tab");
    await terminal.is("$ ls b\nbeta.txt   binaries/\n$ ls b");
    terminal.type("i");
    terminal.press("Tab", "Tab");
    await terminal.endsWith("$ ls binaries/tool.sh");
    terminal.press("C-u");
    terminal.type("mkte");
    terminal.press("Tab");
    terminal.type("| cat; echo $HISTFILES");
    terminal.press("Tab");
    await terminal.endsWith("$ mktemp | cat; echo $HISTFILESIZE");
    terminal.press("C-u");
    terminal.enter("complete -W 'apple banana' fruit");
    await terminal.endsWith("$ complete -W 'apple banana' fruit\n$");
    terminal.type("fruit b");
    terminal.press("Tab");
    await terminal.endsWith("$ fruit banana");
  });

  test("long lines wrap and follow the size of the window; a prompt's colours take no room", async () => {
    const terminal = await shellTerminal("SHELL_PROMPT='\\[\\e[1m\\]%\\[\\e[0m\\]$ '", 20);
    terminal.type("echo 123456789 123456789");
    await terminal.is("%$ echo 123456789 12\n3456789");
    terminal.press("C-a", "M-f");
    terminal.type("ab");
    await terminal.is("%$ echoab 123456789\n123456789");
    terminal.resize(40, 12);
    await terminal.becomes("%$ echoab 123456789 123456789", "C-l");
    terminal.press("C-e");
    terminal.type("!");
    await terminal.becomes("%$ echoab 123456789 123456789!", "C-l");
  });

  test("^Z stops a job, fg continues it, ^C ends it; ^L clears; a paste is one text", async () => {
    const terminal = await shellTerminal();
    terminal.enter("sleep 1000");
    await terminal.is("$ sleep 1000");
    terminal.type("ignored");
    await terminal.shows("ignored");
    terminal.press("C-u", "C-z");
    await terminal.shows("[1]+  Stopped                 sleep 1000\n$");
    terminal.enter("fg");
    await terminal.endsWith("$ fg\nsleep 1000");
    terminal.press("C-c");
    await terminal.endsWith("$");
    terminal.enter("echo $?");
    await terminal.endsWith("130\n$");
    terminal.press("C-l");
    await terminal.is("$");
    terminal.paste("echo one\necho two\n");
    await terminal.is("$ echo one\necho two");
    terminal.press("Enter");
    await terminal.endsWith("one\ntwo\n$");
  });

  test("set -b tells of a job's end while a line is typed", async () => {
    const terminal = await shellTerminal();
    terminal.enter("set -b; mkfifo p; bind -x '\"\\C-g\": echo >p'");
    terminal.enter("read -r x <p &");
    await terminal.shows("[1] ");
    terminal.type("echo typed");
    await terminal.endsWith("$ echo typed");
    terminal.press("C-g");
    await terminal.endsWith("[1]+  Done                    read -r x < p\n$ echo typed");
    terminal.press("Enter");
    await terminal.endsWith("$ echo typed\ntyped\n$");
  });

  test("Readline's variables and pages of candidates; autocd and cdspell", async () => {
    const terminal = await shellTerminal();
    terminal.enter("bind 'set completion-ignore-case on'; bind 'set show-all-if-ambiguous on'");
    terminal.enter("shopt -s autocd cdspell; mkdir -p deep; touch {10..49}-$(printf '%050d')");
    terminal.enter("clear");
    await terminal.is("$");
    terminal.type("cat ALP");
    terminal.press("Tab");
    await terminal.is("$ cat alpha\\ one.txt");
    terminal.press("C-u");
    terminal.enter("cd depe");
    await terminal.endsWith("$ cd depe\ndeep\n$");
    terminal.enter("..");
    await terminal.endsWith("$ ..\ncd -- ..\n$");
    terminal.type("ls 1");
    terminal.press("Tab");
    await terminal.shows("19-0000");
    terminal.press("C-u");
    terminal.enter("clear");
    await terminal.is("$");
    terminal.type("wc ./");
    terminal.press("Tab");
    await terminal.endsWith("--More--");
    terminal.type("q");
    await terminal.endsWith("$ wc ./");
  });

  test("vi mode: motions, operators and the history", async () => {
    const terminal = await shellTerminal();
    terminal.enter("set -o vi");
    await terminal.endsWith("$ set -o vi\n$");
    terminal.type("echo one two three");
    terminal.press("Escape");
    terminal.type("bbcwTWO");
    await terminal.endsWith("$ echo one TWO three");
    terminal.press("Escape");
    terminal.type("0wdwA!");
    await terminal.endsWith("$ echo TWO three!");
    terminal.press("Enter");
    await terminal.endsWith("TWO three!\n$");
    terminal.press("Escape");
    terminal.type("kxiE");
    await terminal.endsWith("$ Echo TWO three!");
  });
});
