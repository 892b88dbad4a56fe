import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // One process a test file: kernels start worker threads, and a file's leftovers must not reach another file.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Waits for a condition end with the test, however slow the machine is.
    expect: { poll: { timeout: 25_000 } },
    // Tests run the package as its users get it: dist/, loaded by Node itself.
    server: { deps: { external: [/\/dist\//] } },
  },
});
