/**
 * Where the WASM commands come from: one multi-call binary that lists its commands in a custom
 * section, or a directory with one file a command.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { KernelError } from "../../kernel/kernel-error.js";

export interface WasmVmRuntimeOptions {
  /** A multi-call binary. */
  wasmBinaryPath?: string;
  /** A directory of `NAME` or `NAME.wasm` files. Wins over `wasmBinaryPath` where both have a command. */
  commandsDir?: string;
}

export interface CommandSource {
  /** The key under which the module is compiled and shared. */
  readonly moduleKey: string;
  /** Absolute path of the file. */
  readonly file: string;
}

/** What `init` found: every command's file, and the files that are compiled at once. */
export interface FoundCommands {
  readonly commands: Map<string, CommandSource>;
  /** The main module, compiled already. */
  readonly mainModule: { key: string; module: WebAssembly.Module } | null;
}

const COMMANDS_SECTION = "secure-exec.commands";

/** The binary that ships with the package; this file is bundled into dist/. */
const packagedBinary = fileURLToPath(new URL("../wasm/dist/secure-exec.wasm", import.meta.url));

/**
 * The order of the documentation: the `commandsDir` option, SECURE_EXEC_WASM_COMMANDS_DIR, the
 * `wasmBinaryPath` option, and the commands of this package when none of them is given.
 */
export async function findCommands(options: WasmVmRuntimeOptions): Promise<FoundCommands> {
  const directory = options.commandsDir ?? process.env.SECURE_EXEC_WASM_COMMANDS_DIR;
  const commands = new Map<string, CommandSource>();
  let mainModule: FoundCommands["mainModule"] = null;
  if (options.wasmBinaryPath !== undefined || directory === undefined) {
    const file = path.resolve(options.wasmBinaryPath ?? packagedBinary);
    const module = await compileFile(file);
    mainModule = { key: file, module };
    for (const name of listedCommands(module, file)) commands.set(name, { moduleKey: file, file });
  }
  if (directory !== undefined) {
    for (const [name, file] of commandFiles(path.resolve(directory))) {
      commands.set(name, { moduleKey: file, file });
    }
  }
  return { commands, mainModule };
}

/** Compiles a command's file when it is first asked for. */
export function compileFileSync(file: string): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(file));
}

async function compileFile(file: string): Promise<WebAssembly.Module> {
  const bytes = readBinary(file);
  try {
    return await WebAssembly.compile(bytes);
  } catch (thrown) {
    throw new KernelError("ENOEXEC", `${file}: ${messageOf(thrown)}`);
  }
}

function readBinary(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (thrown) {
    const isMissing = thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
    throw new KernelError(isMissing ? "ENOENT" : "EIO", `wasm file ${file}`, { cause: thrown });
  }
}

function listedCommands(module: WebAssembly.Module, file: string): string[] {
  const [section] = WebAssembly.Module.customSections(module, COMMANDS_SECTION);
  if (!section) {
    throw new KernelError(
      "ENOEXEC",
      `${file}: no section "${COMMANDS_SECTION}" lists its commands`,
    );
  }
  return new TextDecoder().decode(section).split("\n").filter(Boolean);
}

function commandFiles(directory: string): [string, string][] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (thrown) {
    throw new KernelError("ENOENT", `commandsDir ${directory}`, { cause: thrown });
  }
  return names
    .map((name): [string, string] => [name.replace(/\.wasm$/, ""), path.join(directory, name)])
    .filter(([, file]) => statSync(file).isFile());
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
