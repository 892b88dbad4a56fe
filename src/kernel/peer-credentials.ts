/** Who is at the other end of a unix socket: what SO_PEERCRED tells (`struct ucred`). */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** Of the kernel itself and of the host application. */
export const kernelCredentials: PeerCredentials = Object.freeze({ pid: 0, uid: 0, gid: 0 });
