/** The optional dependency isolated-vm: whether it is there. It is never loaded in the host's own process. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** isolated-vm is not installed, or was not compiled for this Node. */
export class IsolatedVmMissingError extends Error {
  readonly code = "ERR_ISOLATED_VM_MISSING";

  constructor(reason: string) {
    super(
      `${reason}; Node guests run in it. Install it for this Node (${process.version}): ` +
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

/** Throws IsolatedVmMissingError unless guests will find isolated-vm. */
export function checkIsolatedVm(): void {
  let directory: string;
  try {
    directory = path.dirname(createRequire(import.meta.url).resolve("isolated-vm/package.json"));
  } catch {
    throw new IsolatedVmMissingError("The optional dependency isolated-vm is not installed");
  }
  const built = ["out/isolated_vm.node", "build/Release/isolated_vm.node", "prebuilds"];
  if (!built.some((file) => existsSync(path.join(directory, file)))) {
    throw new IsolatedVmMissingError("isolated-vm is installed but was not compiled");
  }
}
