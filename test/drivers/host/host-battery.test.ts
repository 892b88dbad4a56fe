// The battery over a directory of the host: the cases that ask for no other owner, no FIFO and no set-id or sticky
// bit, which a host directory has not (docs/stores.md).

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createHostFileSystem } from "../../../src/drivers/host/host-file-system.host.js";
import { batteryCases, runBatteryCase } from "../../kernel/posix-battery.js";

const beyondHostDirectories =
  /^([fl]?chown|mkfifo)\b|^(create|f?chmod|mkdir) .*[1-7][0-7]{3}\b|\buid\b/;

const cases = batteryCases().filter(
  ({ lines }) => !lines.some(({ text }) => beyondHostDirectories.test(text)),
);

/** The times of the host's files move with its clock, which ticks a few times in 10 ms. */
function tick(): void {
  const beganMs = Date.now();
  while (Date.now() < beganMs + 10);
}

test.each(cases.map((each) => [each.name, each] as const))("%s", (_, each) => {
  const root = mkdtempSync(path.join(tmpdir(), "secure-exec-battery-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  expect(runBatteryCase(createHostFileSystem({ root, readOnly: false }), each, tick)).toEqual([]);
});

test("enough of the battery is left", () => {
  expect(cases.flatMap(({ lines }) => lines).length).toBeGreaterThan(400);
});
