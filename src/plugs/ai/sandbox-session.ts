/**
 * The AI SDK's `Experimental_SandboxSession` over a runtime: what its own tools, and those that others write
 * against the interface, run commands and keep files in.
 */
import type { Experimental_SandboxSession } from "ai";
import { KernelError } from "../../kernel/kernel-error.js";
import type { NodeRuntime } from "../../runtime/node-runtime.js";
import { directoryEntries, typeOfMode } from "../directory-entries.js";
import { spawnInSession } from "./session-process.js";

/** The runtime stays the caller's, who disposes it. */
export function createSandboxSession(runtime: NodeRuntime): Experimental_SandboxSession {
  const readBinaryFile: Experimental_SandboxSession["readBinaryFile"] = ({ path, abortSignal }) =>
    unlessMissing(runtime.readFile(path, call(abortSignal)));
  const writeBinaryFile: Experimental_SandboxSession["writeBinaryFile"] = (options) =>
    runtime.writeFile(options.path, options.content, call(options.abortSignal));
  return {
    description: describe(runtime),
    readBinaryFile,
    async readFile(options) {
      const bytes = await readBinaryFile(options);
      return bytes && new Blob([new Uint8Array(bytes)]).stream();
    },
    async readTextFile({ encoding = "utf-8", startLine, endLine, ...options }) {
      const decoder = new TextDecoder(encoding);
      const bytes = await readBinaryFile(options);
      return bytes && linesOf(decoder.decode(bytes), startLine, endLine);
    },
    writeBinaryFile,
    async writeFile({ content, ...options }) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) {
        options.abortSignal?.throwIfAborted();
        chunks.push(chunk);
      }
      await writeBinaryFile({ ...options, content: Buffer.concat(chunks) });
    },
    async writeTextFile({ encoding = "utf-8", content, ...options }) {
      await writeBinaryFile({ ...options, content: encode(content, encoding) });
    },
    async stat({ path, abortSignal }) {
      const stat = await unlessMissing(runtime.stat(path, call(abortSignal)));
      if (!stat) return null;
      const type = typeOfMode(stat.mode);
      return { type: type === "symlink" ? "other" : type, size: stat.size };
    },
    async listDirectory({ path, abortSignal }) {
      if (!(await runtime.exists(path, call(abortSignal)))) return null;
      const { entries } = await directoryEntries(runtime, path);
      return entries.map(({ name, type }) => ({ name, type }));
    },
    async deleteFile({ path, abortSignal }) {
      const stat = await unlessMissing(runtime.lstat(path, call(abortSignal)));
      if (!stat) return false;
      if (typeOfMode(stat.mode) === "directory") throw new KernelError("EISDIR", path);
      await runtime.remove(path, call(abortSignal));
      return true;
    },
    spawn: spawnInSession(runtime),
    async run({ command, workingDirectory, env, abortSignal }) {
      const { exitCode, stdout, stderr } = await runtime.shell(command, {
        ...(workingDirectory !== undefined && { cwd: workingDirectory }),
        ...(env && { env }),
        ...call(abortSignal),
      });
      return { exitCode, stdout, stderr };
    },
  };
}

function describe(runtime: NodeRuntime): string {
  return (
    `A sandboxed Unix system with sh, bash, the usual commands and node. Commands start in ${runtime.cwd}; ` +
    "files stay from command to command. Nothing of the machine it runs on is visible, unless it is mounted."
  );
}

function call(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}

/** What `asked` answers, or null where nothing is at the path. */
async function unlessMissing<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    const isMissing =
      error instanceof KernelError && (error.code === "ENOENT" || error.code === "ENOTDIR");
    if (isMissing) return null;
    throw error;
  }
}

/** Lines `first` to `last`, from 1, with their ends. */
function linesOf(text: string, first = 1, last = Number.POSITIVE_INFINITY): string {
  if (first <= 1 && last === Number.POSITIVE_INFINITY) return text;
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return lines.slice(first - 1, last).join("");
}

function encode(content: string, encoding: string): Uint8Array {
  if (/^utf-?8$/i.test(encoding)) return new TextEncoder().encode(content);
  if (Buffer.isEncoding(encoding)) return Buffer.from(content, encoding);
  throw new RangeError(`writeTextFile: no such encoding: ${encoding}`);
}
