// Limits of Python programs on the facade: processor time, time, memory, output, and coarse clocks.

import { NodeRuntime, type RuntimeEvent } from "secure-exec";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

const MiB = 1024 * 1024;
const events: RuntimeEvent[] = [];
let rt: NodeRuntime;

beforeAll(async () => {
  rt = await NodeRuntime.create({ python: true, onEvent: (event) => void events.push(event) });
}, 60_000);
afterAll(() => rt.dispose());
beforeEach(() => {
  events.length = 0;
});
const limitEvents = () => events.filter(({ type }) => type === "limit");

test.each([
  ["cpuMs", 152, "SIGXCPU", "while True: pass"],
  ["cpuMs", 152, "SIGXCPU", "import re; re.match('(a+)+$', 'a' * 40 + 'b')"],
  ["wallMs", 143, "SIGTERM", "import time; time.sleep(1000)"],
] as const)("%s ends a program with %d: %s %s", async (limit, exitCode, signal, program) => {
  const result = await rt.python(program, { limits: { [limit]: 400 } });
  expect(result).toMatchObject({ exitCode, signal, limit: { limit, value: 400 } });
  expect(result.stderr).toContain(`python3: limit of ${limit} reached (400 ms)`);
  expect(limitEvents()).toMatchObject([
    { type: "limit", limit, value: 400, command: "python3", isDeadly: true },
  ]);
});

test("memory: MemoryError, for one call or for all; the program may go on", async () => {
  const program = `
kept = []
try:
    while True: kept.append(bytes(1 << 20))
except MemoryError:
    count = len(kept); del kept
    print(count > 20, count < 128)`;
  expect(await rt.python(program, { limits: { wasmBytes: 128 * MiB } })).toMatchObject({
    stdout: "True True\n",
    stderr: "",
    exitCode: 0,
  });
  // That was the one call's: the next has as much as ever.
  expect((await rt.python("print(len(bytearray(200 << 20)))")).stdout).toBe(`${200 * MiB}\n`);
});

test("output beyond the limit is dropped and said to be", async () => {
  const result = await rt.python("print('x' * 100_000)", { limits: { capturedBytes: 1000 } });
  expect(result).toMatchObject({ exitCode: 0, truncated: true });
  expect(result.stdout).toBe("x".repeat(1000));
  expect(limitEvents()).toMatchObject([{ limit: "capturedBytes", value: 1000, isDeadly: false }]);
});

test("processes, descriptors, files and space: CPython's own errors", async () => {
  const program = `
import errno, os, subprocess
def tried(act):
    try: return act()
    except OSError as e: return errno.errorcode[e.errno]
def files():
    kept = []
    while True: kept.append(open("/dev/null"))
def fill(path):
    with open(path, "wb", 0) as file:
        while True: file.write(bytes(1 << 16))
print(tried(lambda: [subprocess.Popen(["sleep", "9"]) for _ in range(9)]))
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
print(tried(files), tried(lambda: fill("/tmp/full")))`;
  const limits = { processes: 4, descriptors: 30, fileBytes: 500_000 };
  expect((await rt.python(program, { limits })).stdout).toBe("EAGAIN\nEMFILE EFBIG\n");
});

test("coarse clocks go in steps of a millisecond", async () => {
  await using coarse = await NodeRuntime.create({ python: true, timing: "coarse" });
  const program = `
import time
found = [clock() % 1_000_000 for clock in (time.time_ns, time.monotonic_ns, time.perf_counter_ns) for _ in range(50)]
print(set(found), time.get_clock_info("monotonic").monotonic)`;
  expect((await coarse.python(program)).stdout).toBe("{0} True\n");
});
