// Node's command line and NODE_OPTIONS: what they do and how they are refused is the host's own Node's.

import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { runInGuest } from "../run-in-guest.js";
import { bootNode, messageOf } from "./node-kernel.js";

const PATH = "/usr/bin:/bin";

interface Line {
  readonly args: readonly string[];
  readonly NODE_OPTIONS?: string;
  readonly stdin?: string;
}

const line = (...args: string[]): Line => ({ args });
/** A line that prints an expression, with options in the environment. */
const environment = (NODE_OPTIONS: string, expression = "1"): Line => ({
  args: ["-p", expression],
  NODE_OPTIONS,
});

const lines: Record<string, readonly Line[]> = {
  programs: [
    { args: ["-p"], stdin: "[process.execArgv, process.argv.length]" },
    line("-p", "1 + 1"),
    line("-pe", "[process.execArgv, process.argv.length, process.title, process.argv0]"),
    line("--print", "1"),
    { args: ["--print=1"], stdin: "2" },
  ],
  faults: [
    line("-e"),
    line("--eval="),
    line("--redirect-warnings"),
    line("--redirect-warnings="),
    line("-e", "-1"),
    line("-p", "\\-1"),
    line("--no-max-http-header-size"),
    line("--no-such-option"),
    line("--such=3"),
    line("-x"),
    line("-r"),
    line("--conditions=a", "-C", "b", "-p", "process.execArgv"),
    line("-p", "process.argv.slice(1)", "a", "-x"),
    line("-p", "process.argv.slice(1)", "--", "-x"),
    { args: ["-c"], stdin: "var foo bar;" },
    { args: ["--check", "--input-type=module"], stdin: "export const a = 1;" },
    line("-c", "-e", "1"),
    line("--input-type=foo", "-e", "1"),
    line("--unhandled-rejections=foo", "-e", "1"),
    line("--test", "-e", "1"),
    line("--watch", "-e", "1"),
    line("--watch-path=/tmp", "-p", "1"),
    line("--use-openssl-ca", "--use-bundled-ca", "-p", "1"),
    line("--cpu-prof-name=x", "-p", "1"),
    line("--secure-heap=3", "-p", "1"),
  ],
  "what V8 is told": [
    line("--stack-trace-limit=2", "-p", "Error.stackTraceLimit"),
    line("--expose_gc", "-p", "typeof gc"),
    line("--disallow-code-generation-from-strings", "-p", "eval('1')"),
    line("--max-http-header-size=abc", "-p", "http.maxHeaderSize > 0"),
  ],
  NODE_OPTIONS: [
    environment("--eval x"),
    environment("foo"),
    environment("--such"),
    environment('"a'),
    environment('"a\\'),
    environment("--"),
    environment("--stack-trace-limit=3", "Error.stackTraceLimit"),
    environment("  --expose-gc  --no-warnings", "[typeof gc, process.execArgv]"),
    environment('--conditions="a b" -C c', "process.execArgv"),
    environment("--no-warnings", "process.emitWarning('x')"),
    environment("--max-http-header-size=9000", "http.maxHeaderSize"),
  ],
};

test.each(Object.keys(lines))("options are Node's: %s", async (group) => {
  const kernel = await bootNode();
  for (const { args, NODE_OPTIONS, stdin = "" } of lines[group] ?? []) {
    const env = { PATH, ...(NODE_OPTIONS !== undefined && { NODE_OPTIONS }) };
    const host = spawnSync(process.execPath, args, { cwd: "/", env, input: stdin, argv0: "node" });
    const guest = await runInGuest(kernel, "node", [...args], stdin, { cwd: "/", env });
    expect(
      { ...guest, stderr: messageOf(guest.stderr) },
      `node ${args.join(" ")} with NODE_OPTIONS=${NODE_OPTIONS}`,
    ).toEqual({
      exitCode: host.status,
      stdout: host.stdout.toString(),
      stderr: messageOf(host.stderr.toString()),
    });
  }
});

test("NODE_OPTIONS goes to children and to workers, and --require runs in each", async () => {
  const kernel = await bootNode();
  await kernel.writeFile(
    "/preload.js",
    "console.log('preload', require('worker_threads').isMainThread)",
  );
  const program = `
    const { Worker } = require("worker_threads");
    console.log(require("child_process").execFileSync(process.execPath, ["-p", "1"]).toString());
    new Worker("console.log(1 + 1)", { eval: true });`;
  const { stdout } = await kernel.exec(`NODE_OPTIONS='--require /preload.js' node -e '${program}'`);
  expect(stdout).toBe("preload true\npreload true\n1\n\npreload false\n2\n");
});
