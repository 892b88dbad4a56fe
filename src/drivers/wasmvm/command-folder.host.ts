/**
 * A folder of commands: `NAME` or `NAME.wasm` is the command NAME; a module that lists commands of its own, and is not
 * named like one of them, has all of those. Only the heads of the sections are read here: a module is read whole,
 * checked and compiled when it is first run. A file that is no module is a command all the same, so that using it
 * says what is wrong, and a problem, so that mounting does.
 */
import { closeSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import path from "node:path";
import { KernelError } from "../../kernel/kernel-error.js";
import { BadModule, commandsSection, type FileBytes, scanModule } from "./module-scan.js";

/** What is no command, whatever its name: documentation and manifests beside modules. */
const OTHER_FILES = /^\.|\.(json|md|txt|d\.ts|map)$/;

export interface CommandFolder {
  /** Command name → absolute path of its file. */
  readonly files: ReadonlyMap<string, string>;
  /** A line for each file that can't be run: its path and why. */
  readonly problems: readonly string[];
}

/** Looks into a folder. Throws ENOENT when it can't be listed. */
export function readCommandFolder(directory: string): CommandFolder {
  const named = new Map<string, string>();
  const listed = new Map<string, string>();
  const problems: string[] = [];
  for (const fileName of namesIn(directory)) {
    if (OTHER_FILES.test(fileName)) continue;
    const file = path.join(directory, fileName);
    const name = fileName.replace(/\.wasm$/, "");
    const found = commandsOf(file);
    if (found === "directory") continue;
    if (found instanceof BadModule) problems.push(`${file}: ${found.reason}`);
    if (found instanceof BadModule || found.length === 0 || found.includes(name)) {
      named.set(name, file);
    } else for (const command of found) listed.set(command, file);
  }
  // A file of its own wins over a list.
  return { files: new Map([...listed, ...named]), problems };
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch (thrown) {
    throw new KernelError("ENOENT", `commandsDir ${directory}`, { cause: thrown });
  }
}

/** The commands that a module lists, none for one that is a single command. */
function commandsOf(file: string): string[] | BadModule | "directory" {
  let fd: number;
  try {
    fd = openSync(file, "r");
  } catch (thrown) {
    return new BadModule(thrown instanceof Error ? thrown.message : String(thrown));
  }
  try {
    const stat = fstatSync(fd);
    if (stat.isDirectory()) return "directory";
    if (!stat.isFile()) return new BadModule("not a regular file");
    const bytes: FileBytes = {
      length: stat.size,
      read: (offset, length) => {
        const target = new Uint8Array(length);
        return target.subarray(0, readSync(fd, target, 0, length, offset));
      },
    };
    const scan = scanModule(bytes);
    return scan instanceof BadModule ? scan : commandsSection(scan);
  } catch (thrown) {
    return new BadModule(thrown instanceof Error ? thrown.message : String(thrown));
  } finally {
    closeSync(fd);
  }
}
