/**
 * Where the WASM commands come from: one multi-call binary that lists its commands in a custom
 * section, a folder of modules, or this package.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { KernelError } from "../../kernel/kernel-error.js";
import { readCommandFolder } from "./command-folder.host.js";
import { commandNames } from "./module-scan.js";
import { type LoadedModule, loadFile, loadPackaged, type Trust } from "./module-table.host.js";
import type { WasmVmRuntimeOptions } from "./runtime-options.js";

/** What `init` found. */
export interface FoundCommands {
  /** Command name → absolute path of its file. */
  readonly files: Map<string, string>;
  /** The multi-call binary, loaded already. */
  readonly main: { file: string; loaded: LoadedModule } | null;
  readonly trust: Trust;
}

const COMMANDS_SECTION = "secure-exec.commands";

/** The commands that ship with the package; this file is bundled into dist/. */
const packagedDirectory = fileURLToPath(new URL("../wasm/dist/", import.meta.url));

/** The part of a manifest in wasm/dist/ that is read here: one lies beside each artifact, the build writes it. */
interface ArtifactManifest {
  readonly file: string;
  readonly sha256: string;
  readonly commands: readonly string[];
}

/**
 * The order of the documentation: the `commandsDir` option, SECURE_EXEC_WASM_COMMANDS_DIR, the
 * `wasmBinaryPath` option, and the commands of this package when none of them is given.
 */
export async function findCommands(options: WasmVmRuntimeOptions): Promise<FoundCommands> {
  // An empty variable is none.
  const directory = options.commandsDir ?? (process.env.SECURE_EXEC_WASM_COMMANDS_DIR || undefined);
  const artifacts = packagedArtifacts();
  const hashes = new Set(artifacts.map(({ sha256 }) => sha256));
  const trust = { all: options.trusted === true, hashes };
  const files = new Map<string, string>();
  let main: FoundCommands["main"] = null;
  if (options.wasmBinaryPath !== undefined) {
    const file = path.resolve(options.wasmBinaryPath);
    const { loaded, customSections } = await loadFile(file, trust);
    main = { file, loaded };
    for (const name of listedCommands(customSections, file)) files.set(name, file);
  } else if (directory === undefined) {
    // A manifest names the commands of each binary, so that only the shell's is compiled at once.
    for (const artifact of artifacts) {
      const file = path.join(packagedDirectory, artifact.file);
      for (const name of artifact.commands) files.set(name, file);
    }
    const file = files.get("sh");
    if (file !== undefined) main = { file, loaded: await loadPackaged(file, trust) };
  }
  if (directory !== undefined) {
    const folder = readCommandFolder(path.resolve(directory));
    for (const [name, file] of folder.files) files.set(name, file);
    for (const problem of folder.problems) warn(problem);
  }
  return { files, main, trust };
}

function packagedArtifacts(): ArtifactManifest[] {
  return readdirSync(packagedDirectory)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(path.join(packagedDirectory, name), "utf8")));
}

function listedCommands(sections: ReadonlyMap<string, Uint8Array>, file: string): string[] {
  const section = sections.get(COMMANDS_SECTION);
  if (!section) {
    throw new KernelError(
      "ENOEXEC",
      `${file}: no section "${COMMANDS_SECTION}" lists its commands`,
    );
  }
  return commandNames(section);
}

/** Tells who runs the host application what its guests can't know. */
function warn(problem: string): void {
  process.emitWarning(`not a command: ${problem}`, {
    type: "SecureExecWarning",
    code: "SECURE_EXEC_BAD_COMMAND",
  });
}
