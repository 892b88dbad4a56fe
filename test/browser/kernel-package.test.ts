// What a browser gets by `import "secure-exec/kernel"`: one file that imports nothing, and works.

import { expect, test } from "vitest";
// @ts-expect-error: the types are those of `secure-exec/kernel`.
import * as browserKernel from "../../dist/kernel.browser.js";

const { createInMemoryFileSystem, createKernel } =
  browserKernel as typeof import("secure-exec/kernel");

test("a kernel with a driver of one's own runs a process over its files", async () => {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  await kernel.mount({
    name: "greeter",
    commands: ["greet"],
    async init() {},
    spawn(_command, args) {
      let end: (code: number) => void = () => {};
      const ended = new Promise<number>((resolve) => {
        end = resolve;
      });
      const process: ReturnType<import("secure-exec/kernel").RuntimeDriver["spawn"]> = {
        writeStdin() {},
        closeStdin() {},
        kill: (signal) => end(128 + signal),
        wait: () => ended,
        onExit: null,
        onStdout: null,
        onStderr: null,
      };
      queueMicrotask(() => {
        process.onStdout?.(new TextEncoder().encode(`hello ${args.join(" ")}\n`));
        end(0);
      });
      return process;
    },
    async dispose() {},
  });
  await kernel.writeFile("/tmp/name", "browser");
  const name = new TextDecoder().decode(await kernel.readFile("/tmp/name"));
  const { stdout, exitCode } = await kernel.exec(`greet ${name}`);
  expect([stdout, exitCode]).toEqual(["hello browser\n", 0]);
  await kernel.dispose();
});
