// One program on the host's Node and in the sandbox: what it prints has to be the same.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { bootNode, nodeInGuest, nodeOnHost } from "../node-kernel.js";

/** Runs `source` as a CommonJS file on both sides and compares exit code and output. */
export async function expectAsHost(source: string, flags: string[] = []): Promise<void> {
  const kernel = await bootNode();
  const directory = mkdtempSync(join(tmpdir(), "secure-exec-processes-"));
  try {
    const file = join(directory, "program.cjs");
    writeFileSync(file, source);
    const host = nodeOnHost([...flags, file], directory);
    const guestFile = "/tmp/program.cjs";
    await kernel.writeFile(guestFile, source);
    const guest = await nodeInGuest(kernel, [...flags, guestFile]);
    expect({ exitCode: guest.exitCode, stdout: guest.stdout, stderr: guest.stderr }).toEqual({
      exitCode: host.exitCode,
      stdout: host.stdout,
      stderr: host.stderr,
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
