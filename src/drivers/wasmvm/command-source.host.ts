/**
 * Where the WASM commands come from: one multi-call binary that lists its commands in a custom
 * section, or a directory with one file a command.
 */
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { KernelError } from "../../kernel/kernel-error.js";
import { type CompiledModule, compileFile } from "./module-table.host.js";

export interface WasmVmRuntimeOptions {
  /** A multi-call binary. */
  wasmBinaryPath?: string;
  /** A directory of `NAME` or `NAME.wasm` files. Wins over `wasmBinaryPath` where both have a command. */
  commandsDir?: string;
}

/** What `init` found. */
export interface FoundCommands {
  /** Command name → absolute path of its file. */
  readonly files: Map<string, string>;
  /** The multi-call binary, compiled already. */
  readonly main: { file: string; compiled: CompiledModule } | null;
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
  const files = new Map<string, string>();
  let main: FoundCommands["main"] = null;
  if (options.wasmBinaryPath !== undefined || directory === undefined) {
    const file = path.resolve(options.wasmBinaryPath ?? packagedBinary);
    main = { file, compiled: await compileFile(file) };
    for (const name of listedCommands(main.compiled.module, file)) files.set(name, file);
  }
  if (directory !== undefined) {
    for (const [name, file] of commandFiles(path.resolve(directory))) files.set(name, file);
  }
  return { files, main };
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
