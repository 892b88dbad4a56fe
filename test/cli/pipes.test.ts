// `secure-exec` between pipes: standard streams, exit codes, signals, its options and what it says of wrong ones.

import { spawn } from "node:child_process";
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import * as nodeModule from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { hasNodeRuntime } from "../boot.js";
import { cli, secureExec } from "../fixtures/cli.js";

const folder = mkdtempSync(join(tmpdir(), "secure-exec-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

const isNodeThere = await hasNodeRuntime();

/** Node has it from 22.13 on; before, the package amaro. */
function canStripTypes(): boolean {
  return "stripTypeScriptTypes" in nodeModule || isInstalled("amaro");
}

function isInstalled(name: string): boolean {
  try {
    return nodeModule.createRequire(import.meta.url).resolve(name) !== "";
  } catch {
    return false;
  }
}

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

describe("standard streams and exit codes", () => {
  test("stdin, stdout, stderr and the exit code are the script's; words after it are its arguments", () => {
    const script = 'cat; echo "$1 $2" >&2; exit 3';
    expect(secureExec(["exec", script, "one", "--two"], "in\n")).toEqual({
      status: 3,
      stdout: "in\n",
      stderr: "one --two\n",
    });
  });

  test("bytes that are no text go through", async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
    const child = spawn(process.execPath, [cli, "exec", "cat"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdin.end(bytes);
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });

  test("without a command the shell runs what comes from the pipe", () => {
    const { status, stdout } = secureExec([], "echo from stdin\nexit 4\n");
    expect({ status, stdout }).toEqual({ status: 4, stdout: "from stdin\n" });
  });

  test("a signal that ends the program is 128 + its number", () => {
    expect(secureExec(["exec", "kill -9 $$"]).status).toBe(137);
  });

  test("a signal is passed on", async () => {
    const child = spawn(
      process.execPath,
      [cli, "exec", "trap 'echo caught; exit 7' INT; echo ready; while :; do sleep 0.01; done"],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    let output = "";
    child.stdout.on("data", (chunk) => {
      if (output === "") child.kill("SIGINT");
      output += chunk;
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, output }).toEqual({ code: 7, output: "ready\ncaught\n" });
  });

  test("a reader that goes ends the program", async () => {
    const child = spawn(process.execPath, [cli, "exec", "yes"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await new Promise((resolve) => child.on("exit", resolve))).toBe(141);
  });

  test("--json prints the result and nothing else", () => {
    const { status, stdout, stderr } = secureExec(
      ["exec", "--json", "cat; echo e >&2; exit 5"],
      "in",
    );
    expect({ status, stderr }).toEqual({ status: 5, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      stdout: "in",
      stderr: "e\n",
      exitCode: 5,
      signal: null,
      durationMs: expect.any(Number),
      truncated: false,
    });
  });
});

describe("what the sandbox is like", () => {
  test("--env, --cwd and nothing else of the host's environment", () => {
    const words = [
      "exec",
      "--env",
      "A=1=2",
      "--env",
      "HOME=/h",
      "--cwd",
      "/made",
      "pwd; env | sort",
    ];
    const { stdout } = secureExec(words);
    expect(stdout).toMatch(/^\/made\n/);
    expect(stdout).toContain("\nA=1=2\n");
    expect(stdout).toContain("\nHOME=/h\n");
    expect(stdout).not.toContain("NODE");
  });

  test("--mount shows a directory, read-only unless it says :rw", () => {
    mkdirSync(join(folder, "project"));
    file("project/a.txt", "a\n");
    const change = "cat a.txt; echo b > b.txt && cat b.txt";
    const project = join(folder, "project");
    const readOnly = secureExec(["exec", "--mount", `${project}:/p`, "--cwd", "/p", change]);
    expect(readOnly.stdout).toBe("a\n");
    expect(readOnly.stderr).toContain("Read-only file system");
    const writable = secureExec(["exec", "--mount", `${project}:/p:rw`, "--cwd", "/p", change]);
    expect(writable).toEqual({ status: 0, stdout: "a\nb\n", stderr: "" });
    expect(readFileSync(join(project, "b.txt"), "utf8")).toBe("b\n");
  });

  test("--limit is kept", () => {
    const { status, stderr } = secureExec([
      "exec",
      "--limit",
      "fileSystemBytes=1M",
      "head -c 2000000 /dev/zero > /tmp/x",
    ]);
    expect(status).toBe(1);
    expect(stderr).toContain("No space left on device");
  });

  test.skipIf(!isNodeThere)(
    "--allow-net lets a program connect there, and nowhere else",
    async () => {
      const server = createServer((_, response) => response.end("served"));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      const program = file(
        "get.mjs",
        `import http from "node:http";
       http.get({ host: "host.internal", port: process.argv[2] }, (r) => r.pipe(process.stdout))
         .on("error", (e) => console.log(e.code));`,
      );
      // Not spawnSync: the server that is asked is in this process.
      const run = async (...flags: string[]) => {
        const words = [cli, "run", ...flags, program, String(port)];
        const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
        let output = "";
        for await (const chunk of child.stdout) output += chunk;
        return output;
      };
      expect(await run("--allow-net", `host.internal:${port}`)).toBe("served");
      expect(await run("--allow-net", "host.internal:1")).toBe("EACCES\n");
      server.close();
    },
  );
});

describe("run", () => {
  test("a shell script, by its first line bash's", () => {
    const script = file("a.sh", '#!/usr/bin/env bash\nwords=(one two)\necho "$words $1"\nexit 6\n');
    expect(secureExec(["run", script, "--x"])).toEqual({
      status: 6,
      stdout: "one --x\n",
      stderr: "",
    });
  });

  test.skipIf(!isNodeThere)("JavaScript: .js, .cjs and .mjs are what Node takes them for", () => {
    const source = "console.log(typeof require, process.argv.slice(2)); process.exitCode = 9;";
    expect(secureExec(["run", file("a.cjs", source), "x"])).toMatchObject({
      status: 9,
      stdout: "function [ 'x' ]\n",
    });
    expect(secureExec(["run", file("a.mjs", source)]).stdout).toBe("undefined []\n");
  });

  test.skipIf(!isNodeThere)("a file below a mount finds its neighbours", () => {
    file("b.mjs", "export const b = 2;");
    const main = file("c.mjs", 'import { b } from "./b.mjs"; console.log(b, import.meta.url);');
    const { stdout } = secureExec(["run", "--mount", `${folder}:/p`, main]);
    expect(stdout).toBe("2 file:///p/c.mjs\n");
  });

  test.skipIf(!isNodeThere || !canStripTypes())("TypeScript: types become blanks", () => {
    const source =
      "const a: number = 3;\nconsole.log(a satisfies number);\nthrow new Error('here');";
    const { status, stdout, stderr } = secureExec(["run", file("a.ts", source)]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "3\n" });
    expect(stderr).toContain("a.js:3:7");
    const wrong = secureExec(["run", file("b.ts", "enum A { B }")]);
    expect(wrong.status).toBe(125);
    expect(wrong.stderr).toContain("enum is not supported in strip-only mode");
  });

  test.skipIf(!isNodeThere || !isInstalled("pyodide"))("Python", () => {
    const script = file("a.py", "import sys\nprint(sys.argv[1:], input())\nsys.exit(4)\n");
    expect(secureExec(["run", script, "x"], "in\n")).toEqual({
      status: 4,
      stdout: "['x'] in\n",
      stderr: "",
    });
  });

  test("a name with another ending is refused", () => {
    const { status, stderr } = secureExec(["run", "a.exe"]);
    expect(status).toBe(125);
    expect(stderr).toContain("expected a name that ends in one of .sh,");
  });
});

describe("the command line", () => {
  test("what is built can be run", () => {
    accessSync(cli, constants.X_OK);
    const { version } = JSON.parse(
      readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
    );
    expect(secureExec(["--version"])).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("the help has the commands, the options and examples", () => {
    const { status, stdout } = secureExec(["--help"]);
    expect(status).toBe(0);
    for (const word of ["exec", "run", "mcp", "--mount", "--limit", "Examples:"]) {
      expect(stdout).toContain(word);
    }
  });

  test.each([
    [["exce"], 'did you mean "exec"?'],
    [["--env", "A=1", "exec", "x"], "options come after the command: secure-exec exec ..."],
    [["exec", "--limt", "a=1", "x"], "Did you mean --limit?"],
    [
      ["exec", "--limit", "proceses=1", "x"],
      '--limit proceses: no such option; did you mean "processes"?',
    ],
    [["exec", "--allow-net", "a b", "x"], "--allow-net: "],
    [["exec", "--mount", "/no/such:/x", "x"], "no such directory"],
  ])("%j is answered with %s", (words, answer) => {
    const { status, stdout, stderr } = secureExec(words);
    expect({ status, stdout }).toEqual({ status: 125, stdout: "" });
    expect(stderr).toContain(answer);
    expect(stderr).not.toContain("    at ");
  });
});
