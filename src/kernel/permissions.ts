/**
 * The permissions option: who may do what, as the host application says it. Each scope is a boolean
 * or a function that gets the request. A scope that a given object leaves out is denied; a kernel
 * without `permissions` allows everything. `permission-policy.ts` asks these rules.
 */
import type { AddressRange } from "./address-range.js";
import { KernelError } from "./kernel-error.js";

/** What is done with a file. */
export type FileOperation =
  | "stat"
  | "read"
  | "write"
  | "create"
  | "exec"
  | "chdir"
  | "readdir"
  | "mkdir"
  | "mknod"
  | "rmdir"
  | "unlink"
  | "rename"
  | "link"
  | "symlink"
  | "readlink"
  | "chmod"
  | "chown"
  | "utimes"
  | "truncate"
  | "statfs"
  | "watch";

export type NetworkOperation = "connect" | "bind" | "send" | "resolve";

interface Request<Scope extends PermissionScope> {
  readonly scope: Scope;
  /** The process that asks; 0 while it is being started. */
  readonly pid: number;
}

/**
 * A rename or link asks for each of its two paths, and whether the old one may be read; the rename of a directory asks for
 * all that is in it, too.
 */
export interface FileRequest extends Request<"fs"> {
  readonly op: FileOperation;
  /** Absolute, without symbolic links; of a link that is itself meant, the link's own path. */
  readonly path: string;
}

export interface NetworkRequest extends Request<"network"> {
  readonly op: NetworkOperation;
  /** The name, in lower case, that the address was found by, or the address itself. */
  readonly host: string;
  readonly port: number;
  readonly protocol: "tcp" | "udp" | "dns";
  /** Where it goes in truth, when that is known: a canonical IP address of the host's network. */
  readonly address?: string;
  /** What kind of address that is. All but `public` must be named by the answer. */
  readonly range: AddressRange;
}

export interface ChildProcessRequest extends Request<"childProcess"> {
  readonly op: "spawn";
  /** What will run: a registered command's name, or a file's path without links; of a script, its interpreter. */
  readonly command: string;
  /** Arguments after the name. */
  readonly args: readonly string[];
}

export interface EnvRequest extends Request<"env"> {
  readonly op: "read";
  readonly name: string;
}

export type PermissionScope = "fs" | "network" | "childProcess" | "env";
export type PermissionRequest = FileRequest | NetworkRequest | ChildProcessRequest | EnvRequest;

/** What a permission function answers. Anything else counts as a refusal. */
export type PermissionDecision =
  | boolean
  | {
      readonly allow: boolean;
      readonly reason?: string;
      /** Network only: the hosts and addresses that are meant, where they are not public. */
      readonly names?: readonly string[];
    };

export type PermissionRule<Asked extends PermissionRequest> =
  | boolean
  | ((request: Asked) => PermissionDecision | Promise<PermissionDecision>);

export interface Permissions {
  /** Files, by resolved path. What the kernel makes up itself (/dev, /proc, commands' stubs) is not asked. */
  readonly fs?: PermissionRule<FileRequest>;
  /** Traffic that would leave the sandbox; loopback never does. */
  readonly network?: PermissionRule<NetworkRequest>;
  /** Programs that guests start. */
  readonly childProcess?: PermissionRule<ChildProcessRequest>;
  /** Which environment variables a process is started with; the others are left out. */
  readonly env?: PermissionRule<EnvRequest>;
  /** Told of each refusal, with the reason when there is one. What it throws is dropped. */
  readonly onDenied?: (request: PermissionRequest, reason: string | undefined) => void;
}

export const allowAllFs = true;
export const allowAllNetwork = true;
export const allowAllChildProcess = true;
export const allowAllEnv = true;

/** Everything allowed: what a kernel without `permissions` does. */
export const allowAll: Readonly<Permissions> = Object.freeze({
  fs: allowAllFs,
  network: allowAllNetwork,
  childProcess: allowAllChildProcess,
  env: allowAllEnv,
});

const scopes: readonly PermissionScope[] = ["fs", "network", "childProcess", "env"];

/**
 * Throws EINVAL for a scope that does not exist or a rule that is neither boolean nor function: a
 * misspelt wall must not look like one.
 */
export function checkPermissions(permissions: Permissions): void {
  for (const [name, rule] of Object.entries(permissions)) {
    if (name === "onDenied") {
      if (rule === undefined || typeof rule === "function") continue;
      throw new KernelError("EINVAL", `permissions.onDenied: expected a function, got ${rule}`);
    }
    if (!scopes.some((scope) => scope === name)) {
      throw new KernelError("EINVAL", `permissions.${name}: expected one of ${scopes.join(", ")}`);
    }
    if (rule === undefined || typeof rule === "boolean" || typeof rule === "function") continue;
    const got = rule === null ? "null" : typeof rule;
    throw new KernelError(
      "EINVAL",
      `permissions.${name}: expected a boolean or a function, got ${got}`,
    );
  }
}
