/**
 * The file methods of a runtime: the sandbox's files as the host application sees them. Nobody's permissions are
 * asked. A relative path is one in the runtime's working directory.
 */
import { S_IFDIR, S_IFMT } from "../kernel/constants.js";
import type { FileApi } from "../kernel/file-api.js";
import { KernelError } from "../kernel/kernel-error.js";
import type { VirtualStat } from "../kernel/stat.js";
import { abortable } from "./abortable.js";
import { type CallOptions, checkCall } from "./call-options.js";
import { checkAbortSignal, checkFlag, checkKeys, checkOneOf, expected } from "./check-options.js";

export interface ReadFileOptions extends CallOptions {
  /** `utf8`: a string instead of bytes. */
  encoding?: "utf8";
}

export interface MkdirOptions extends CallOptions {
  /** Makes the directories above it too; one that is there is no error. Default false. */
  recursive?: boolean;
  /** Permission bits. Default 0o755. */
  mode?: number;
}

export interface RemoveOptions extends CallOptions {
  /** Removes a directory with all that is in it. Default false: a directory has to be empty. */
  recursive?: boolean;
  /** A path that is not there is no error. Default false. */
  force?: boolean;
}

export abstract class RuntimeFiles {
  /** The kernel's files. Throws DisposedError. */
  protected abstract fileApi(): FileApi;
  /** The working directory of the runtime. */
  abstract readonly cwd: string;

  /** The content of a file. Rejects with ENOENT, EISDIR, ENOTDIR, ELOOP. */
  readFile(path: string, options: ReadFileOptions & { encoding: "utf8" }): Promise<string>;
  readFile(path: string, options?: ReadFileOptions): Promise<Uint8Array>;
  async readFile(path: string, options: ReadFileOptions = {}): Promise<Uint8Array | string> {
    checkKeys("readFile", options, ["signal", "encoding"]);
    checkAbortSignal("readFile: signal", options.signal);
    checkOneOf("readFile: encoding", options.encoding, ["utf8"]);
    const reading = this.fileApi().readFile(this.absolute("readFile", path));
    const bytes = await abortable(options.signal, reading);
    return options.encoding ? new TextDecoder().decode(bytes) : bytes;
  }

  /** Replaces a file's content; makes the file and the directories above it when they are missing. */
  async writeFile(
    path: string,
    content: Uint8Array | string,
    options?: CallOptions,
  ): Promise<void> {
    if (typeof content !== "string" && !(content instanceof Uint8Array)) {
      throw expected("writeFile: content", "a string or a Uint8Array", content);
    }
    await this.#do("writeFile", path, options, (files, at) => files.writeFile(at, content));
  }

  /** The names in a directory. */
  async readdir(path: string, options?: CallOptions): Promise<string[]> {
    return this.#do("readdir", path, options, (files, at) => files.readDir(at));
  }

  async mkdir(path: string, options: MkdirOptions = {}): Promise<void> {
    checkKeys("mkdir", options, ["signal", "recursive", "mode"]);
    checkFlag("mkdir: recursive", options.recursive);
    const { signal, ...rest } = options;
    await this.#do("mkdir", path, signal && { signal }, (files, at) => files.mkdir(at, rest));
  }

  /** What a path leads to; symbolic links are followed. */
  async stat(path: string, options?: CallOptions): Promise<VirtualStat> {
    return this.#do("stat", path, options, (files, at) => files.stat(at));
  }

  /** `stat` of a symbolic link itself. */
  async lstat(path: string, options?: CallOptions): Promise<VirtualStat> {
    return this.#do("lstat", path, options, (files, at) => files.lstat(at));
  }

  async exists(path: string, options?: CallOptions): Promise<boolean> {
    return this.#do("exists", path, options, (files, at) => files.exists(at));
  }

  /** Removes a file, a link or a directory. Rejects with ENOENT, ENOTEMPTY, EBUSY (something is mounted there). */
  async remove(path: string, options: RemoveOptions = {}): Promise<void> {
    checkKeys("remove", options, ["signal", "recursive", "force"]);
    checkFlag("remove: recursive", options.recursive);
    checkFlag("remove: force", options.force);
    const { signal, recursive = false, force = false } = options;
    await this.#do("remove", path, signal && { signal }, async (files, at) => {
      try {
        await removeTree(files, at, recursive, signal);
      } catch (thrown) {
        const isMissing = thrown instanceof KernelError && thrown.code === "ENOENT";
        if (!force || !isMissing) throw thrown;
      }
    });
  }

  async rename(oldPath: string, newPath: string, options?: CallOptions): Promise<void> {
    const target = this.absolute("rename", newPath);
    await this.#do("rename", oldPath, options, (files, at) => files.rename(at, target));
  }

  /** Makes a symbolic link at `path` that leads to `target`, which is taken as it is. */
  async symlink(target: string, path: string, options?: CallOptions): Promise<void> {
    await this.#do("symlink", path, options, (files, at) => files.symlink(target, at));
  }

  /** Where a symbolic link leads. */
  async readlink(path: string, options?: CallOptions): Promise<string> {
    return this.#do("readlink", path, options, (files, at) => files.readlink(at));
  }

  /** The path without symbolic links, `.` and `..`. */
  async realpath(path: string, options?: CallOptions): Promise<string> {
    return this.#do("realpath", path, options, (files, at) => files.realpath(at));
  }

  async chmod(path: string, mode: number, options?: CallOptions): Promise<void> {
    await this.#do("chmod", path, options, (files, at) => files.chmod(at, mode));
  }

  /** Sets the times of access and modification, in ms since 1970. */
  async utimes(
    path: string,
    atimeMs: number,
    mtimeMs: number,
    options?: CallOptions,
  ): Promise<void> {
    await this.#do("utimes", path, options, (files, at) => files.utimes(at, atimeMs, mtimeMs));
  }

  /** A path as an absolute one. */
  protected absolute(call: string, path: unknown): string {
    if (typeof path !== "string" || path === "" || path.includes("\0")) {
      throw expected(`${call}: path`, "a path", path);
    }
    return path.startsWith("/") ? path : `${this.cwd}/${path}`;
  }

  async #do<T>(
    call: string,
    path: string,
    options: CallOptions | undefined,
    work: (files: FileApi, at: string) => Promise<T>,
  ): Promise<T> {
    checkCall(call, options);
    options?.signal?.throwIfAborted();
    return abortable(options?.signal, work(this.fileApi(), this.absolute(call, path)));
  }
}

/** Removes what is at `path`; never through a symbolic link. */
async function removeTree(
  files: FileApi,
  path: string,
  recursive: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const type = (await files.lstat(path)).mode & S_IFMT;
  if (type !== S_IFDIR) return files.removeFile(path);
  if (recursive) {
    for (const name of await files.readDir(path)) {
      await removeTree(files, `${path}/${name}`, recursive, signal);
    }
  }
  return files.removeDir(path);
}
