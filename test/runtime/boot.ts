// Runtimes for tests: each is disposed when the test, or the block of tests, that booted it ends.

import { NodeRuntime, type NodeRuntimeCreateOptions } from "secure-exec";
import { afterAll, beforeAll, onTestFinished } from "vitest";

/** A runtime for one test. */
export async function bootRuntime(options?: NodeRuntimeCreateOptions): Promise<NodeRuntime> {
  const runtime = await NodeRuntime.create(options);
  onTestFinished(() => runtime.dispose());
  return runtime;
}

/** A runtime that the tests of a block share. */
export function shareRuntime(options?: NodeRuntimeCreateOptions): () => NodeRuntime {
  let runtime: NodeRuntime | undefined;
  beforeAll(async () => {
    runtime = await NodeRuntime.create(options);
  });
  afterAll(() => runtime?.dispose());
  return () => {
    if (!runtime) throw new Error("no test runs");
    return runtime;
  };
}
