// The command line of `python3` beside the host's: options, programs, exit codes, tracebacks.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bootPython, hasPython, pythonInGuest, pythonOnHost } from "./python-kernel.js";

/** Command lines whose output does not depend on the version. A last element after `<` is standard input. */
const commandLines: string[][] = [
  ["-c", "import sys; print(sys.argv, sys.path[0])", "a", "-b", "é"],
  ["-c", "import sys; sys.exit(300)"],
  ["-c", "import sys; sys.exit('message')"],
  ["-c", "import os; os._exit(5)"],
  ["-c", "import atexit; atexit.register(print, 'bye'); print('hi')"],
  ["-c", "print(open('/nowhere/at/all') if 0 else 1); import sys; print('e', file=sys.stderr)"],
  ["-OO", "-c", "def f(): 'doc'\nprint(f.__doc__)"],
  ["-W", "error", "-c", "import warnings; warnings.warn('w')"],
  ["-I", "-c", "import sys; print(sys.flags.isolated, sys.path[:1] == [''])"],
  ["-E", "-s", "-B", "-q", "-u", "-c", "import sys; print(sys.flags.no_user_site)"],
  ["-bb", "-c", "print(str(b'x'))"],
  ["-i", "-c", "x = 6", "<", "print(x * 7)\n"],
  ["-", "a", "b", "<", "import sys; print(sys.argv)"],
  ["<", "x = [\n"],
  ["-m", "json.tool", "<", '{"b": [1, 2], "a": "é"}'],
  ["-m", "no_such_module"],
  ["--no-such-option"],
  ["-c"],
  ["-c", "print(input('? '), input())", "<", "one\ntwo\n"],
  ["-c", "import os; os.close(1); os.write(2, b'still\\n')"],
  ["-c", "import sys; sys.stdout.close()"],
  ["-c", "import marshal; exec(marshal.loads(b'\\xe3garbage'))"],
  ["-c", "print(0.1 + 0.2, 10**50, 1e308 * 10, round(2.5), 7 // -2, divmod(-7, 2))"],
];

/** The same for what comes with Python: one program of all of them. */
const library = [
  "import locale, sys; print(locale.getpreferredencoding(False), sys.getfilesystemencoding())",
  "import time; print(time.strftime('%Z', time.gmtime(0)), time.localtime(0)[:6])",
  "import random; random.seed(1); print(random.random(), random.sample(range(99), 5))",
  "import decimal, fractions; print(decimal.Decimal(1) / 7, fractions.Fraction(0.5))",
  "import zlib, bz2, lzma; print([len(m.decompress(m.compress(b'a' * 9999))) for m in (zlib, bz2, lzma)])",
  "import hashlib; print(hashlib.sha256(b'x').hexdigest(), hashlib.md5(b'x').hexdigest())",
  "import unicodedata, re; print(unicodedata.name('é'), re.findall(r'\\w+', 'a é ß'))",
  "import sqlite3; c = sqlite3.connect(':memory:'); print(c.execute('select 1+1, upper(?)', ('x',)).fetchall())",
  "import pickle, copy; print(pickle.loads(pickle.dumps({1: [2, (3,)]})), copy.deepcopy([[1]]))",
  "import struct, sys; print(struct.pack('<IqH', 1, 2, 3).hex(), sys.byteorder)",
  "import heapq, bisect, collections; print(heapq.nsmallest(2, [3, 1, 2]), collections.Counter('abca'))",
  "import dataclasses\n@dataclasses.dataclass\nclass A: x: int = 1\nprint(A(), A() == A(1))",
];

function splitInput(line: readonly string[]): { args: string[]; stdin: string } {
  const at = line.lastIndexOf("<");
  return at === -1
    ? { args: [...line], stdin: "" }
    : { args: line.slice(0, at), stdin: line[at + 1] ?? "" };
}

/** Of an error only its last line: what is shown of the code differs between versions. */
function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}

test.skipIf(!hasPython)(
  "command lines do what they do on the host",
  { timeout: 120_000 },
  async () => {
    const kernel = await bootPython();
    const cwd = mkdtempSync(join(tmpdir(), "secure-exec-python-"));
    const differing: unknown[] = [];
    try {
      for (const line of [...commandLines, ["-c", library.join("\n")]]) {
        const { args, stdin } = splitInput(line);
        const host = pythonOnHost(args, cwd, stdin);
        const guest = await pythonInGuest(kernel, args, stdin);
        const seen = [host, guest].map(({ exitCode, stdout, stderr }) => ({
          exitCode,
          stdout,
          error: lastLine(stderr),
        }));
        if (JSON.stringify(seen[0]) !== JSON.stringify(seen[1])) differing.push({ line, seen });
      }
    } finally {
      rmSync(cwd, { recursive: true });
    }
    expect(differing).toEqual([]);
    const missing = await pythonInGuest(kernel, ["no-such-file.py"]);
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain("can't open file '/no-such-file.py'");
  },
);
