/**
 * The parts of `fs` that work on whole trees, which newer versions of Node's library leave to the binding: `rmSync` and
 * three steps of `cpSync`. They are built on the library's own `fs`.
 */
import type * as fs from "node:fs";
import type * as path from "node:path";
import type { Binding, Guest } from "../guest/guest.js";
import { joined } from "../guest/joined.js";
import { pathBytes } from "../guest/kernel-calls.js";

const SEPARATOR = Uint8Array.of(0x2f);

type PathArgument = string | Uint8Array;

export function fsTrees(guest: Guest): Binding {
  const files = () => guest.require("fs") as typeof fs;

  const refusal = (code: string, message: string): Error =>
    Object.assign(new Error(message), { code });

  function remove(target: PathArgument): void {
    const { lstatSync, readdirSync, rmdirSync, unlinkSync } = files();
    if (!lstatSync(target as string).isDirectory()) {
      unlinkSync(target as string);
      return;
    }
    const entries = readdirSync(target as string, { encoding: "buffer" });
    for (const name of entries) remove(below(target, name));
    rmdirSync(target as string);
  }

  return {
    /** What is not there is removed already. Nothing in here is busy for a while, so no try is repeated. */
    rmSync(target: PathArgument, _maxRetries: number, isRecursive: boolean) {
      if (files().lstatSync(target as string, { throwIfNoEntry: false }) === undefined) return;
      if (isRecursive) remove(target);
      else files().unlinkSync(target as string);
    },

    /** Throws for a copy that cannot be, and makes the directory it goes into. */
    cpSyncCheckPaths(from: string, to: string, isDereferenced: boolean, isRecursive: boolean) {
      const { existsSync, lstatSync, mkdirSync, statSync } = files();
      const { dirname, resolve } = guest.require("path") as typeof path;
      const stat = isDereferenced ? statSync : lstatSync;
      const source = stat(from);
      const target = stat(to, { throwIfNoEntry: false });
      const isDirectory = source.isDirectory();
      if (target && isSame(source, target)) {
        throw refusal("ERR_FS_CP_EINVAL", "src and dest cannot be the same");
      }
      if (target && isDirectory && !target.isDirectory()) {
        const message = `Cannot overwrite non-directory ${to} with directory ${from}`;
        throw refusal("ERR_FS_CP_DIR_TO_NON_DIR", message);
      }
      if (target && !isDirectory && target.isDirectory()) {
        const message = `Cannot overwrite directory ${to} with non-directory ${from}`;
        throw refusal("ERR_FS_CP_NON_DIR_TO_DIR", message);
      }
      const isWithin = `${resolve(to)}/`.startsWith(`${resolve(from)}/`);
      if (isDirectory && (isWithin || hasAncestor(resolve(to), source))) {
        throw refusal("ERR_FS_CP_EINVAL", `Cannot copy ${from} to a subdirectory of self ${to}`);
      }
      if (isDirectory && !isRecursive) {
        const message = `Recursive option not enabled, cannot copy a directory: ${from}`;
        throw refusal("ERR_FS_EISDIR", message);
      }
      if (source.isSocket()) {
        throw refusal("ERR_FS_CP_SOCKET", `Cannot copy a socket file: ${to}`);
      }
      if (source.isFIFO()) {
        throw refusal("ERR_FS_CP_FIFO_PIPE", `Cannot copy a FIFO pipe: ${to}`);
      }
      const parent = dirname(resolve(to));
      if (!existsSync(parent)) mkdirSync(parent, { recursive: true });
    },

    cpSyncOverrideFile(from: string, to: string, mode: number, keepsTimes: boolean) {
      const { copyFileSync, statSync, unlinkSync, utimesSync } = files();
      unlinkSync(to);
      copyFileSync(from, to, mode);
      if (!keepsTimes) return;
      const { atime, mtime } = statSync(from);
      utimesSync(to, atime, mtime);
    },

    /** The library copies in JavaScript when there is a filter: this one lets everything pass. */
    cpSyncCopyDir(
      from: string,
      to: string,
      force: boolean,
      dereference: boolean,
      errorOnExist: boolean,
      verbatimSymlinks: boolean,
      preserveTimestamps: boolean,
    ) {
      const { cpSyncFn } = guest.require("internal/fs/cp/cp-sync") as {
        cpSyncFn(from: string, to: string, options: object): void;
      };
      const given = { force, dereference, errorOnExist, verbatimSymlinks, preserveTimestamps };
      cpSyncFn(from, to, { ...given, recursive: true, mode: 0, filter: () => true });
    },
  };

  /** Whether one of the directories that lead to `target` is `wanted`, by whatever name. */
  function hasAncestor(target: string, wanted: fs.Stats): boolean {
    const { dirname } = guest.require("path") as typeof path;
    for (let at = dirname(target); ; at = dirname(at)) {
      const stat = files().statSync(at, { throwIfNoEntry: false });
      if (stat && isSame(stat, wanted)) return true;
      if (at === "/") return false;
    }
  }
}

function isSame(a: fs.Stats, b: fs.Stats): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}

/** A name below a directory. Names need not be text. */
function below(directory: PathArgument, name: Uint8Array): Uint8Array {
  return joined(joined(pathBytes(directory), SEPARATOR), name);
}
