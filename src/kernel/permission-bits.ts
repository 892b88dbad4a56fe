/**
 * What the permission bits of an inode let an actor do, as Linux decides it (path_resolution(7),
 * inode(7)). Uid 0 has CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_CHOWN and CAP_FSETID, as Linux' root.
 */
import type { Actor } from "./actor.js";
import {
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_ISGID,
  S_ISUID,
  S_ISVTX,
  S_IXGRP,
} from "./constants.js";
import { type Errno, errno } from "./errno.js";
import type { FileOperation } from "./permissions.js";
import type { VirtualStat } from "./stat.js";
import type { AttributeChange, NewNode } from "./virtual-file-system.js";

/** Bits of what is wanted, as in a mode and in access(2). */
export const MAY_READ = 4;
export const MAY_WRITE = 2;
export const MAY_EXECUTE = 1;

type Owned = Pick<VirtualStat, "mode" | "uid" | "gid">;

/** What a caller asks `setAttributes` for. */
export interface RequestedChange extends AttributeChange {
  /** The times were given as "now": who may write may do that. */
  readonly isNow?: boolean;
  /** It is a chown, which moves the time of change even when it leaves owner and group. */
  readonly isOwnership?: boolean;
}

/** Whether a change changes anything: utimensat(2) with UTIME_OMIT twice does not, chown does. */
export function isNoChange({
  mode,
  uid,
  gid,
  atime,
  mtime,
  isOwnership,
}: RequestedChange): boolean {
  return (
    mode === undefined && !atime && !mtime && !isOwnership && uid === undefined && gid === undefined
  );
}

/** Whether the bits of `inode` let `actor` do all of `wanted`. */
export function permits(actor: Actor, inode: Owned, wanted: number): boolean {
  const { mode } = inode;
  if (actor.uid === 0) {
    const isExecutable = (mode & S_IFMT) === S_IFDIR || (mode & 0o111) !== 0;
    return isExecutable || (wanted & MAY_EXECUTE) === 0;
  }
  const shift = actor.uid === inode.uid ? 6 : isMember(actor, inode.gid) ? 3 : 0;
  return ((mode >> shift) & wanted) === wanted;
}

export function isMember(actor: Actor, gid: number): boolean {
  return actor.gid === gid || actor.groups.includes(gid);
}

/** Whether a name in `directory` may be taken away or given: EACCES by the bits, EPERM if sticky. */
export function mayRemove(actor: Actor, directory: Owned, inode: Owned): undefined | Errno {
  if (actor.uid === 0) return undefined;
  if (!permits(actor, directory, MAY_WRITE | MAY_EXECUTE)) return errno.EACCES;
  if ((directory.mode & S_ISVTX) === 0) return undefined;
  return actor.uid === inode.uid || actor.uid === directory.uid ? undefined : errno.EPERM;
}

/** Whether `actor` may give the file one more name (protected_hardlinks of proc(5), which is on). */
export function mayLink(actor: Actor, inode: Owned): boolean {
  if (actor.uid === 0 || actor.uid === inode.uid) return true;
  if ((inode.mode & S_IFMT) !== S_IFREG || inode.mode & S_ISUID) return false;
  const setgid = S_ISGID | S_IXGRP;
  if ((inode.mode & setgid) === setgid) return false;
  return permits(actor, inode, MAY_READ | MAY_WRITE);
}

/** What an inode that `actor` makes in `directory` begins with: a setgid directory gives its group. */
export function newNodeIn(actor: Actor, directory: Owned, mode: number): NewNode {
  const type = mode & S_IFMT;
  const isInherited = (directory.mode & S_ISGID) !== 0;
  let bits = type === S_IFLNK ? mode : mode & ~(actor.umask ?? 0);
  if (type === S_IFDIR) {
    bits = (bits & ~(S_ISUID | S_ISGID)) | (isInherited ? S_ISGID : 0);
  } else if (isInherited && actor.uid !== 0 && !isMember(actor, directory.gid)) {
    if (bits & S_IXGRP) bits &= ~S_ISGID;
  }
  return { mode: bits, uid: actor.uid, gid: isInherited ? directory.gid : actor.gid };
}

/** What becomes of a change that `actor` asks for: EPERM, EACCES, or the change to carry out. */
export function permittedChange(
  actor: Actor,
  inode: Owned,
  change: RequestedChange,
): AttributeChange | Errno {
  const isOwner = actor.uid === 0 || actor.uid === inode.uid;
  if (change.atime || change.mtime) {
    const mayTouch = isOwner || (change.isNow && permits(actor, inode, MAY_WRITE));
    if (!mayTouch) return change.isNow ? errno.EACCES : errno.EPERM;
  }
  const permitted: AttributeChange = {
    uid: change.uid,
    gid: change.gid,
    atime: change.atime,
    mtime: change.mtime,
  };
  if (change.mode !== undefined) {
    if (!isOwner) return errno.EPERM;
    const keepsGroupBit = actor.uid === 0 || isMember(actor, change.gid ?? inode.gid);
    permitted.mode = change.mode & (keepsGroupBit ? 0o7777 : ~S_ISGID & 0o7777);
  }
  if (change.uid === undefined && change.gid === undefined) return permitted;
  if (!mayGiveAway(actor, inode, change)) return errno.EPERM;
  // As Linux does for everybody, root included.
  if ((inode.mode & S_IFMT) !== S_IFDIR && change.mode === undefined) {
    const lost = lostSetIds(actor, inode);
    if (lost) permitted.mode = inode.mode & 0o7777 & ~lost;
  }
  return permitted;
}

/** chown(2): only root gives a file away; its owner may give it to a group of their own. */
function mayGiveAway(actor: Actor, inode: Owned, change: AttributeChange): boolean {
  if (actor.uid === 0) return true;
  if (actor.uid !== inode.uid) return false;
  if (change.uid !== undefined && change.uid !== inode.uid) return false;
  return change.gid === undefined || change.gid === inode.gid || isMember(actor, change.gid);
}

/** The set-id bits that go from a file when `actor` gives it to others or changes what is in it. */
function lostSetIds(actor: Actor, { mode, gid }: Owned): number {
  const keepsGroupBit = (mode & S_IXGRP) === 0 && (actor.uid === 0 || isMember(actor, gid));
  return mode & (keepsGroupBit ? S_ISUID : S_ISUID | S_ISGID);
}

/**
 * The permission bits of a regular file that `actor` writes or truncates, when it may not keep those
 * it has: set-id bits go, unless it is root who writes (write(2), "NOTES"; setattr_should_drop_suidgid).
 */
export function modeAfterWrite(actor: Actor, inode: Owned): number | undefined {
  if (actor.uid === 0) return undefined;
  const lost = lostSetIds(actor, inode);
  return lost === 0 ? undefined : inode.mode & 0o7777 & ~lost;
}

/** What the policy is asked about a change of attributes. */
export function operationOf(change: RequestedChange): FileOperation {
  if (change.mode !== undefined) return "chmod";
  return change.uid !== undefined || change.gid !== undefined ? "chown" : "utimes";
}
