// A140–A149: Python programs that look for the host, by what Pyodide and CPython have for it. What they say is looked
// through by the universal oracle; a break is what they say themselves.

import {
  createInMemoryFileSystem,
  createKernel,
  type ExecResult,
  type Kernel,
} from "secure-exec/kernel";
import { createPythonRuntime } from "secure-exec/python";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { expect, test } from "vitest";
import { underOracle } from "./universal-oracle.js";

/** What every probe has: `bad` says that something was had. */
const prelude = `
import sys
def bad(*words): print("BREAK", *words, flush=True)
def attempt(source):
    try: value = eval(source)
    except BaseException as error: print("refused:", type(error).__name__, error)
    else: bad(source, value)
`;

const probes: readonly [string, string][] = [
  [
    "A140: programs are the kernel's",
    `
import os, subprocess
print(subprocess.run("uname -n; ls /; cat /etc/hostname; id", shell=True, capture_output=True, text=True).stdout, os.popen("ps -ef").read(), os.environ, os.listdir("/proc"))
for source in ("os.fork()", "os.forkpty()"): attempt(source)
if os.path.exists("/usr/bin/apt"): bad("apt")
`,
  ],
  [
    "A141: no JavaScript",
    `
import importlib
for name in ("js", "pyodide_js", "pyodide", "pyodide.ffi", "pyodide.code", "_pyodide", "_pyodide_core", "_pyodide._base", "_emscripten"):
    attempt(f"importlib.import_module({name!r})")
for name in ("_module", "_api", "run_js"):
    if hasattr(sys, name): bad(name)
`,
  ],
  [
    "A142, A145: no foreign object among all there are, in tracebacks, frames and collected ones",
    `
import gc, traceback, types
try: 1 / 0
except ZeroDivisionError as error: frames = [f for f, _ in traceback.walk_tb(error.__traceback__)]
for thing in [*gc.get_objects(), *object.__subclasses__(), *frames]:
    name = f"{type(thing).__module__}.{type(thing).__qualname__}"
    if "JsProxy" in name or "JsBuffer" in name or "pyodide" in name.lower(): bad(name)
print(sorted({type(thing).__module__ for thing in gc.get_objects()}), sys.modules.keys(), frames, sys._getframe().f_globals.keys())
`,
  ],
  [
    "A143: no file system of the host's",
    `
import os
for name in ("FS", "NODEFS", "mount"):
    if hasattr(os, name): bad(name)
for path in (HOST_FILE, os.path.dirname(HOST_FILE), "/proc/1/root" + HOST_FILE, "/proc/self/root" + HOST_FILE, "/proc/self/cwd" + HOST_FILE):
    if os.path.exists(path): bad(path)
print(open("/proc/self/mounts").read(), open("/etc/passwd").read())
`,
  ],
  [
    "A144: no foreign functions, no libraries that are loaded",
    `
import importlib, importlib.util, importlib.machinery
attempt("importlib.import_module('ctypes')")
open("/tmp/evil.so", "wb").write(b"\\0asm\\1\\0\\0\\0")
def load(path):
    loader = importlib.machinery.ExtensionFileLoader("evil", path)
    return importlib.util.module_from_spec(importlib.util.spec_from_loader("evil", loader))
for path in ("/tmp/evil.so", "/usr/lib/python3.14/os.py"): attempt(f"load({path!r})")
`,
  ],
  [
    "A149: sockets and names are the kernel's",
    `
import socket, ssl, urllib.request
for source in ("socket.create_connection(('169.254.169.254', 80), 5)", "socket.create_connection(('10.0.0.1', 22), 5)",
               "socket.create_connection(('127.0.0.1', 22), 5)", "urllib.request.urlopen('http://169.254.169.254/', timeout=5)",
               "urllib.request.urlopen('https://192.168.0.1/', timeout=5)", "urllib.request.urlopen('file://' + HOST_FILE)"): attempt(source)
print(socket.gethostname(), socket.getaddrinfo("localhost", 80))
`,
  ],
];

/** The host's file whose path no guest may have; taken apart, so that the oracle does not find it in a program. */
const hostFile = `HOST_FILE = bytes([${[...Buffer.from(import.meta.filename)].join(",")}]).decode()\n`;

async function withKernel(probe: (kernel: Kernel) => Promise<void>): Promise<void> {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  try {
    await kernel.mount(createWasmVmRuntime());
    await kernel.mount(createPythonRuntime());
    await probe(kernel);
    // The kernel goes on.
    expect(await kernel.exec("echo alive")).toMatchObject({ stdout: "alive\n", exitCode: 0 });
  } finally {
    await kernel.dispose();
  }
}

test.each(probes)("%s", async (_, source) => {
  let ended: ExecResult | undefined;
  await underOracle((saw) =>
    withKernel(async (kernel) => {
      await kernel.writeFile("/tmp/probe.py", prelude + hostFile + source);
      ended = await kernel.exec("python3 /tmp/probe.py");
      // Paths that the probe names itself are its own knowledge.
      saw((ended.stdout + ended.stderr).replaceAll(import.meta.filename, ""));
    }),
  );
  expect(ended).toMatchObject({ stderr: "", exitCode: 0 });
  expect(ended?.stdout).not.toContain("BREAK");
});

test("A146, A147: who swallows interrupts, or waits for ever, is ended", async () => {
  await underOracle(() =>
    withKernel(async (kernel) => {
      const stubborn =
        "print(1, flush=True)\nwhile True:\n  try:\n    while True: pass\n  except BaseException: pass";
      const waiting = "import asyncio\nprint(1, flush=True)\nasyncio.run(asyncio.Event().wait())";
      for (const source of [stubborn, waiting]) {
        let on = (): void => {};
        const started = new Promise<void>((resolve) => {
          on = resolve;
        });
        const child = kernel.spawn("python3", ["-c", source], { onStdout: () => on() });
        await started;
        child.kill(2);
        child.kill(9);
        expect(await child.wait()).toBe(137);
      }
    }),
  );
});

test("A147: a call with a timeout rejects with the error of its kind, and what was written", async () => {
  const stubborn = `print(1, flush=True)
while True:
  try:
    while True: pass
  except BaseException: pass`;
  await underOracle(() =>
    withKernel(async (kernel) => {
      await kernel.writeFile("/tmp/stubborn.py", stubborn);
      await expect(
        kernel.exec("python3 /tmp/stubborn.py", { timeout: 3000 }),
      ).rejects.toMatchObject({ name: "KernelError", code: "ETIMEDOUT" });
      await expect(
        kernel.exec("python3 -c 'import time; time.sleep(1000)'", { timeout: 300 }),
      ).rejects.toMatchObject({ name: "KernelError", code: "ETIMEDOUT" });
    }),
  );
});

test("A147: coarse clocks of Python go in steps of 1 ms", async () => {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem(), timing: "coarse" });
  try {
    await kernel.mount(createWasmVmRuntime());
    await kernel.mount(createPythonRuntime());
    await kernel.writeFile(
      "/tmp/clocks.py",
      `
import os, time, datetime, resource, signal
clocks = [time.time_ns, time.monotonic_ns, time.perf_counter_ns, time.process_time_ns, time.thread_time_ns,
    lambda: time.clock_gettime_ns(time.CLOCK_REALTIME), lambda: datetime.datetime.now().microsecond * 1000,
    lambda: round(sum(os.times()[:2]) * 1e9), lambda: round(resource.getrusage(resource.RUSAGE_SELF).ru_utime * 1e9)]
for number, clock in enumerate(clocks):
    odd = {value for value in (clock() for _ in range(500)) if value % 1000000}
    if odd: print("BREAK", number, sorted(odd)[:3])
`,
    );
    expect(await kernel.exec("python3 /tmp/clocks.py")).toMatchObject({
      stdout: "",
      stderr: "",
      exitCode: 0,
    });
  } finally {
    await kernel.dispose();
  }
});

test("A144: calls of OpenSSL with anything in them end in errors", async () => {
  const source = `
import fcntl, os, random, struct
from _kernel_tls import TlsError, tls
from _secure_exec_calls import TLS_CALLS
random.seed(1)
context = tls("newContext", 0, 0, 0); session = tls("newSession", context, True)
values = [None, True, -1, 0, 1, context, session, 2 ** 31, 1e300, float("nan"), "", "x" * 7000, "x" * 70000, b"", bytes(10000), b"-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----\\n"]
for name in TLS_CALLS:
    if name.startswith("close"): continue
    for n in range(20):
        try: tls(name, random.choice([context, session, 99]), *random.choices(values, k=n % 5))
        except (TlsError, TypeError, ValueError): pass
for n in range(300):
    frame = bytearray(os.urandom(2048))
    if n % 3: struct.pack_into("<III", frame, 0, random.choice([0, 16, 2048, 2048]), n % (len(TLS_CALLS) + 3), random.choice([0, 24, 2032, 2 ** 32 - 1]))
    else: struct.pack_into("<I", frame, 0, 2048)
    try: fcntl.ioctl(0, 0x50590001, frame, True)
    except OSError: pass
print("alive")
`;
  await underOracle((saw) =>
    withKernel(async (kernel) => {
      await kernel.writeFile("/tmp/probe.py", source);
      const { stdout, stderr, exitCode } = await kernel.exec("python3 /tmp/probe.py");
      saw(stdout + stderr);
      expect({ stdout, stderr, exitCode }).toEqual({ stdout: "alive\n", stderr: "", exitCode: 0 });
    }),
  );
});
