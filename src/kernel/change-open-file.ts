/** fchmod(2), fchown(2) and futimens(2): a change of an inode by a descriptor of it. */
import type { Actor } from "./actor.js";
import { Errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import { operationOf, permittedChange, type RequestedChange } from "./permission-bits.js";

/** EPERM or EACCES when it is not the actor's to change. */
export function changeOpenFile(
  actor: Actor,
  description: FileDescription,
  change: RequestedChange,
): undefined | Errno {
  const stat = description.stat();
  if (stat instanceof Errno) return stat;
  const permitted = permittedChange(actor, stat, change);
  if (permitted instanceof Errno) return permitted;
  return askAbout(actor, description, change) ?? description.setAttributes(permitted);
}

/** The policy knows a file by the path that it was opened by; what has none is not its business. */
function askAbout(
  actor: Actor,
  { kind, openedPath }: FileDescription,
  change: RequestedChange,
): undefined | Errno {
  if (openedPath === undefined || (kind !== "file" && kind !== "directory")) return undefined;
  return actor.ask(operationOf(change), openedPath);
}
