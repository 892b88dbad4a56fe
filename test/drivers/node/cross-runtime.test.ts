// The page "Cross-runtime": its samples with Node in them, word for word. npm and Python come later.

import { createNodeRuntime } from "secure-exec/node";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { describe, expect, test } from "vitest";
import { bootKernel, textOf } from "../../boot.js";
import { bootNode } from "./node-kernel.js";

describe("command routing", () => {
  test("node overrides the WASM runtime's stub, the shell stays", async () => {
    const kernel = await bootKernel([createWasmVmRuntime()]);
    expect(kernel.commands.get("node")).toBe("wasmvm");
    await kernel.mount(createNodeRuntime());
    expect(kernel.commands.get("node")).toBe("node");
    expect(kernel.commands.get("sh")).toBe("wasmvm");
  });
});

describe("child_process routing (Node → shell)", () => {
  test("execSync routes through the kernel to the shell", async () => {
    const kernel = await bootNode();
    const result = await kernel.exec(`node -e "
  const { execSync } = require('child_process');
  const output = execSync('echo hello | tr a-z A-Z', { encoding: 'utf-8' });
  console.log(output.trim());
"`);
    expect(result).toMatchObject({ exitCode: 0, stdout: "HELLO\n", stderr: "" });
  });
});

describe("cross-runtime pipes", () => {
  test("WasmVM → Node pipe", async () => {
    const kernel = await bootNode();
    const result = await kernel.exec(`echo '{"name":"world"}' | node -e '
  let d = "";
  process.stdin.on("data", c => d += c);
  process.stdin.on("end", () => {
    const obj = JSON.parse(d);
    console.log("Hello, " + obj.name + "!");
  });
'`);
    expect(result).toMatchObject({ exitCode: 0, stdout: "Hello, world!\n" });
  });

  test("Node → WasmVM pipe", async () => {
    const kernel = await bootNode();
    const result = await kernel.exec(`node -e '
  console.log("apple");
  console.log("banana");
  console.log("avocado");
' | grep ^a`);
    expect(result).toMatchObject({ exitCode: 0, stdout: "apple\navocado\n" });
  });

  test("50 MB from a file through node into the shell, correct to the byte", async () => {
    const kernel = await bootNode();
    const big = new Uint8Array(50 * 1024 * 1024);
    for (let index = 0; index < big.length; index++)
      big[index] = (index * 31 + (index >> 13)) & 255;
    await kernel.writeFile("/tmp/big", big);
    const result = await kernel.exec(
      `cat /tmp/big | node -e 'process.stdin.pipe(process.stdout)' | tee /tmp/copy | wc -c`,
    );
    expect(result).toMatchObject({ exitCode: 0, stdout: `${big.length}\n`, stderr: "" });
    expect(Buffer.compare(await kernel.readFile("/tmp/copy"), big)).toBe(0);
  }, 60_000);
});

describe("shared VFS", () => {
  test("all runtimes read and write the same files", async () => {
    const kernel = await bootNode();
    await kernel.writeFile("/tmp/config.json", '{"port": 3000}');
    expect((await kernel.exec("cat /tmp/config.json")).stdout).toBe('{"port": 3000}');
    const r2 = await kernel.exec(`node -e "
  const config = JSON.parse(require('fs').readFileSync('/tmp/config.json', 'utf8'));
  console.log('Port:', config.port);
"`);
    expect(r2.stdout).toBe("Port: 3000\n");
    await kernel.exec(`node -e "
  require('fs').writeFileSync('/tmp/from-node.txt', 'written by node');
"`);
    expect((await kernel.exec("cat /tmp/from-node.txt")).stdout).toBe("written by node");
  });
});

describe("error and exit code propagation", () => {
  test("exit codes cross runtime boundaries", async () => {
    const kernel = await bootNode();
    expect((await kernel.exec('node -e "process.exit(42)"')).exitCode).toBe(42);
    expect((await kernel.exec("sh -c 'exit 7'")).exitCode).toBe(7);
    expect((await kernel.exec(`sh -c 'node -e "process.exit(42)"'`)).exitCode).toBe(42);
    expect(
      (await kernel.exec("node -e 'console.error('oops')'".replace("'oops'", '"oops"'))).stderr,
    ).toBe("oops\n");
  });
});

describe("stdin streaming", () => {
  test("a Node process reads what is written to a running process", async () => {
    const kernel = await bootNode();
    const chunks: Uint8Array[] = [];
    const proc = kernel.spawn(
      "node",
      [
        "-e",
        `
  let data = "";
  process.stdin.on("data", (chunk) => data += chunk);
  process.stdin.on("end", () => console.log(data.toUpperCase()));
`,
      ],
      { onStdout: (data) => void chunks.push(data) },
    );
    proc.writeStdin("hello from stdin");
    proc.closeStdin();
    expect(await proc.wait()).toBe(0);
    expect(textOf(chunks)).toBe("HELLO FROM STDIN\n");
  });
});
