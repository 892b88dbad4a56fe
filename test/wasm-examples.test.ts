// The example programs: built from the sources beside them, doing what docs/wasm-programs.md says.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { bootKernel } from "./boot.js";

const folder = new URL("../examples/wasm/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder));

async function boot(...programs: string[]) {
  const kernel = await bootKernel();
  for (const name of programs) {
    await kernel.writeFile(`/usr/local/bin/${name}`, read(`dist/${name}.wasm`));
    await kernel.exec(`chmod +x /usr/local/bin/${name}`);
  }
  return kernel;
}

test("the modules were built from these sources", () => {
  const lines = read("SHA256SUMS").toString().trim().split("\n");
  expect(lines.length).toBeGreaterThan(4);
  for (const line of lines) {
    const [hash, name = ""] = line.split(/ +/);
    expect([name, createHash("sha256").update(read(name)).digest("hex")]).toEqual([name, hash]);
  }
});

test("the page's snippets are in the sources", () => {
  const page = readFileSync(new URL("../docs/wasm-programs.md", import.meta.url), "utf8");
  const snippets = [...page.matchAll(/^```\w+ (examples\S+)\n([\s\S]*?)^```$/gm)];
  expect(snippets.length).toBeGreaterThan(5);
  for (const [, file = "", text = ""] of snippets) {
    expect(readFileSync(new URL(`../${file}`, import.meta.url), "utf8")).toContain(text);
  }
});

test("the header declares every import, with as many arguments", async () => {
  const entry = new URL("../src/drivers/wasmvm/guest/secure-exec-imports.ts", import.meta.url)
    .pathname;
  const bundled = await build({ entryPoints: [entry], bundle: true, format: "esm", write: false });
  const source = bundled.outputFiles[0]?.text ?? "";
  const module = await import(
    `data:text/javascript;base64,${Buffer.from(source).toString("base64")}`
  );
  const functions: Record<string, { length: number }> = module.secureExecFunctions({ rights: {} });
  const header = read("include/secure_exec.h").toString();
  const declared = [...header.matchAll(/^SE_IMPORT\((\w+)\)\(([^;]*)\);/gm)].map(
    ([, name, args = ""]): [string, number] => [
      name ?? "",
      args === "void" ? 0 : args.split(",").length,
    ],
  );
  expect(Object.fromEntries(declared)).toEqual(
    Object.fromEntries(Object.entries(functions).map(([name, { length }]) => [name, length])),
  );
});

test("pipeline: two commands with a pipe between them, by name, and both codes", async () => {
  const kernel = await boot("pipeline");
  const run = async (line: string) => {
    const { stdout, stderr, exitCode } = await kernel.exec(line);
    return [stdout, stderr, exitCode];
  };
  expect(await run("pipeline printf 'b\\na\\n' -- sort")).toEqual(["a\nb\n", "pipeline: 0 0\n", 0]);
  expect(await run("pipeline sh -c 'exit 3' -- sh -c 'kill -9 $$'")).toEqual([
    "",
    "pipeline: 3 137\n",
    137,
  ]);
  expect(await run("cd /usr/local && pipeline cat bin/none -- wc -c")).toEqual([
    "0\n",
    "cat: bin/none: No such file or directory\npipeline: 1 0\n",
    0,
  ]);
  expect(await run("pipeline nope -- cat")).toEqual([
    "",
    "pipeline: nope: No such file or directory\n",
    1,
  ]);
  expect((await run("pipeline"))[2]).toBe(2);
});

test("pipeline: a signal is taken while it waits", async () => {
  const kernel = await boot("pipeline");
  const { stderr, exitCode } = await kernel.exec("pipeline sh -c 'kill -USR1 $PPID' -- cat");
  expect(stderr).toMatch(/^pipeline: waiting for \d+ \(signal 10 from \d+\)$/m);
  expect(exitCode).toBe(0);
});

test("pipeline -c asks for one key on a terminal", async () => {
  const kernel = await boot("pipeline");
  const shell = kernel.openShell();
  let screen = "";
  shell.onData = (data: Uint8Array) => {
    screen += Buffer.from(data).toString();
  };
  shell.write("pipeline -c echo ran -- cat\n");
  await expect.poll(() => screen).toContain("run? [y/n] ");
  shell.write("y");
  await expect.poll(() => screen).toMatch(/\[y\/n\] y\r\nran\r\npipeline: 0 0\r\n/);
  shell.kill();
  await shell.wait();
});

test("echo-server: listens, answers in capitals, and ends at SIGTERM", async () => {
  const kernel = await boot("echo-server");
  let output = "";
  const server = kernel.spawn("echo-server", ["8123"], {
    onStdout: (data) => {
      output += Buffer.from(data).toString();
    },
  });
  await kernel.waitForListener({ port: 8123 });
  const connection = await kernel.connect({ port: 8123 });
  await connection.write(Buffer.from("hello\nworld\n"));
  await connection.end();
  const chunks: Uint8Array[] = [];
  for (let chunk = await connection.read(); chunk; chunk = await connection.read()) {
    chunks.push(chunk);
  }
  expect(Buffer.concat(chunks).toString()).toBe("HELLO\nWORLD\n");
  server.kill(15);
  expect(await server.wait()).toBe(0);
  expect(output).toBe("listening on port 8123\nbye\n");
});

test("lsof shows a listening socket by its port, and who has it", async () => {
  const kernel = await boot("echo-server");
  const { stdout } = await kernel.exec(
    [
      "echo-server 8124 > /tmp/out & until [ -s /tmp/out ]; do sleep 0.01; done",
      "lsof -i :8124; lsof -t -i TCP@127.0.0.1:8124 -a -c echo; echo $!; lsof -i :1 || echo none",
      "cat /proc/net/tcp | wc -l; kill $!; wait $!",
    ].join("\n"),
  );
  const [, row, found, pid, none, lines] = stdout.split("\n");
  expect(row).toMatch(
    /^echo-serv +\d+ +root +\d+u +IPv4 +\d+ +0t0 +TCP 127\.0\.0\.1:8124 \(LISTEN\)$/,
  );
  expect(found).toBe(pid);
  expect([none, lines?.trim()]).toEqual(["none", "2"]);
});
