/**
 * Orphaned process groups (POSIX 3.264): no member has a parent in another group of its session, so
 * that no shell is left that could continue it.
 */
import type { Process } from "./process.js";

/** Whether `process` ties its group to its session: its parent could continue the group. */
function isTie(process: Process): boolean {
  const { parent } = process;
  return parent?.isRunning === true && parent.pgid !== process.pgid && parent.sid === process.sid;
}

export function isOrphanedGroup(processes: Iterable<Process>, pgid: number): boolean {
  for (const process of processes) {
    if (process.pgid === pgid && process.isRunning && isTie(process)) return false;
  }
  return true;
}

/** The groups that the end of `leaving` may orphan: those it is or has a tie of. */
export function orphanableGroups(leaving: Process): Set<number> {
  const groups = new Set<number>();
  if (isTie(leaving)) groups.add(leaving.pgid);
  for (const child of leaving.children) if (isTie(child)) groups.add(child.pgid);
  return groups;
}
