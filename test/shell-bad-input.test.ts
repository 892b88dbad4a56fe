// What no script should contain gets bash's message and code from the shell: never a trap, never a hang, and the kernel goes on.

import type { Kernel } from "secure-exec/kernel";
import { createInMemoryFileSystem, createKernel } from "secure-exec/kernel";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const DEPTH = 10_000;
const nest = (open: string, inner: string, close: string) =>
  open.repeat(DEPTH) + inner + close.repeat(DEPTH);

let kernel: Kernel;

beforeAll(async () => {
  const filesystem = createInMemoryFileSystem({ inodes: 200_000 });
  kernel = createKernel({ filesystem });
  await kernel.mount(createWasmVmRuntime());
});

afterAll(() => kernel.dispose());

/** Runs a script from a file, as a command line could be too long for it. */
async function run(script: string | Uint8Array) {
  await kernel.writeFile("/tmp/script", script);
  return kernel.exec("bash /tmp/script");
}

describe(`${DEPTH} constructs within one another`, () => {
  test.each([
    ["groups", nest("{ ", "echo x", "; }")],
    ["command substitutions", `echo ${nest("$(echo ", "x", ")")}`],
    ["command substitutions in quotes", `echo ${nest('"$(echo ', "x", ')"')}`],
    ["parameter expansions", `echo ${nest("${a:-", "x", "}")}`],
    ["arithmetic expansions", `echo ${nest("$((", "1", "))")}`],
    ["process substitutions", `cat ${nest("<(cat ", "/dev/null", ")")}`],
    ["tests", `[[ ${nest("( ", "a", " )")} ]]`],
    ["negations in a test", `[[ ${"! ".repeat(DEPTH)} a ]]`],
    ["case", nest("case a in a) ", "echo x", ";; esac")],
    ["if", nest("if true; then ", "echo x", "; fi")],
    ["while", nest("while true; do ", "break", "; done")],
    ["for", nest("for i in 1; do ", "echo x", "; done")],
    ["functions", nest("f() { ", "echo x", "; }")],
    ["eval", 'e=\'eval "$e"\'; eval "$e"'],
    ["function calls", "f() { f; }; f"],
    ["a file that sources itself", "echo '. /tmp/itself' > /tmp/itself; . /tmp/itself"],
  ])("%s", async (_, script) => {
    const result = await run(script);
    expect(result.stderr).toMatch(/^\/tmp\/\w+: line \d+: .*nested too deeply\n/);
    expect(result.exitCode).toBe(2);
  });

  test.each([
    ["parentheses", nest("(", "echo x", ")")],
    ["parentheses of an expression", `echo $((${nest("(", "1", ")")}))`],
  ])("%s are an expression with too many levels", async (_, script) => {
    const result = await run(script);
    expect(result.stderr).toContain("expression recursion level exceeded");
    expect(result.exitCode).toBe(1);
  });

  test("negations and lists are no nesting", async () => {
    const negations = await run(`${"! ".repeat(DEPTH)} true; echo $?`);
    expect(negations).toMatchObject({ stdout: "0\n", stderr: "" });
    const list = await run(`${"true && ".repeat(DEPTH)} echo end`);
    expect(list).toMatchObject({ stdout: "end\n", stderr: "" });
  });
});

describe("what is no script", () => {
  test("binary data is not executed", async () => {
    const junk = Uint8Array.from({ length: 3000 }, (_, index) => (index * 167 + 13) % 256);
    junk[3] = 0;
    const result = await run(junk);
    expect(result.stderr).toMatch(/cannot execute binary file/);
    expect(result.exitCode).toBe(126);
  });

  test("binary data without a NUL ends in some error of its own", async () => {
    const junk = Uint8Array.from({ length: 3000 }, (_, index) => ((index * 167 + 13) % 255) + 1);
    const result = await run(junk);
    expect(result.exitCode).toBeGreaterThan(0);
    expect(result.exitCode).toBeLessThan(128);
  });

  test.each([
    ["a double quote", 'echo "abc', "looking for matching `\"'"],
    ["a single quote", "echo 'abc", "looking for matching `''"],
    ["a backquote", "echo `abc", "looking for matching ``'"],
    ["${", "echo ${abc", "looking for matching `}'"],
    ["$(", "echo $(abc", "looking for matching `)'"],
    ["an array", "a=(1 2", "looking for matching `)'"],
    ["if", "if true; then", "unexpected end of file"],
    ["case", "case x in", "unexpected end of file"],
    ["a function", "f() {", "unexpected end of file"],
    ["[[", "[[ a", "unexpected end of file"],
  ])("%s without an end", async (_, script, message) => {
    const result = await run(script);
    expect(result.stderr).toContain(message);
    expect(result.exitCode).toBe(2);
  });
});

describe("too much", () => {
  test("100,000 arguments are too long a list for a command, not for a builtin", async () => {
    const result = await run('set -- $(seq 100000); echo $#; /bin/true "$@"; echo $?');
    expect(result.stdout).toBe("100000\n126\n");
    expect(result.stderr).toMatch(/: line 1: \/bin\/true: Argument list too long\n$/);
  });

  test("a word of 3 MB", async () => {
    const script =
      "x=$(head -c 3000000 /dev/zero | tr '\\0' x); printf %s $x | wc -c; /bin/true $x; echo $?";
    const result = await run(script);
    expect(result.stdout).toBe("3000000\n126\n");
    expect(result.stderr).toContain("Argument list too long");
  });

  test("a pattern over 100,000 names is too long a list for a command, not for the shell", async () => {
    const count = 100_000;
    const name = (index: number) => `f${String(index).padStart(5, "0")}`;
    await kernel.mkdir("/tmp/many");
    for (let index = 0; index < count; index++) {
      await kernel.writeFile(`/tmp/many/${name(index)}`, "");
    }
    const script = [
      "cd /tmp/many",
      "set -- f*9; echo $# $1",
      "echo * | wc -w",
      "count=0; for i in *; do count=$((count + 1)); done; echo $count $i",
      "/bin/ls *; echo $?",
    ];
    const result = await run(script.join("\n"));
    const last = name(count - 1);
    expect(result.stdout).toBe(`10000 f00009\n${count}\n${count} ${last}\n126\n`);
    expect(result.stderr).toMatch(/: line 5: \/bin\/ls: Argument list too long\n$/);
  });
});
