/** fchmod(2), fchown(2) and futimens(2): a change of an inode by a descriptor of it. */
import type { Actor } from "./actor.js";
import { Errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import { permittedChange, type RequestedChange } from "./permission-bits.js";

/** EPERM or EACCES when it is not the actor's to change. */
export function changeOpenFile(
  actor: Actor,
  description: FileDescription,
  change: RequestedChange,
): undefined | Errno {
  const stat = description.stat();
  if (stat instanceof Errno) return stat;
  const permitted = permittedChange(actor, stat, change);
  return permitted instanceof Errno ? permitted : description.setAttributes(permitted);
}
