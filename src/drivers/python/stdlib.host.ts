/**
 * The standard library as guests read it: sources and bytecode in /usr/lib/python3.14, where every CPython has them. It is
 * packed into one file once for a machine, by `stdlib-packer.host.ts` in a process of its own, and kept in the cache
 * folder under a hash of all that it is made of. It is mounted beneath the directory, which takes what guests change
 * and install.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { syscalls } from "../../bridge/syscalls.js";
import type { KernelInterface } from "../../kernel/kernel-interface.js";
import { holdEntry, pruneCache } from "../host/cache-folder.host.js";
import { LibraryStore } from "./library-store.host.js";
import type { PackedLibrary } from "./packed-library.host.js";
import { PYODIDE_VERSION, type PyodidePackage } from "./pyodide-package.host.js";
import { tlsCalls } from "./tls-calls.js";

/** Where CPython looks for it. */
const LIBRARY = "/usr/lib/python3.14";
const NAME = "library.pack";
/** What CPython expects in it beside the library, and where packages are installed. */
const DIRECTORIES = ["lib-dynload", "site-packages"];
/** A folder only its owner can change: whoever writes there chooses what guests' Python does. */
const FOLDER_MODE = 0o700;
const MB = 1024 * 1024;

/** dist/ holds the Python sources beside the chunk this code is bundled into. */
const overlay = fileURLToPath(new URL("./python-stdlib", import.meta.url));
const packer = fileURLToPath(new URL("./python-packer.js", import.meta.url));
/** Got by `pip.mjs`; a working copy may be without it, and its guests without pip. */
const pipWheel = fileURLToPath(
  new URL("../src/drivers/python/wheels/pip-26.3-py3-none-any.whl", import.meta.url),
);

function keyOf({ stdlib }: PyodidePackage): string {
  const hash = createHash("sha256").update(PYODIDE_VERSION).update(readFileSync(stdlib));
  hash.update(JSON.stringify([syscalls, tlsCalls]));
  if (existsSync(pipWheel)) hash.update(readFileSync(pipWheel));
  const names = readdirSync(overlay, { recursive: true, encoding: "utf8" }).sort();
  for (const name of names.filter((name) => name.endsWith(".py"))) {
    hash.update(`\0${name}\0`).update(readFileSync(path.join(overlay, name)));
  }
  return hash.digest("hex");
}

/** Packing that is under way in this application, by folder. */
const underWay = new Map<string, Promise<void>>();

/** The host's file of the library, which is packed when it is not there. */
export async function packedLibrary(folder: string, pyodide: PyodidePackage): Promise<string> {
  const directory = path.join(folder, `python-${keyOf(pyodide)}`);
  const library = path.join(directory, NAME);
  mkdirSync(directory, { recursive: true, mode: FOLDER_MODE });
  for (const kept of [folder, directory]) {
    chmodSync(kept, FOLDER_MODE);
    const { uid } = statSync(kept);
    if (uid !== (process.getuid?.() ?? uid)) throw new Error(`${kept} belongs to another user`);
  }
  holdEntry(directory);
  if (existsSync(library)) return library;
  const packing = underWay.get(library) ?? pack(pyodide, library);
  underWay.set(library, packing);
  await packing.finally(() => underWay.delete(library));
  pruneCache(folder, "python");
  return library;
}

async function pack({ wasm, stdlib }: PyodidePackage, library: string): Promise<void> {
  const argv = [
    "--no-node-snapshot",
    "--no-warnings",
    packer,
    wasm,
    stdlib,
    overlay,
    library,
    pipWheel,
  ];
  await promisify(execFile)(process.execPath, argv, { env: {}, maxBuffer: MB });
}

/** Shows the library to guests. */
export async function mountLibrary(kernel: KernelInterface, library: PackedLibrary): Promise<void> {
  for (const name of DIRECTORIES) await kernel.vfs.mkdir(`${LIBRARY}/${name}`, { recursive: true });
  await kernel.mountFs(LIBRARY, new LibraryStore(library), { beneath: true });
}
