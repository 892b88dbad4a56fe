// The contract of stores, over each of them. The host directory has its own file.

import { describe, test } from "vitest";
import { fileSystemConformance } from "../../src/kernel/file-system-conformance.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { createOverlayFileSystem } from "../../src/kernel/overlay-file-system.js";
import { createReadOnlyFileSystem } from "../../src/kernel/read-only-file-system.js";
import { answeringLater } from "../async-store.js";

const memory = createInMemoryFileSystem;
const later = () => answeringLater(memory());

describe("the in-memory store", () =>
  fileSystemConformance({
    describe,
    test,
    makeStore: () => memory(),
    makeReadOnlyStore: async (fill) => {
      const store = memory();
      await fill(store);
      return createReadOnlyFileSystem(store);
    },
  }));

describe("a store that answers later", () =>
  fileSystemConformance({
    describe,
    test,
    makeStore: later,
    makeReadOnlyStore: async (fill) => {
      const store = later();
      await fill(store);
      return createReadOnlyFileSystem(store);
    },
  }));

describe("an overlay", () =>
  fileSystemConformance({
    describe,
    test,
    makeStore: () => createOverlayFileSystem({ lower: memory(), upper: memory() }),
  }));

describe("an overlay of stores that answer later", () =>
  fileSystemConformance({
    describe,
    test,
    makeStore: () => createOverlayFileSystem({ lower: later(), upper: later() }),
  }));
