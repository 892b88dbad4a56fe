// The node runtime's half of a guest host process: `dist/guest-node.js`, loaded by `guest-host.js`.

import { type GuestStub, ProcessEnded } from "../../bridge/guest/guest-stub.js";
import type { GuestStart } from "../host/guest-runtime.js";
import { GuestEnded, prepareTools, runGuest } from "./isolate-container.host.js";
import { Relay } from "./relay.js";

const bundleFile = new URL("./node-guest.js", import.meta.url);

/** Loads what every guest needs. */
export function prepare(): void {
  prepareTools(bundleFile);
}

/** Runs one guest to its end. */
export async function run(stub: GuestStub, start: GuestStart): Promise<number> {
  const relay = new Relay(stub);
  const wire = {
    channel: relay.channel,
    doorbell: null,
    carry: (length: number) => relay.carry(length),
  };
  try {
    return await runGuest(wire, start, bundleFile);
  } catch (thrown) {
    throw thrown instanceof GuestEnded ? new ProcessEnded() : thrown;
  }
}
