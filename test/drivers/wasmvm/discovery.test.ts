// Where commands come from: a folder, the variable, a multi-call binary, the package, files of the VM, scripts.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { bootKernel, shippedWasmBinary } from "../../boot.js";
import { driverOf, idleProcess } from "../../driver-process.js";
import { header, helloModule, section, wasmModule } from "./tiny-wasm.js";

function folderOf(files: Record<string, Uint8Array | string>): string {
  const folder = mkdtempSync(join(tmpdir(), "secure-exec-discovery-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** A module that lists commands. */
function multiCall(names: readonly string[], module: Uint8Array): Uint8Array {
  const name = Buffer.from("secure-exec.commands");
  return Buffer.concat([
    module,
    Uint8Array.from(section(0, name.length, ...name, ...Buffer.from(names.join("\n")))),
  ]);
}

/** The warnings of the host process while the test runs. */
function warnings(): string[] {
  const seen: string[] = [];
  const emit = vi.spyOn(process, "emitWarning").mockImplementation((warning) => {
    seen.push(String(warning));
  });
  onTestFinished(() => emit.mockRestore());
  return seen;
}

afterEach(() => {
  delete process.env.SECURE_EXEC_WASM_COMMANDS_DIR;
});

const outputOf = async (command: string, driver = createWasmVmRuntime()): Promise<string> => {
  const kernel = await bootKernel([driver]);
  let text = "";
  const child = kernel.spawn(command, [], {
    onStdout: (data) => {
      text += Buffer.from(data).toString();
    },
  });
  await child.wait();
  return text;
};

describe("the folder of commands", () => {
  test("the option comes before the variable, the variable before the package", async () => {
    const [option, variable] = ["option\n", "variable\n"].map((text) =>
      folderOf({ "greet.wasm": helloModule(text) }),
    );
    process.env.SECURE_EXEC_WASM_COMMANDS_DIR = variable;
    expect(await outputOf("greet", createWasmVmRuntime({ commandsDir: option ?? "" }))).toBe(
      "option\n",
    );
    expect(await outputOf("greet")).toBe("variable\n");
    const kernel = await bootKernel();
    expect([...kernel.commands.keys()]).toEqual(["greet"]);
    process.env.SECURE_EXEC_WASM_COMMANDS_DIR = "";
    expect((await (await bootKernel()).exec("echo packaged")).stdout).toBe("packaged\n");
  });

  test("with a multi-call binary beside it both are there, and the folder wins a name", async () => {
    const commandsDir = folderOf({ cat: helloModule("not cat\n"), more: helloModule("more\n") });
    const kernel = await bootKernel([
      createWasmVmRuntime({ commandsDir, wasmBinaryPath: shippedWasmBinary, trusted: true }),
    ]);
    expect((await kernel.exec("cat; more; echo fine")).stdout).toBe("not cat\nmore\nfine\n");
  });

  test("a module that lists commands has them all; a file of its own wins; other files are left alone", async () => {
    const commandsDir = folderOf({
      "many.wasm": multiCall(["one", "two"], helloModule("many\n")),
      "two.wasm": helloModule("own\n"),
      "many.json": "{}",
      "README.md": "text",
      ".hidden": "text",
    });
    mkdirSync(join(commandsDir, "folder"));
    const seen = warnings();
    const kernel = await bootKernel([createWasmVmRuntime({ commandsDir, trusted: true })]);
    expect([...kernel.commands.keys()].sort()).toEqual(["one", "two"]);
    expect((await kernel.exec("one")).stdout).toBe("many\n");
    expect((await kernel.exec("two")).stdout).toBe("own\n");
    expect(seen).toEqual([]);
  });

  test("this package's modules can be linked into it", async () => {
    const commandsDir = folderOf({ "greet.wasm": helloModule("hi\n") });
    symlinkSync(shippedWasmBinary, join(commandsDir, "secure-exec.wasm"));
    const kernel = await bootKernel([createWasmVmRuntime({ commandsDir })]);
    expect((await kernel.exec("greet | tr a-z A-Z; echo $?")).stdout).toBe("HI\n0\n");
  });

  test("broken files are named by a warning and by their use; the rest is served", async () => {
    const whole = readFileSync(shippedWasmBinary);
    const commandsDir = folderOf({
      "secure-exec.wasm": whole,
      "cut.wasm": whole.subarray(0, whole.length / 2),
      junk: "no module",
      empty: "",
      badly: Uint8Array.from([...header, ...section(3, 1, 5)]),
    });
    symlinkSync("/nowhere", join(commandsDir, "dangling"));
    const seen = warnings();
    const kernel = await bootKernel([createWasmVmRuntime({ commandsDir })]);
    expect(seen.sort()).toEqual([
      `not a command: ${join(commandsDir, "cut.wasm")}: the module is cut off`,
      expect.stringContaining(`not a command: ${join(commandsDir, "dangling")}: ENOENT`),
      `not a command: ${join(commandsDir, "empty")}: not a WASM module of version 1`,
      `not a command: ${join(commandsDir, "junk")}: not a WASM module of version 1`,
    ]);
    for (const name of ["cut", "junk", "empty", "badly"]) {
      const { stdout, stderr } = await kernel.exec(`${name}; echo $?`);
      // What only the compiler finds is found when the program starts, in a process of its own.
      if (name === "badly") expect(stderr).toMatch(/^badly: /);
      else
        expect([stdout, stderr]).toEqual([
          "126\n",
          `sh: line 1: ${name}: cannot execute binary file: Exec format error\n`,
        ]);
    }
    expect((await kernel.exec("echo fine | cat")).stdout).toBe("fine\n");
  });
});

test("what stands in for a runtime says which to mount, and gives way to it when it is mounted later", async () => {
  const { stderr, exitCode } = await (await bootKernel()).exec("npm install");
  expect([stderr, exitCode]).toEqual([
    "npm: command not found: mount createNodeRuntime() of secure-exec/node to have it\n",
    127,
  ]);
  expect((await (await bootKernel()).exec("python3 -V")).stderr).toMatch(
    /^python3: command not found: mount createPythonRuntime\(\) of secure-exec\/python/,
  );
  const node = () =>
    driverOf("node", () => {
      const { process, exit } = idleProcess();
      queueMicrotask(() => exit(42));
      return process;
    });
  const kernel = await bootKernel([createWasmVmRuntime(), node()]);
  expect((await kernel.exec("node; echo $?")).stdout).toBe("42\n");
  expect(kernel.commands.get("npm")).toBe("wasmvm");
});

describe("files of the VM", () => {
  test("a program by path, by PATH, under another name, through a link; not without its execute bit", async () => {
    const kernel = await bootKernel();
    await kernel.writeFile("/opt/tools/greet", helloModule("hi\n"));
    const { stdout, stderr } = await kernel.exec(
      [
        "/opt/tools/greet; echo $?",
        "chmod +x /opt/tools/greet",
        "/opt/tools/greet; cd /opt/tools; ./greet; cd /",
        "PATH=/opt/tools:$PATH; greet",
        "ln -s greet /opt/tools/hello; hello",
        "cp /opt/tools/greet /tmp/copy; /tmp/copy; rm /opt/tools/greet; hash -r; greet; echo $?",
      ].join("\n"),
    );
    expect(stdout).toBe("126\nhi\nhi\nhi\nhi\nhi\n127\n");
    expect(stderr).toMatch(/greet: Permission denied\n[^\n]*greet: command not found/);
  });

  test.each([
    ["#!/bin/sh -e\necho $0 $1 $-; false; echo no", "./s a", /^\.\/s a \S*e\S*\n1\n$/, /^$/],
    ["#!/usr/bin/env sh\necho env $0", "./s", /^env \.\/s\n0\n$/, /^$/],
    ["#!/usr/bin/env -S sh -e -u\necho $-", "./s", /^\S*e\S*u\S*\n0\n$/, /^$/],
    ["#! \t/usr/local/bin/bash\necho there", "./s", /^there\n0\n$/, /^$/],
    ["echo plain $1", "./s x", /^plain x\n0\n$/, /^$/],
    ["", "./s", /^0\n$/, /^$/],
    ["#!/bin/sh\r\necho", "./s", /^127\n$/, /\.\/s: cannot execute: required file not found\n$/],
    ["#!/no/interpreter\n", "./s", /^127\n$/, /\.\/s: cannot execute: required file not found\n$/],
    [
      "#!/etc/passwd\n",
      "./s",
      /^126\n$/,
      /\.\/s: \/etc\/passwd: bad interpreter: Permission denied\n$/,
    ],
    [
      "#!./s\n",
      "./s",
      /^126\n$/,
      /\.\/s: \.\/s: bad interpreter: Too many levels of symbolic links\n$/,
    ],
  ])("a script %j", async (text, command, output, error) => {
    const kernel = await bootKernel();
    await kernel.writeFile("/tmp/s", text);
    const { stdout, stderr } = await kernel.exec(`cd /tmp; chmod +x s; ${command}; echo $?`);
    expect(stdout).toMatch(output);
    expect(stderr).toMatch(error);
  });

  test("scripts lead to scripts, five deep", async () => {
    const kernel = await bootKernel();
    await kernel.writeFile("/tmp/s0", "#!/bin/sh\necho $#");
    for (let depth = 1; depth < 6; depth++) {
      await kernel.writeFile(`/tmp/s${depth}`, `#!/tmp/s${depth - 1}\n`);
    }
    const { stdout } = await kernel.exec("chmod +x /tmp/s*; /tmp/s4; /tmp/s5 2>/dev/null; echo $?");
    expect(stdout).toBe("4\n126\n");
  });
});

test("an empty module, and one without _start, end with 134 or 126 and a line", async () => {
  const kernel = await bootKernel();
  await kernel.writeFile("/tmp/empty", Uint8Array.from(header));
  await kernel.writeFile("/tmp/unlinked", wasmModule({ code: [0xff] }));
  const { stdout, stderr } = await kernel.exec(
    "cd /tmp; chmod +x empty unlinked; ./empty; echo $?; ./unlinked; echo $?; echo fine",
  );
  expect(stdout).toBe("134\n134\nfine\n");
  expect(stderr).toMatch(/^\.\/empty: .*no _start/m);
  expect(stderr).toMatch(/^\.\/unlinked: trap: /m);
});
