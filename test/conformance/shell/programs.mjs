// The little programs of the Oils suite (spec/bin, written for Python 2 there), as commands of a driver for the VM and as
// Python 3 files for the host's bash: `argv.py` prints its arguments as Python 2 prints a list of strings.

import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

const PROGRAMS = {
  "argv.py": (args) => ({ stdout: `[${args.map(pythonString).join(", ")}]\n` }),
  "printenv.py": (args, env) => ({
    stdout: args
      .map((name) => `${Object.hasOwn(env, name) ? latin1(env[name]) : "None"}\n`)
      .join(""),
  }),
  "stdout_stderr.py": ([stdout = "STDOUT", stderr = "STDERR", status = "0"]) => ({
    stdout: `${stdout}\n`,
    stderr: `${stderr}\n`,
    status: Number(status),
  }),
  "foo=bar": (args) => ({ stdout: args.length === 0 ? "HI\n" : `${args.join(" ")}\n` }),
};

const PYTHON = {
  "argv.py": `import os, sys
text = ', '.join(repr(os.fsencode(a))[1:] for a in sys.argv[1:])
print('[' + text + ']')
`,
  "printenv.py": `import os, sys
for name in sys.argv[1:]:
    value = os.environb.get(os.fsencode(name))
    sys.stdout.buffer.write((b'None' if value is None else value) + b'\\n')
`,
  "stdout_stderr.py": `import sys
args = sys.argv[1:]
print(args[0] if len(args) > 0 else 'STDOUT')
print(args[1] if len(args) > 1 else 'STDERR', file=sys.stderr)
sys.exit(int(args[2]) if len(args) > 2 else 0)
`,
  "foo=bar": `import sys
print(' '.join(sys.argv[1:]) or 'HI')
`,
};

/** Writes the host's versions into a folder for PATH. */
export async function writeHostPrograms(folder) {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(PYTHON)) {
    await writeFile(path.join(folder, name), `#!/usr/bin/env python3\n${text}`);
    await chmod(path.join(folder, name), 0o755);
  }
}

/** A driver that has them as commands. */
export function testProgramsDriver() {
  return {
    name: "test-programs",
    commands: Object.keys(PROGRAMS),
    async init() {},
    spawn(command, args, context) {
      const {
        stdout = "",
        stderr = "",
        status = 0,
      } = PROGRAMS[command](args.map(latin1), context.env);
      let exit = () => {};
      const exited = new Promise((resolve) => {
        exit = resolve;
      });
      const half = {
        writeStdin() {},
        closeStdin() {},
        kill: (signal) => exit(128 + signal),
        wait: () => exited,
        onExit: null,
        onStdout: null,
        onStderr: null,
      };
      queueMicrotask(async () => {
        if (stdout) await half.onStdout?.(Buffer.from(stdout, "latin1"));
        if (stderr) await half.onStderr?.(Buffer.from(stderr, "latin1"));
        exit(status);
        half.onExit?.(status);
      });
      return half;
    },
    async dispose() {},
  };
}

/** A string of the kernel's as its bytes, one a character. */
const latin1 = (text) => Buffer.from(text, "utf8").toString("latin1");

function pythonString(bytes) {
  const quote = bytes.includes("'") && !bytes.includes('"') ? '"' : "'";
  let text = "";
  for (const character of bytes) {
    const code = character.charCodeAt(0);
    const named = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", [quote]: `\\${quote}` };
    if (Object.hasOwn(named, character)) text += named[character];
    else if (code < 32 || code > 126) text += `\\x${code.toString(16).padStart(2, "0")}`;
    else text += character;
  }
  return quote + text + quote;
}
