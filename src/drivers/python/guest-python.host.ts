// The Python runtime's half of a guest host process: `dist/guest-python.js`, loaded by `guest-host.js`.

import { type GuestStub, ProcessEnded } from "../../bridge/guest/guest-stub.js";
import type { GuestStart } from "../host/guest-runtime.js";
import { Relay } from "../host/relay.js";
import { findPyodide } from "./pyodide-package.host.js";
import {
  GuestEnded,
  loadTools,
  PythonContainer,
  type PythonTools,
} from "./python-container.host.js";

/** What the driver tells of a guest beside its command line. */
export interface PythonGuestOptions {
  readonly memoryLimitMb: number;
}

const bundleFile = new URL("./python-guest.js", import.meta.url);
const MB = 1024 * 1024;

let tools: PythonTools | undefined;
/** Made ahead of the guest that it is for. */
let ready: PythonContainer | null = null;

/** In the URL of this file, so that a warm process knows it before it has a guest. */
const memoryLimit = Number(new URL(import.meta.url).searchParams.get("memory")) * MB;

/** Loads what every guest needs, and an interpreter for the first. */
export function prepare(): void {
  tools ??= loadTools(findPyodide().wasm, bundleFile);
  ready = new PythonContainer(tools, memoryLimit);
}

/** Runs one guest to its end. */
export function run(stub: GuestStub, start: GuestStart): number {
  const { command, args, env } = start;
  if (!ready) prepare();
  const container = ready as PythonContainer;
  ready = null;
  const relay = new Relay(stub, container.channel);
  container.carry = (length) => relay.carry(length);
  try {
    // CPython finds its library from where it lies itself; a PATH may be missing.
    return container.run([`/usr/bin/${command}`, ...args], env);
  } catch (thrown) {
    throw thrown instanceof GuestEnded ? new ProcessEnded() : thrown;
  } finally {
    container.dispose();
  }
}
