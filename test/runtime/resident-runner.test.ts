// Resident runners: one warm guest, many calls.

import { describe as describeAlways, expect, test } from "vitest";
import { hasNodeRuntime } from "../boot.js";
import { shareRuntime } from "./boot.js";

const describe = describeAlways.skipIf(!(await hasNodeRuntime()));

describe("a resident runner", () => {
  const shared = shareRuntime({ files: { "data.txt": "of a file" } });

  test("answers many calls, with values in and out, output, and state that stays", async () => {
    await using runner = await shared().createResidentRunner({ env: { A: "1" } });
    const first = await runner.run<number>("globalThis.count = input.start; return count", {
      input: { start: 5 },
    });
    expect(first).toMatchObject({ value: 5, stdout: "", stderr: "" });
    const bytes = await runner.run("return new Map([[input, process.env.A]])", {
      input: new Uint8Array([1]),
    });
    expect(bytes.value).toEqual(new Map([[new Uint8Array([1]), "1"]]));
    const printed = await runner.run(
      "console.log('out', ++count); console.error('err'); return (await import('node:fs')).readFileSync('data.txt', 'utf8') + typeof require('os')",
    );
    expect(printed).toMatchObject({ value: "of a fileobject", stdout: "out 6\n", stderr: "err\n" });
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, i) => runner.run<number>("return input * 2", { input: i })),
    );
    expect(all.map(({ value }) => value)).toEqual(Array.from({ length: 50 }, (_, i) => i * 2));
    const large = await runner.run<string>("return input + input", { input: "é".repeat(200_000) });
    expect(large.value.length).toBe(400_000);
  });

  test("what the code throws, and what is no value, is an error; the guest goes on", async () => {
    await using runner = await shared().createResidentRunner();
    const thrown = await runner.run("null.x").catch((error) => error);
    expect(thrown).toMatchObject({ code: "ERR_GUEST", guestName: "TypeError" });
    await expect(runner.run("throw 'text'")).rejects.toThrow("Error: text");
    await expect(runner.run("return () => 1")).rejects.toThrow("not a value for the host");
    await expect(runner.run("syntax error")).rejects.toMatchObject({ guestName: "SyntaxError" });
    await expect(runner.run("1", { input: () => 1 })).rejects.toMatchObject({ code: "ERR_OPTION" });
    await expect(runner.run("1", { timeout: 1 } as object)).rejects.toThrow(
      'did you mean "timeoutMs"?',
    );
    const forged = runner.run(String.raw`require("fs").writeSync(3, '{"value":"[{}]"}\n')`);
    await expect(forged).rejects.toMatchObject({ code: "ERR_RESULT" });
  });

  test("a call that ends the guest, takes too long, or is aborted ends the runner", async () => {
    const rt = shared();
    const ended = await rt.createResidentRunner();
    const [exit, next] = [ended.run("process.exit(3)"), ended.run("return 1")];
    await expect(exit).rejects.toMatchObject({ code: "ERR_RUNNER_ENDED", exitCode: 3 });
    await expect(next).rejects.toMatchObject({ code: "ERR_RUNNER_ENDED" });
    expect(ended.exitCode).toBe(3);

    const slow = await rt.createResidentRunner();
    await expect(slow.run("for (;;);", { timeoutMs: 200 })).rejects.toMatchObject({
      code: "ERR_TIMEOUT",
    });

    const controller = new AbortController();
    const aborted = await rt.createResidentRunner();
    const busy =
      "await new Promise((resolve) => require('net').createServer().listen(5000, resolve)); for (;;);";
    const call = aborted.run(busy, { signal: controller.signal });
    const late = aborted.run("return 1", { signal: controller.signal });
    await rt.kernel.waitForListener({ port: 5000 });
    controller.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
    await expect(late).rejects.toThrow("enough");

    const outer = new AbortController();
    const whole = await rt.createResidentRunner({ signal: outer.signal });
    const running = whole.run("await new Promise(() => setInterval(() => {}, 1000))");
    outer.abort(new Error("all of it"));
    await expect(running).rejects.toThrow("all of it");
    expect([...rt.kernel.processes.values()]).toEqual([]);
  });
});
