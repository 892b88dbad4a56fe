/** The options `files`, `mounts` and `nodeModules`: what a runtime's file system has in it at first. */
import { createHostFileSystem } from "../drivers/host/host-file-system.host.js";
import type { Kernel } from "../kernel/kernel.js";
import { KernelError } from "../kernel/kernel-error.js";
import {
  checkFlag,
  checkKeys,
  checkPath,
  checkText,
  entriesOf,
  expected,
} from "./check-options.js";

/** Path → content. A relative path is one in the working directory. */
export type FilesOption = Readonly<Record<string, string | Uint8Array>>;

/** A directory of the host that guests see. */
export interface HostMount {
  /** Where guests see it: an absolute path. What is above it is made. */
  readonly guestPath: string;
  /** The directory on the host. */
  readonly hostPath: string;
  /** Refuses every change with EROFS. Default true. */
  readonly readOnly?: boolean;
}

export function checkFiles(given: FilesOption | undefined): void {
  if (given === undefined) return;
  for (const [path, content] of entriesOf("create: files", given)) {
    checkText("create: files", path);
    const isContent = typeof content === "string" || content instanceof Uint8Array;
    if (!isContent) throw expected(`create: files[${path}]`, "a string or a Uint8Array", content);
  }
}

export function checkMounts(given: readonly HostMount[] | undefined): void {
  if (given === undefined) return;
  if (!Array.isArray(given)) throw expected("create: mounts", "an array", given);
  for (const [index, mount] of given.entries()) {
    const option = `create: mounts[${index}]`;
    checkKeys(option, mount, ["guestPath", "hostPath", "readOnly"]);
    checkPath(`${option}.guestPath`, mount.guestPath);
    if (typeof mount.hostPath !== "string") {
      throw expected(`${option}.hostPath`, "a directory of the host", mount.hostPath);
    }
    checkText(`${option}.hostPath`, mount.hostPath);
    checkFlag(`${option}.readOnly`, mount.readOnly);
  }
}

/** Mounts the host's directories, outer ones first, whatever order they are given in. */
export async function mountAll(kernel: Kernel, mounts: readonly HostMount[]): Promise<void> {
  const outerFirst = [...mounts].sort((a, b) => a.guestPath.length - b.guestPath.length);
  for (const { guestPath, hostPath, readOnly = true } of outerFirst) {
    const above = guestPath.replace(/\/+[^/]*\/*$/, "");
    if (above !== "") await kernel.mkdir(above, { recursive: true });
    try {
      const store = createHostFileSystem({ root: hostPath, readOnly });
      await kernel.mountFs(guestPath, store, { readOnly });
    } catch (thrown) {
      if (!(thrown instanceof KernelError)) throw thrown;
      throw new KernelError(thrown.code, `create: mounts: ${hostPath} on ${guestPath}`);
    }
  }
}
