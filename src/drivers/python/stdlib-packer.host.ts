/**
 * `dist/python-packer.js WASM STDLIB OVERLAY TARGET [PIP]`: packs Pyodide's standard library with our modules and with
 * bytecode, which CPython itself makes in an isolate as guests have it. Runs in a process of its own, once for a
 * machine.
 */
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { syscalls } from "../../bridge/syscalls.js";
import { packFiles } from "./packed-library.host.js";
import { PreludeKernel } from "./prelude-kernel.host.js";
import { loadTools, PythonContainer } from "./python-container.host.js";

/** Where CPython looks for its library in one file: Pyodide's is an archive of sources. */
const ARCHIVE = "/usr/lib/python314.zip";
const bundleFile = new URL("./python-guest.js", import.meta.url);

/** Every file of a directory by its path from there. */
function readTree(directory: string): Map<string, Uint8Array> {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => name.endsWith(".py")).sort();
  return new Map(files.map((name) => [name, readFileSync(path.join(directory, name))]));
}

/** The kernel's table of calls, for `_secure_exec.py`. */
function callTable(): string {
  const rows = Object.entries(syscalls).map(([name, { number, arguments: kinds, result }]) => {
    const names = Object.values(kinds).map((kind) => `"${kind}", `);
    return `    "${name}": (${number}, (${names.join("")}), "${result}"),\n`;
  });
  return `CALLS = {\n${rows.join("")}}\n`;
}

function pack(wasm: string, stdlib: string, overlay: string, pip: string): Uint8Array {
  const container = new PythonContainer(loadTools(wasm, bundleFile));
  const tree = readTree(overlay);
  const kernel = new PreludeKernel(container.channel);
  kernel.addFile(ARCHIVE, readFileSync(stdlib));
  tree.set("_secure_exec_calls.py", Buffer.from(callTable()));
  for (const [name, source] of tree) kernel.addFile(`/overlay/${name}`, source);
  kernel.addFile("/overlay/index", Buffer.from([...tree.keys()].join("\n")));
  if (existsSync(pip)) kernel.addFile("/pip.whl", readFileSync(pip));
  container.carry = () => kernel.carry();
  const code = container.run({
    program: "/usr/bin/python3",
    args: ["-B", "-S", "/overlay/_pack.py"],
    env: {},
    cwd: "/",
  });
  const packed = kernel.filesIn("/packed/");
  if (code !== 0 || packed.size === 0) {
    throw new Error(`packing ended with ${code}: ${kernel.output}`);
  }
  return packFiles(packed);
}

const [wasm = "", stdlib = "", overlay = "", target = "", pip = ""] = process.argv.slice(2);
const temporary = `${target}.${process.pid}`;
writeFileSync(temporary, pack(wasm, stdlib, overlay, pip), { mode: 0o600 });
renameSync(temporary, target);
