// What is compiled when. A file of its own: it is about what this process has not compiled yet.

import { expect, test, vi } from "vitest";
import { bootKernel } from "../../boot.js";

test("mounting compiles the shell's module and no other; a command's is compiled when it is first run; both once for all kernels", async () => {
  const compiled = vi.spyOn(WebAssembly, "compile");
  const constructed = vi.spyOn(WebAssembly, "Module");
  const kernels = [await bootKernel(), await bootKernel()];
  expect([compiled.mock.calls.length, constructed.mock.calls.length]).toEqual([1, 0]);
  for (const kernel of kernels) await kernel.exec("echo x | cat");
  expect(constructed).not.toHaveBeenCalled();
  for (const kernel of kernels) await kernel.exec("uptime; ps; free");
  expect(constructed).toHaveBeenCalledTimes(1);
});
