// `npm run test:browser`: the kernel's own tests in headless Chromium. The kernel is plain tables without a host;
// here a browser is the proof. Debian's `chromium` is used, or the one CHROMIUM names; without it, nothing runs.
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

/** Tests of the same folders that need Node, and for what. */
const needNode = [
  // Compare with the Linux that runs them, through Python in a child process.
  "test/kernel/*parity*.test.ts",
  "test/kernel/posix-battery*.test.ts",
  "test/kernel/executable.test.ts",
  "test/kernel/file-watch.test.ts",
  // Threads of Node.
  "test/bridge/shared-memory.test.ts",
];

export default defineConfig({
  test: {
    include: ["test/kernel/*.test.ts", "test/bridge/*.test.ts", "test/browser/*.test.ts"],
    exclude: needNode,
    setupFiles: ["test/browser-setup.ts"],
    testTimeout: 60_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
          // Containers run as root and have no user namespaces; the pages are our own tests.
          args: ["--no-sandbox"],
        },
      }),
      instances: [{ browser: "chromium" }],
    },
  },
  // As in build.mjs: what memfs takes of Node. The tests themselves use Buffer.
  resolve: {
    alias: { "node:buffer": "buffer/", buffer: "buffer/", "node:path": "path-browserify" },
  },
  server: {
    // A page gets SharedArrayBuffer only when it is isolated from other origins.
    headers: {
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    },
  },
});
