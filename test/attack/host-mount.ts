// A guest with a directory of the host on /mnt, next to things it must not reach.

import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { createHostFileSystem } from "../../src/drivers/host/host-file-system.host.js";
import { bootTables } from "../kernel/tables.js";
import { Attacker } from "./guest.js";

export interface HostMount {
  readonly attacker: Attacker;
  /** The mounted directory, in the host's terms. */
  readonly inside: string;
  /** A directory beside it. */
  readonly outside: string;
  /** What is in the file `secret` of `outside`. */
  secret(): string;
}

export function hostMount(readOnly = false): HostMount {
  const base = realpathSync(mkdtempSync(path.join(tmpdir(), "secure-exec-mount-")));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const [inside, outside] = [path.join(base, "inside"), path.join(base, "outside")];
  for (const directory of [inside, outside]) mkdirSync(directory);
  writeFileSync(path.join(outside, "secret"), "outside");
  writeFileSync(path.join(inside, "file"), "inside");
  const tables = bootTables();
  tables.vfs.mounts.mount("/mnt", createHostFileSystem({ root: inside, readOnly }));
  return {
    attacker: new Attacker(tables),
    inside,
    outside,
    secret: () => readFileSync(path.join(outside, "secret"), "utf8"),
  };
}
