/**
 * setuid(2), setresuid(2), setgroups(2) and their like. Privileged is who has effective user 0. The
 * set-user-id bit of programs is not honoured: nothing here ever gains a user.
 */
import type { Credentials } from "./credentials.js";
import { type Errno, errno } from "./errno.js";

/** In the place of an id: leave it as it is. */
const KEEP = -1;
/** NGROUPS_MAX of Linux. */
const GROUPS_MAX = 65_536;

export type IdKind = "user" | "group";

interface Ids {
  real: number;
  effective: number;
  saved: number;
}

function idsOf(credentials: Credentials, kind: IdKind): Ids {
  const { realUid, effectiveUid, savedUid, realGid, effectiveGid, savedGid } = credentials;
  return kind === "user"
    ? { real: realUid, effective: effectiveUid, saved: savedUid }
    : { real: realGid, effective: effectiveGid, saved: savedGid };
}

function assign(credentials: Credentials, kind: IdKind, ids: Ids): void {
  if (kind === "user") {
    credentials.realUid = ids.real;
    credentials.effectiveUid = ids.effective;
    credentials.savedUid = ids.saved;
    return;
  }
  credentials.realGid = ids.real;
  credentials.effectiveGid = ids.effective;
  credentials.savedGid = ids.saved;
}

export function isPrivileged({ effectiveUid }: Credentials): boolean {
  return effectiveUid === 0;
}

/** setresuid(2), setresgid(2): -1 leaves an id. EPERM: not privileged, and none of the present ids. */
export function setIds(
  credentials: Credentials,
  kind: IdKind,
  real: number,
  effective: number,
  saved: number,
): undefined | Errno {
  const old = idsOf(credentials, kind);
  const present: readonly number[] = [old.real, old.effective, old.saved, KEEP];
  const wanted = [real, effective, saved];
  if (wanted.some((id) => id < KEEP)) return errno.EINVAL;
  if (!isPrivileged(credentials) && !wanted.every((id) => present.includes(id))) return errno.EPERM;
  assign(credentials, kind, {
    real: real === KEEP ? old.real : real,
    effective: effective === KEEP ? old.effective : effective,
    saved: saved === KEEP ? old.saved : saved,
  });
  return undefined;
}

/** setuid(2), setgid(2): all three ids when privileged, the effective one otherwise. */
export function setId(credentials: Credentials, kind: IdKind, id: number): undefined | Errno {
  if (id < 0) return errno.EINVAL;
  if (isPrivileged(credentials)) return setIds(credentials, kind, id, id, id);
  const { real, saved } = idsOf(credentials, kind);
  if (id !== real && id !== saved) return errno.EPERM;
  return setIds(credentials, kind, KEEP, id, KEEP);
}

/** setgroups(2) */
export function setGroups(credentials: Credentials, groups: readonly number[]): undefined | Errno {
  if (!isPrivileged(credentials)) return errno.EPERM;
  if (groups.length > GROUPS_MAX || groups.some((id) => id < 0)) return errno.EINVAL;
  credentials.groups = [...groups];
  return undefined;
}
