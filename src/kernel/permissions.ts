/**
 * The presets of the permissions option. Policies that refuse are not enforced yet, so the kernel
 * does not accept them: `createKernel` throws rather than run with walls that are not there.
 */
import { KernelError } from "./kernel-error.js";

export interface Permissions {
  fs?: true;
  network?: true;
  childProcess?: true;
  env?: true;
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

/** Throws ENOSYS for a policy that would have to refuse something. */
export function checkPermissions(permissions: Permissions | undefined): void {
  for (const [scope, rule] of Object.entries(permissions ?? {})) {
    if (rule !== true) {
      throw new KernelError("ENOSYS", `permissions.${scope}: only "allow all" exists yet`);
    }
  }
}
