// Signals in Python programs: handlers, waits that they end, KeyboardInterrupt, and ends by a signal.

import type { Kernel } from "secure-exec/kernel";
import { expect, test } from "vitest";
import { bootPython, pythonInGuest } from "./python-kernel.js";

const SIGINT = 2;
const SIGTERM = 15;

/** Runs a program that prints `ready`, sends it a signal then, and tells how it went on. */
async function interrupted(kernel: Kernel, program: string, signal: number): Promise<string> {
  let output = "";
  const decoder = new TextDecoder();
  const child = kernel.spawn("python3", ["-c", program], {
    onStdout: (data) => {
      const isReady = output.includes("ready\n");
      output += decoder.decode(data);
      if (!isReady && output.includes("ready\n")) child.kill(signal);
    },
    onStderr: (data) => {
      output += decoder.decode(data);
    },
  });
  const code = await child.wait();
  return `${output.replace("ready\n", "").replace(/Traceback[\s\S]*\n(?=\w)/, "")}${code}`;
}

test("a signal ends waits, computing and programs", async () => {
  const kernel = await bootPython();
  const ready = "print('ready', flush=True)";
  const caught = (body: string) =>
    `try:\n ${ready}\n ${body}\nexcept KeyboardInterrupt: print('caught')`;
  const cases: [program: string, signal: number, expected: string][] = [
    [`import time\n${ready}\ntime.sleep(100)`, SIGINT, "KeyboardInterrupt\n130"],
    [`import time\n${caught("time.sleep(100)")}`, SIGINT, "caught\n0"],
    [caught("while True: pass"), SIGINT, "caught\n0"],
    [`import sys\n${caught("sys.stdin.read()")}`, SIGINT, "caught\n0"],
    [`import select\n${caught("select.select([0], [], [])")}`, SIGINT, "caught\n0"],
    [`${ready}\nwhile True: pass`, SIGTERM, "143"],
    [
      `import signal, sys\nsignal.signal(15, lambda *a: sys.exit(9))\n${ready}\nwhile True: pass`,
      SIGTERM,
      "9",
    ],
    // PEP 475: a handler that returns lets the wait go on.
    [
      `import signal, os\nr, w = os.pipe()\nsignal.signal(15, lambda *a: os.write(w, b'handler\\n'))\n${ready}\nprint(os.read(r, 99).decode(), end='')`,
      SIGTERM,
      "handler\n0",
    ],
  ];
  for (const [program, signal, expected] of cases) {
    expect(await interrupted(kernel, program, signal), program).toBe(expected);
  }
});

test("the module signal is the kernel's", async () => {
  const kernel = await bootPython();
  const program = `
import signal, time, os
seen = []
signal.signal(signal.SIGUSR1, lambda s, f: seen.append(s))
signal.raise_signal(signal.SIGUSR1)
signal.signal(signal.SIGALRM, lambda s, f: seen.append(s))
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
while len(seen) < 4: signal.pause()
print(signal.setitimer(signal.ITIMER_REAL, 0)[1], seen[:4])
print(signal.alarm(100), signal.alarm(0))
print(signal.pthread_sigmask(signal.SIG_BLOCK, [10]), signal.pthread_sigmask(signal.SIG_BLOCK, []))
signal.raise_signal(10); print(signal.sigpending(), signal.sigwait([10]), signal.sigtimedwait([12], 0))
print(signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN)
try: signal.signal(9, signal.SIG_IGN)
except OSError as e: print(type(e).__name__)
`;
  const { stdout, stderr } = await pythonInGuest(kernel, ["-c", program]);
  expect({ stdout, stderr }).toEqual({
    stdout: `0.01 [10, 14, 14, 14]
0 100
set() {<Signals.SIGUSR1: 10>}
{<Signals.SIGUSR1: 10>} Signals.SIGUSR1 None
<built-in function default_int_handler> True
OSError
`.replace("Signals.SIGUSR1 None", "10 None"),
    stderr: "",
  });
});
