// What holds after every attack probe: the host process lives, nothing of the host shows in what a guest
// saw, the canaries are untouched, a neighbour sandbox answers, and no descriptor of the host is left open.

import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir, hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { createKernel } from "../../src/kernel/kernel.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { driverOf, idleProcess } from "../driver-process.js";

/** Collects what a guest saw. */
export type Saw = (output: string | Uint8Array) => void;

/** Runs a probe between its canaries, and checks the universal oracle after it. */
export async function underOracle(probe: (saw: Saw) => void | Promise<void>): Promise<void> {
  const secret = `canary-${Math.random().toString(36).slice(2)}`;
  const folder = mkdtempSync(join(tmpdir(), "secure-exec-canary-"));
  const canary = join(folder, "canary");
  writeFileSync(canary, secret);
  process.env.SECURE_EXEC_CANARY = secret;
  const descriptors = openDescriptors();
  const outputs: string[] = [];
  const saw: Saw = (output) => {
    outputs.push(typeof output === "string" ? output : new TextDecoder().decode(output));
  };
  try {
    await probe(saw);
    const seen = outputs.join("\n");
    for (const word of hostWords(secret, folder)) expect(seen).not.toContain(word);
    expect(readFileSync(canary, "utf8")).toBe(secret);
    expect(readdirSync(folder)).toEqual(["canary"]);
    expect(process.env.SECURE_EXEC_CANARY).toBe(secret);
    expect(Object.prototype).toEqual({});
    await neighbourAnswers();
    // Sockets of processes that are gone are closed a turn of the event loop later.
    const leftOpen = () => openDescriptors().length - descriptors.length;
    const said = `${descriptors.join(" ")}\n${openDescriptors().join(" ")}`;
    await expect.poll(leftOpen, { message: said }).toBeLessThanOrEqual(0);
  } finally {
    delete process.env.SECURE_EXEC_CANARY;
    rmSync(folder, { recursive: true });
  }
}

/** Words of the host that no guest may see; those that a guest has of its own are left out. */
function hostWords(secret: string, folder: string): string[] {
  const guests = new Set(["root", "/root", "sandbox", "/usr/bin/node", "/", ""]);
  const words = [hostname(), userInfo().username, homedir(), process.cwd(), process.execPath];
  return [secret, folder, ...words].filter((word) => !guests.has(word) && word.length > 3);
}

/** What each descriptor of this process leads to. */
function openDescriptors(): string[] {
  return readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      // That of the directory itself.
      return "gone";
    }
  });
}

async function neighbourAnswers(): Promise<void> {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  const driver = driverOf("neighbour", () => {
    const { process, exit } = idleProcess();
    queueMicrotask(() => exit(7));
    return process;
  });
  await kernel.mount(driver);
  expect(await kernel.exec("neighbour")).toMatchObject({ exitCode: 7 });
  await kernel.dispose();
}
