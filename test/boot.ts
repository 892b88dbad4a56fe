// Kernels for tests: each is disposed when the test that booted it ends.

import { fileURLToPath } from "node:url";
import type { Kernel, KernelOptions, RuntimeDriver } from "secure-exec/kernel";
import { createInMemoryFileSystem, createKernel } from "secure-exec/kernel";
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

/** Text from the chunks an output callback collected. */
export function textOf(chunks: Uint8Array[]): string {
  return Buffer.concat(chunks).toString("utf8");
}
