/**
 * The store mounted on /proc: the machine and every process, as files. What it shows depends on who
 * looks: `self` is the caller, and of processes in other sessions only the public part is readable.
 * The host application sees all; to it there is no `self`.
 */
import { parseNumber } from "./descriptor-name.js";
import { Errno, errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import type { KernelTables } from "./kernel-tables.js";
import type { PersonalStore } from "./personal-store.js";
import { inspectDescriptor, processDirectory } from "./proc-process.js";
import { systemEntries } from "./proc-system.js";
import type { Process } from "./process.js";
import {
  linkTo,
  type SyntheticDirectory,
  type SyntheticNode,
  SyntheticTree,
} from "./synthetic-tree.js";

const descriptorPath = /^\/(\d+)\/fd\/(\d+)$/;

export class ProcFs extends SyntheticTree implements PersonalStore {
  readonly #tables: KernelTables;
  readonly #caller: Process | null;
  /** The views of the processes that have looked. */
  readonly #views = new WeakMap<Process, ProcFs>();

  constructor(tables: KernelTables, caller: Process | null = null) {
    super(rootDirectory(tables, caller), tables.machine.bootTimeS * 1000);
    this.#tables = tables;
    this.#caller = caller;
  }

  seenBy(caller: Process | null): ProcFs {
    if (caller === this.#caller) return this;
    if (!caller) return new ProcFs(this.#tables);
    const known = this.#views.get(caller);
    if (known) return known;
    const view = new ProcFs(this.#tables, caller);
    this.#views.set(caller, view);
    return view;
  }

  descriptionAt(path: string): FileDescription | Errno | undefined {
    const match = descriptorPath.exec(path);
    if (!match) return undefined;
    const target = this.#tables.processes.get(Number(match[1]));
    return target instanceof Errno
      ? errno.ENOENT
      : inspectDescriptor(this.#caller, target, Number(match[2]));
  }
}

function rootDirectory(tables: KernelTables, caller: Process | null): SyntheticDirectory {
  const system = new Map(Object.entries(systemEntries(tables)));
  if (caller) {
    system.set(
      "self",
      linkTo(() => String(caller.pid)),
    );
    system.set(
      "thread-self",
      linkTo(() => String(caller.pid)),
    );
  }
  return {
    kind: "directory",
    mode: 0o555,
    get: (name): SyntheticNode | Errno => {
      const pid = parseNumber(name);
      if (pid === undefined) return system.get(name) ?? errno.ENOENT;
      const target = tables.processes.get(pid);
      return target instanceof Errno ? errno.ENOENT : processDirectory(tables, caller, target);
    },
    list: () => [
      ...[...system].map(([name, { kind }]) => [name, kind] as const),
      ...Array.from(tables.processes.all(), ({ pid }) => [String(pid), "directory"] as const),
    ],
  };
}
