/** `--mount HOST:GUEST[:rw]`: a directory of the host's in the sandbox, read-only unless it says otherwise. */
import { UsageError } from "./usage-error.js";

export interface MountFlag {
  /** As it was written: relative to where the command is run. */
  readonly hostPath: string;
  readonly guestPath: string;
  readonly readOnly: boolean;
}

/** The guest's path begins at the last colon before a slash, so the host's may have colons. */
export function parseMount(text: string): MountFlag {
  const [, hostPath, guestPath, mode] = /^(.+):(\/[^:]*)(?::(.*))?$/s.exec(text) ?? [];
  if (hostPath === undefined || guestPath === undefined) {
    throw new UsageError(`--mount ${text}: expected HOST:GUEST or HOST:GUEST:rw, GUEST absolute`);
  }
  if (mode !== undefined && mode !== "rw" && mode !== "ro") {
    throw new UsageError(`--mount ${text}: "${mode}" is neither rw nor ro`);
  }
  return { hostPath, guestPath, readOnly: mode !== "rw" };
}
