// The node runtime's half of a guest host process: `dist/guest-node.cjs`, loaded by `guest-host.cjs`.

import path from "node:path";
import { fileURLToPath } from "node:url";
import { type GuestStub, ProcessEnded } from "../../bridge/guest/guest-stub.js";
import { HEADER_BYTES, PAYLOAD_BYTES } from "../../bridge/wire.js";
import { defaultLimits } from "../../kernel/limits.js";
import type { GuestStart } from "../host/guest-runtime.js";
import { Relay } from "../host/relay.js";
import { loadLateOperations } from "./compute.host.js";
import { type ContainerFiles, prepareTools } from "./container-tools.host.js";
import { GuestEnded, GuestIsolate, type GuestWire, newGroup } from "./isolate-container.host.js";
import { MainThreads } from "./main-threads.host.js";
import type { CodeProgram } from "./node-code.js";

/** What the driver tells of a guest beside its command line. */
export interface NodeGuestOptions {
  readonly memoryLimitMb: number;
  readonly code: CodeProgram | null;
  /** The name that the guest was started by. */
  readonly argv0: string;
}

const bundleFile = new URL("./node-guest.js", import.meta.url);
let files: ContainerFiles = { bundle: bundleFile, cacheFolder: null };

const MiB = 1024 * 1024;

/** Loads what every guest needs. The driver names the folder in the file's URL, so that a warm process knows it before it has a guest. */
export function prepare(self: URL): void {
  files = { bundle: bundleFile, cacheFolder: self.searchParams.get("cache") };
  prepareTools(files);
}

/** Loads what some guests need. */
export function prepareMore(): void {
  loadLateOperations();
}

/** What a thread of the guest's loads: this package's files, isolated-vm, the code caches. */
export function filesOfHost(): string[] {
  const dist = fileURLToPath(new URL(".", import.meta.url));
  // It says that the files are ES modules.
  const manifest = fileURLToPath(new URL("../package.json", import.meta.url));
  const seen = [path.resolve(dist), manifest, prepareTools(files).isolatedVm, files.cacheFolder];
  return seen.filter((file) => file !== null);
}

/** What a guest runs in. */
interface Room {
  readonly channel: SharedArrayBuffer;
  readonly threads: MainThreads;
  readonly isolate: GuestIsolate;
  /** Carries the guest's calls; nobody does before there is one. */
  relay: Relay | null;
}

function makeRoom(memoryLimitMb: number): Room {
  const channel = new SharedArrayBuffer(HEADER_BYTES + PAYLOAD_BYTES);
  const tools = prepareTools(files);
  const threads = new MainThreads(newGroup(), {
    ...files,
    cacheKey: tools.cacheKey,
    isolatedVm: tools.isolatedVm,
  });
  const wire: GuestWire = {
    channel,
    doorbell: null,
    clock: null,
    carry: (length) => room.relay?.carry(length) ?? false,
  };
  const isolate = GuestIsolate.boot(tools, memoryLimitMb, wire, threads);
  const room: Room = { channel, threads, isolate, relay: null };
  return room;
}

/** Made ahead of the guest that it is for. */
let ready: Room | null = null;
/** What the last guest had: the next one mostly has the same. */
let memoryLimitMb = Math.floor(defaultLimits.heapBytes / MiB);

/** Boots Node's library for the next guest, whoever it will be. */
export function rest(): void {
  try {
    ready ??= makeRoom(memoryLimitMb);
  } catch {
    // The guest boots it again, and its reader hears what is wrong.
  }
}

let hadThreads = false;

/** Workers of the guest that has ended may still run: they end with the process. */
export function isSpent(): boolean {
  return hadThreads;
}

/** The room that is ready, if it is one for this guest. */
function roomFor(limitMb: number): Room {
  const room = ready;
  ready = null;
  memoryLimitMb = limitMb;
  if (room?.isolate.memoryLimitMb === limitMb) return room;
  room?.isolate.dispose();
  return makeRoom(limitMb);
}

/** Runs one guest to its end. */
export async function run(stub: GuestStub, start: GuestStart): Promise<number> {
  const program = { ...start, ...(start.options as NodeGuestOptions) };
  const room = roomFor(program.memoryLimitMb);
  room.relay = new Relay(stub, room.channel);
  room.threads.program = program;
  try {
    return await room.isolate.run(program);
  } catch (thrown) {
    throw thrown instanceof GuestEnded ? new ProcessEnded() : thrown;
  } finally {
    hadThreads = room.threads.wereUsed;
  }
}
