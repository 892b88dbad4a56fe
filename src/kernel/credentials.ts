/**
 * The user and group ids of a process (credentials(7)): real, effective and saved, and the
 * supplementary groups. A child begins with a copy. Ids are the guest's own: none means anything
 * on the host.
 */

/** The user that processes of the host application run as. */
export interface KernelUser {
  uid: number;
  gid: number;
  /** Supplementary groups. Default none. */
  groups?: readonly number[];
  name: string;
  /** Its home directory: HOME of processes that say nothing else. Made (0755, the user's) when the store has none. */
  home: string;
  /** Its login shell. */
  shell: string;
}

export const rootUser: Readonly<KernelUser> = Object.freeze({
  uid: 0,
  gid: 0,
  name: "root",
  home: "/root",
  shell: "/bin/sh",
});

export class Credentials {
  realUid: number;
  effectiveUid: number;
  savedUid: number;
  realGid: number;
  effectiveGid: number;
  savedGid: number;
  groups: readonly number[];

  constructor(uid: number, gid: number, groups: readonly number[] = []) {
    this.realUid = uid;
    this.effectiveUid = uid;
    this.savedUid = uid;
    this.realGid = gid;
    this.effectiveGid = gid;
    this.savedGid = gid;
    this.groups = [...groups];
  }

  /** A child's credentials. */
  copy(): Credentials {
    const copy = new Credentials(this.realUid, this.realGid, this.groups);
    copy.effectiveUid = this.effectiveUid;
    copy.savedUid = this.savedUid;
    copy.effectiveGid = this.effectiveGid;
    copy.savedGid = this.savedGid;
    return copy;
  }
}
