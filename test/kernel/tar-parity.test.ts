// Archives against the system's own tar.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { exportJson, importJson } from "../../src/kernel/json-tree.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { exportTar, importTar } from "../../src/kernel/tar-archive.js";

test.skipIf(spawnSync("tar", ["--version"]).status !== 0)(
  "the system's tar unpacks what is exported, and what it packs is imported",
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "secure-exec-tar-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const store = createInMemoryFileSystem();
    await importJson(store, { "/d/f": "from here", "/d/l": { target: "f" } });
    const archive = new Response(exportTar(store) as never);
    writeFileSync(path.join(folder, "a.tar"), Buffer.from(await archive.arrayBuffer()));
    const run = (...args: string[]) => spawnSync("tar", args, { cwd: folder, encoding: "buffer" });
    expect(run("xf", "a.tar").status).toBe(0);
    const packed = run("cf", "-", "d");
    const copy = createInMemoryFileSystem();
    expect(await importTar(copy, packed.stdout)).toMatchObject({ unpacked: 3, rejected: 0 });
    expect((await exportJson(copy))["/d/f"]).toMatchObject({ text: "from here" });
  },
);
