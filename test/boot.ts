// Kernels for tests: each is disposed when the test that booted it ends.

import { fileURLToPath } from "node:url";
import type { Kernel, KernelOptions, RuntimeDriver } from "secure-exec/kernel";
import { createInMemoryFileSystem, createKernel } from "secure-exec/kernel";
import { createNodeRuntime } from "secure-exec/node";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { onTestFinished } from "vitest";

/** The shell's multi-call binary that the package ships, for tests that name a `wasmBinaryPath`. */
export const shippedWasmBinary = fileURLToPath(
  new URL("../wasm/dist/secure-exec.wasm", import.meta.url),
);

/** Boots a kernel on an empty in-memory file system and mounts `drivers` in order. */
export async function bootKernel(
  drivers: RuntimeDriver[] = [createWasmVmRuntime()],
  options: Partial<KernelOptions> = {},
): Promise<Kernel> {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem(), ...options });
  onTestFinished(() => kernel.dispose());
  for (const driver of drivers) await kernel.mount(driver);
  return kernel;
}

/**
 * Whether Node programs run here. On Node 20 they must: package-lock.json's isolated-vm is for it. A run on a newer
 * Node, without installing anything for that, goes without them.
 */
export async function hasNodeRuntime(): Promise<boolean> {
  if (process.versions.node.startsWith("20.")) return true;
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  try {
    await kernel.mount(createNodeRuntime());
    return true;
  } catch {
    return false;
  } finally {
    await kernel.dispose();
  }
}

/** Text from the chunks an output callback collected. */
export function textOf(chunks: Uint8Array[]): string {
  return Buffer.concat(chunks).toString("utf8");
}
