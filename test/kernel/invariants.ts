// What holds of a kernel's tables at every moment, and when everything that ran in it has ended.

import { Errno } from "../../src/kernel/errno.js";
import type { FileDescription } from "../../src/kernel/file-description.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import type { Process } from "../../src/kernel/process.js";

/** What is wrong with the tables now; nothing, if all is well. */
export function brokenInvariants(tables: KernelTables): string[] {
  const broken: string[] = [];
  const claim = (isSo: boolean, text: string): void => {
    if (!isSo) broken.push(text);
  };
  const all = new Set(tables.processes.all());
  for (const [description, descriptors] of descriptionsOf(all)) {
    claim(
      description.references >= descriptors,
      `a ${description.kind} has ${descriptors} descriptors and ${description.references} references`,
    );
  }
  for (const { ino, readers, writers } of tables.pipes.dump()) {
    claim(readers + writers > 0, `pipe ${ino} is open without ends`);
  }
  for (const process of all) {
    const name = `process ${process.pid}`;
    claim(tables.processes.get(process.pid) === process, `${name} is not found by its pid`);
    claim(process.parent === null || all.has(process.parent), `${name} has a parent that is gone`);
    claim(
      process.parent === null || process.parent.children.has(process),
      `${name} is not a child of its parent`,
    );
    for (const child of process.children) {
      claim(child.parent === process, `${name} has a child ${child.pid} of somebody else`);
      claim(all.has(child), `${name} has a child ${child.pid} that is gone`);
    }
    if (process.isRunning) continue;
    claim(process.fds.numbers().length === 0, `${name} has ended with open descriptors`);
    claim(process.parked.size === 0, `${name} has ended with waiting calls`);
    claim(process.parent !== null, `${name} has ended and nobody will ask for its status`);
    claim(process.children.size === 0, `${name} has ended and has children`);
  }
  claim(all.size <= tables.limits.processes, "more processes than the limit");
  claim(tables.pipes.size <= tables.limits.pipes, "more pipes than the limit");
  return broken;
}

/** Every open description, and how many descriptors point to it. */
function descriptionsOf(processes: Iterable<Process>): Map<FileDescription, number> {
  const counts = new Map<FileDescription, number>();
  for (const { fds } of processes) {
    for (const fd of fds.numbers()) {
      const description = fds.get(fd);
      if (description instanceof Errno) continue;
      counts.set(description, (counts.get(description) ?? 0) + 1);
    }
  }
  return counts;
}

/** Ends every process, and says what is left that `fresh`, the tables' dump before anything ran, did not have. */
export function leftAfterAll(tables: KernelTables, fresh: object): string[] {
  // A process can come back as a zombie of a parent that ends later: until none is left.
  for (let round = 0; tables.processes.size > 0 && round < 3; round++) {
    for (const process of [...tables.processes.all()]) tables.processes.end(process, 0);
    for (const process of [...tables.processes.all()]) tables.processes.reap(process);
  }
  const before = new Map(Object.entries(fresh));
  return Object.entries(tables.dump())
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before.get(name)))
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
}
