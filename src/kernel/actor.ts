/**
 * Who does something to files: the identity that permission bits are held against, and the policy
 * that is asked. A process acts as its effective ids; the host application acts as uid 0, and nobody
 * is asked.
 */
import type { Errno } from "./errno.js";
import type { FileOperation } from "./permissions.js";
import type { Process } from "./process.js";

export interface Actor {
  /** Who it is, for stores that look different to each process; null: the host application. */
  readonly process: Process | null;
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
  /** Taken out of the permission bits of what it makes; missing: nothing is. */
  readonly umask?: number;
  /** Asks the permission policy; undefined allows. Called when the path is resolved, before the act. */
  ask(operation: FileOperation, path: string): undefined | Errno;
}

/** The host application and the kernel itself. */
export const hostActor: Actor = Object.freeze({
  process: null,
  uid: 0,
  gid: 0,
  groups: Object.freeze([]),
  ask: () => undefined,
});

/** A process, as what it does by its effective ids. */
export class ProcessActor implements Actor {
  readonly process: Process;

  constructor(process: Process) {
    this.process = process;
  }

  get uid(): number {
    return this.process.credentials.effectiveUid;
  }

  get gid(): number {
    return this.process.credentials.effectiveGid;
  }

  get groups(): readonly number[] {
    return this.process.credentials.groups;
  }

  get umask(): number {
    return this.process.umask;
  }

  ask(op: FileOperation, path: string): undefined | Errno {
    const { policy, replay, pid } = this.process;
    if (policy.allowsAll("fs")) return undefined;
    const put = () => policy.ask({ scope: "fs", op, path, pid });
    return replay.ask(policy.subjectOf("fs"), op, path, pid, put);
  }
}

/** The same process by its real ids: what access(2) answers for. */
export function realActorOf(process: Process): Actor {
  const { realUid, realGid, groups } = process.credentials;
  return {
    process,
    uid: realUid,
    gid: realGid,
    groups,
    umask: process.umask,
    ask: (operation, path) => process.actor.ask(operation, path),
  };
}
