/**
 * Trees of packages of the host that guests see, read-only: npm's own package, which the commands `npm`
 * and `npx` run, and the application's `node_modules`. Nothing else of the host's files is shown.
 */
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { KernelInterface } from "../../kernel/kernel-interface.js";
import { createHostFileSystem } from "../host/host-file-system.host.js";

/** Where npm installs itself for a Node in /usr/bin. */
const NPM_DIRECTORY = "/usr/lib/node_modules/npm";
/** Node looks here last from every directory: `require` and `npx` find these packages from anywhere. */
const PACKAGES_DIRECTORY = "/node_modules";

/** npm's package beside the Node that runs the host application; null when there is none. */
export function npmBesideNode(): string | null {
  const prefix = path.resolve(process.execPath, "../..");
  const candidates = ["lib/node_modules/npm", "libexec/lib/node_modules/npm"];
  return candidates.map((name) => path.join(prefix, name)).find(isNpm) ?? null;
}

/** Whether a directory holds npm with what it needs. Debian's own package of npm keeps that elsewhere. */
function isNpm(directory: string): boolean {
  const needed = ["package.json", "bin/npm-cli.js", "bin/npx-cli.js", "node_modules"];
  return needed.every((name) => existsSync(path.join(directory, name)));
}

/** The directory of an option; throws a TypeError that names the option when it is none. */
function directoryOf(option: string, given: string): string {
  const directory = path.resolve(given);
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return directory;
  throw new TypeError(`createNodeRuntime: ${option} must be a directory, got ${given}`);
}

/** The directory of the option `npm`; undefined: the one beside the host's Node. */
export function npmOf(given: string | false | undefined): string | null {
  if (given === false) return null;
  if (given === undefined) return npmBesideNode();
  const directory = directoryOf("npm", given);
  if (isNpm(directory)) return directory;
  throw new TypeError(
    `createNodeRuntime: npm must be the directory of npm's package, got ${given}`,
  );
}

export function packagesOf(given: string | undefined): string | null {
  return given === undefined ? null : directoryOf("packages", given);
}

/** npm's settings here where its user has none of its own. */
export const NPM_ENVIRONMENT = {
  // It is the host's, read-only: there is no updating it, and to ask for a newer one is a denial where there is no network.
  npm_config_update_notifier: "false",
  // It tries again whatever has failed. Most sandboxes have no network: with its own 10 s and 60 s a call seems to hang.
  npm_config_fetch_retry_mintimeout: "500",
  npm_config_fetch_retry_maxtimeout: "5000",
};

/** Node's arguments for one of npm's commands. */
export function npmProgram(command: string, args: readonly string[]): string[] {
  return [`${NPM_DIRECTORY}/bin/${command}-cli.js`, ...args];
}

/** Mounts the trees that there are. */
export async function mountTrees(
  kernel: KernelInterface,
  { npm, packages }: { readonly npm: string | null; readonly packages: string | null },
): Promise<void> {
  if (npm !== null) await mountTree(kernel, NPM_DIRECTORY, npm);
  if (packages !== null) await mountTree(kernel, PACKAGES_DIRECTORY, packages);
}

async function mountTree(kernel: KernelInterface, at: string, root: string): Promise<void> {
  if (!(await kernel.vfs.exists(at)))
    await kernel.vfs.mkdir(path.posix.dirname(at), { recursive: true });
  await kernel.mountFs(at, createHostFileSystem({ root, readOnly: true }));
}
