// The node runtime's half of a guest host process: `dist/guest-node.js`, loaded by `guest-host.js`.

import path from "node:path";
import { fileURLToPath } from "node:url";
import { type GuestStub, ProcessEnded } from "../../bridge/guest/guest-stub.js";
import type { GuestStart } from "../host/guest-runtime.js";
import { isolatedVmFolder } from "../host/isolated-vm.host.js";
import { Relay } from "../host/relay.js";
import { GuestEnded, newGroup, prepareTools, runGuest } from "./isolate-container.host.js";
import { MainThreads } from "./main-threads.host.js";
import type { CodeProgram } from "./node-code.js";

/** What the driver tells of a guest beside its command line. */
export interface NodeGuestOptions {
  readonly memoryLimitMb: number;
  readonly code: CodeProgram | null;
}

const bundleFile = new URL("./node-guest.js", import.meta.url);
/** The driver names it in the URL of this file, so that a warm process knows it before it has a guest. */
const cacheFolder = new URL(import.meta.url).searchParams.get("cache");

/** Loads what every guest needs. */
export function prepare(): void {
  prepareTools(bundleFile, cacheFolder);
}

/** What a thread of the guest's loads: this package's files, isolated-vm, the code caches. */
export function filesOfHost(): string[] {
  const dist = fileURLToPath(new URL(".", import.meta.url));
  // It says that the files are ES modules.
  const manifest = fileURLToPath(new URL("../package.json", import.meta.url));
  const files = [path.resolve(dist), manifest, isolatedVmFolder(), cacheFolder];
  return files.filter((file) => file !== null);
}

let hadThreads = false;

/** Workers of the guest that has ended may still run: they end with the process. */
export function isSpent(): boolean {
  return hadThreads;
}

/** Runs one guest to its end. */
export async function run(stub: GuestStub, start: GuestStart): Promise<number> {
  const relay = new Relay(stub);
  const wire = {
    channel: relay.channel,
    doorbell: null,
    clock: null,
    carry: (length: number) => relay.carry(length),
  };
  const program = { ...start, ...(start.options as NodeGuestOptions) };
  const threads = new MainThreads(newGroup(), program, { bundle: bundleFile, cacheFolder });
  try {
    return await runGuest(wire, program, bundleFile, cacheFolder, threads);
  } catch (thrown) {
    throw thrown instanceof GuestEnded ? new ProcessEnded() : thrown;
  } finally {
    hadThreads = threads.wereUsed;
  }
}
