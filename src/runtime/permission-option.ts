/** The option `permissions`: what guests may do. The network has an option of its own. */
import { checkPermissions, type Permissions } from "../kernel/permissions.js";
import type { EventListener } from "./events.js";

/** Rules by scope, as the kernel takes them; what is left out is as in `defaultPermissions`. */
export type PermissionOption = Permissions;

/** A guest owns its files, its environment and its children; it has no network. */
export const defaultPermissions: Readonly<Permissions> = Object.freeze({
  fs: true,
  env: true,
  childProcess: true,
  network: false,
});

/** The kernel's permissions. Throws EINVAL for a scope or a rule that does not exist. */
export function permissionsOf(
  given: PermissionOption | undefined,
  network: Permissions["network"],
  emit: EventListener,
): Permissions {
  checkPermissions(given ?? {});
  const onDenied: Permissions["onDenied"] = (request, reason) => {
    emit({ type: "denied", request, reason });
    given?.onDenied?.(request, reason);
  };
  const ofNetwork = network === undefined ? {} : { network };
  return { ...defaultPermissions, ...given, ...ofNetwork, onDenied };
}
