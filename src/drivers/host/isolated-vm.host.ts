/** The optional dependency isolated-vm: whether it is there. It is never loaded in the host's own process. */
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** isolated-vm is not installed, or was not compiled for this Node. */
export class IsolatedVmMissingError extends Error {
  readonly code = "ERR_ISOLATED_VM_MISSING";

  constructor(language: string, reason: string) {
    super(
      `${reason}; ${language} guests run in it. Install it for this Node (${process.version}): ` +
        `npm install isolated-vm@${versionFor(process.versions.node)}`,
    );
    this.name = "IsolatedVmMissingError";
  }
}

/** The release of isolated-vm that runs on a Node. */
function versionFor(node: string): string {
  const major = Number(node.split(".", 1)[0]);
  if (major < 22) return "5.0.4";
  return major < 24 ? "6.1.2" : "7.0.1";
}

/** Addons register under a name with the number of the interface they were compiled for. */
const registration = `node_register_module_v${process.versions.modules}`;
const CHUNK_BYTES = 1024 * 1024;

/** Whether an addon was compiled for this Node. Symbols come early in a file: one chunk tells, most often. */
function isForThisNode(file: string): boolean {
  const chunk = Buffer.alloc(registration.length + CHUNK_BYTES);
  const fd = openSync(file, "r");
  try {
    for (;;) {
      const count = readSync(fd, chunk, registration.length, CHUNK_BYTES, null);
      if (count === 0) return false;
      const end = registration.length + count;
      if (chunk.subarray(0, end).includes(registration)) return true;
      // The name may lie across two chunks.
      chunk.copy(chunk, 0, end - registration.length, end);
    }
  } finally {
    closeSync(fd);
  }
}

/** Throws IsolatedVmMissingError unless guests, of the language named, will find isolated-vm. */
export function checkIsolatedVm(language: "Node" | "Python"): void {
  let directory: string;
  try {
    directory = path.dirname(createRequire(import.meta.url).resolve("isolated-vm/package.json"));
  } catch {
    throw new IsolatedVmMissingError(
      language,
      "The optional dependency isolated-vm is not installed",
    );
  }
  // Which of the prebuilt ones fits is known to isolated-vm.
  if (existsSync(path.join(directory, "prebuilds"))) return;
  const built = ["out/isolated_vm.node", "build/Release/isolated_vm.node"]
    .map((file) => path.join(directory, file))
    .filter((file) => existsSync(file));
  if (built.length === 0) {
    throw new IsolatedVmMissingError(language, "isolated-vm is installed but was not compiled");
  }
  if (!built.some(isForThisNode)) {
    throw new IsolatedVmMissingError(
      language,
      "isolated-vm is installed but was compiled for another Node",
    );
  }
}
