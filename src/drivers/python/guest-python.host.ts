// The Python runtime's half of a guest host process: `dist/guest-python.js`, loaded by `guest-host.cjs`.

import { type GuestStub, ProcessEnded } from "../../bridge/guest/guest-stub.js";
import type { GuestStart } from "../host/guest-runtime.js";
import { addonFile } from "../host/native-addon.host.js";
import { Relay } from "../host/relay.js";
import { PackedLibrary } from "./packed-library.host.js";
import { PreludeKernel } from "./prelude-kernel.host.js";
import { findPyodide } from "./pyodide-package.host.js";
import {
  GuestEnded,
  loadTools,
  PythonContainer,
  type PythonTools,
} from "./python-container.host.js";

const bundleFile = new URL("./python-guest.js", import.meta.url);

/** In the URL of this file, so that a warm process knows it before it has a guest. */
const parameters = new URL(import.meta.url).searchParams;
/** The host's file of the packed standard library. */
const library = parameters.get("library") ?? "";

/** What the driver tells of one guest. */
export interface PythonGuestOptions {
  readonly memoryBytes: number;
}

let packed: PackedLibrary | undefined;
let tools: PythonTools | undefined;
/** Made ahead of the guest that it is for. */
let ready: PythonContainer | null = null;

/** Loads what every guest needs. */
export function prepare(): void {
  tools ??= loadTools(findPyodide().wasm, bundleFile);
}

/** Every guest's interpreter reads the library anew, and the addon when it wants TLS. */
export function filesOfHost(): string[] {
  return [library, ...addonFiles()].filter((file) => file !== "");
}

/** None for a Node that the addon was not compiled for: its guests have no TLS. */
function addonFiles(): string[] {
  try {
    return [addonFile()];
  } catch {
    return [];
  }
}

function newContainer(): PythonContainer {
  prepare();
  return new PythonContainer(tools as PythonTools);
}

/** Initialises an interpreter for the next guest, whoever it will be. */
export function rest(): void {
  if (ready) return;
  const container = newContainer();
  const prelude = new PreludeKernel(container.channel);
  try {
    packed ??= new PackedLibrary(library);
    prelude.showLibrary(packed);
    container.prepare(() => prelude.carry());
    ready = container;
  } catch {
    // The library is gone, or the interpreter is another one: guests start from scratch, and say what is wrong.
    container.dispose();
  }
}

/** What CPython is started as: it finds its library from where it lies itself; a PATH may be missing. */
function commandLine(start: GuestStart): GuestStart & { program: string } {
  if (!start.command.startsWith("pip")) return { ...start, program: `/usr/bin/${start.command}` };
  return { ...start, program: "/usr/bin/python3", args: ["-m", "pip", ...start.args] };
}

/** Runs one guest to its end. */
export function run(stub: GuestStub, start: GuestStart): number {
  const started = commandLine(start);
  let container = ready;
  if (!container?.canRun(started)) {
    container?.dispose();
    container = newContainer();
  }
  ready = null;
  container.isCoarse = start.isCoarse === true;
  container.memoryLimit = (start.options as PythonGuestOptions).memoryBytes;
  const relay = new Relay(stub, container.channel);
  container.carry = (length) => relay.carry(length);
  try {
    return container.run(started);
  } catch (thrown) {
    throw thrown instanceof GuestEnded ? new ProcessEnded() : thrown;
  } finally {
    container.dispose();
  }
}
