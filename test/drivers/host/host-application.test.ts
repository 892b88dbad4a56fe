// Guests of a host application that is a real process: what they inherit, whether they keep it alive, and that
// nothing of ours is alive 2 s after it was killed while they spin.

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { helloModule, spinModule } from "../wasmvm/tiny-wasm.js";
import { isAlive, until } from "./probe-kernel.js";

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const entryFile = fileURLToPath(new URL("../../../dist/index.js", import.meta.url));
const entry = pathToFileURL(entryFile).href;

function startApplication(
  name: string,
  module: Uint8Array,
  inherited: (number | "ignore")[] = [],
): ChildProcessByStdio<null, Readable, null> {
  const folder = mkdtempSync(join(tmpdir(), "secure-exec-orphans-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const moduleFile = join(folder, "module.wasm");
  writeFileSync(moduleFile, module);
  // The list's type does not tell spawn which streams are pipes.
  return spawn(process.execPath, [fixture(name), entry, moduleFile], {
    stdio: ["ignore", "pipe", "inherit", ...inherited],
  }) as ChildProcessByStdio<null, Readable, null>;
}

test("a host application stays while a guest works, and ends when its guests are idle", async () => {
  const host = startApplication("idle-application.mjs", helloModule("hello\n"));
  let stdout = "";
  host.stdout.on("data", (data) => {
    stdout += data;
  });
  const [code] = await once(host, "exit");
  expect([code, stdout]).toEqual([0, "hello\n"]);
});

test.each(["SIGKILL", "SIGTERM"] as const)(
  "a host application ended by %s leaves no process",
  async (signal) => {
    const host = startApplication("host-application.mjs", spinModule("spinning\n"));
    let pids: number[] = [];
    // Should the test fail, it leaves nothing behind either.
    onTestFinished(() => {
      for (const pid of pids) if (isAlive(pid)) process.kill(pid, "SIGKILL");
    });
    const [line] = await once(host.stdout, "data");
    pids = String(line).trim().split(" ").map(Number);
    // Three guests and the reaper.
    expect(pids.length).toBeGreaterThanOrEqual(4);
    expect(pids.every(isAlive)).toBe(true);
    host.kill(signal);
    await once(host, "exit");
    await until(() => !pids.some(isAlive), 2000);
  },
);

test("descriptors that the host application was started with are not a guest's", async () => {
  const secret = openSync(entryFile, "r");
  onTestFinished(() => closeSync(secret));
  // Number 20: Node closes lower ones by itself.
  const inherited = [...new Array<"ignore">(17).fill("ignore"), secret];
  const host = startApplication("surroundings-application.mjs", spinModule("on\n"), inherited);
  let stdout = "";
  host.stdout.on("data", (data) => {
    stdout += data;
  });
  await once(host, "close");
  const files: string[] = JSON.parse(stdout);
  expect(files).not.toContain(entryFile);
  // The channels of its main thread and of its workers.
  expect(files.filter((file) => file.startsWith("socket:"))).toHaveLength(2);
  expect(files.filter((file) => file.startsWith("/") && file !== "/dev/null")).toEqual([]);
});
