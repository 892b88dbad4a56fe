// WASI preview 1 beside another implementation: the same program (wasi-oracle/probe.c) makes the same calls in a kernel and
// under node:wasi, on an empty root each, and prints what each call answered.

import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { WASI } from "node:wasi";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { expect, test } from "vitest";
import { bootKernel } from "../../boot.js";
import { differences, randomSequence, sequences } from "./wasi-oracle/sequences.js";

const folder = new URL("./wasi-oracle/", import.meta.url);
const bytes = readFileSync(new URL("program/probe.wasm", folder));

interface Answers {
  readonly exitCode: number;
  /** A line for each call. */
  readonly lines: readonly string[];
}

/** What node:wasi answers. */
function askNode(calls: readonly string[]): Answers {
  const directory = mkdtempSync(path.join(tmpdir(), "secure-exec-wasi-"));
  try {
    const root = mkdtempSync(path.join(directory, "root-"));
    const output = path.join(directory, "output");
    const stdout = openSync(output, "w");
    const wasi = new WASI({
      version: "preview1",
      args: ["probe", ...calls],
      preopens: { "/": root },
      stdout,
      returnOnExit: true,
    });
    const module = new WebAssembly.Module(bytes);
    // Its types say void; it answers the program's code.
    const exitCode = Number(
      wasi.start(new WebAssembly.Instance(module, { ...wasi.getImportObject() })),
    );
    closeSync(stdout);
    return { exitCode, lines: readFileSync(output, "utf8").trimEnd().split("\n") };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What the kernel answers. */
async function askKernel(calls: readonly string[]): Promise<Answers> {
  const kernel = await bootKernel([
    createWasmVmRuntime({ commandsDir: fileURLToPath(new URL("program", folder)) }),
  ]);
  const chunks: Uint8Array[] = [];
  const child = kernel.spawn("probe", [...calls], {
    cwd: "/",
    onStdout: (chunk) => {
      chunks.push(chunk.slice());
    },
  });
  child.closeStdin();
  const exitCode = await child.wait();
  return { exitCode, lines: Buffer.concat(chunks).toString().trimEnd().split("\n") };
}

test("the probe was built from this source", () => {
  const lines = readFileSync(new URL("SHA256SUMS", folder), "utf8").trim().split("\n");
  for (const line of lines) {
    const [hash, name = ""] = line.split(/ +/);
    const actual = createHash("sha256")
      .update(readFileSync(new URL(name, folder)))
      .digest("hex");
    expect([name, actual]).toEqual([name, hash]);
  }
});

test.each(Object.entries(sequences))(
  "%s: as node:wasi answers, but for what is listed",
  async (_name, calls) => {
    const [expected, actual] = [askNode(calls), await askKernel(calls)];
    expect(actual.exitCode).toBe(expected.exitCode);
    expect(actual.lines.length).toBe(expected.lines.length);
    const differing = calls.filter((_call, index) => actual.lines[index] !== expected.lines[index]);
    expect(differing).toEqual(calls.filter((call) => Object.hasOwn(differences, call)));
  },
);

test("random calls are answered alike", async () => {
  for (let seed = 1; seed <= 2; seed++) {
    const calls = randomSequence(seed, 300);
    const [expected, actual] = [askNode(calls), await askKernel(calls)];
    expect(actual).toEqual(expected);
  }
});
