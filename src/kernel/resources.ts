/** What a kernel's guests use at this moment, beside what they may use. */
import { totalMs } from "./cpu-time.js";
import { Errno } from "./errno.js";
import type { KernelTables } from "./kernel-tables.js";

/** Something that is counted against a limit. */
export interface Use {
  readonly used: number;
  readonly limit: number;
}

/** What one process uses. */
export interface ProcessUse {
  readonly pid: number;
  readonly command: string;
  readonly descriptors: number;
  /** What it has computed, in ms; what its children have is with them until it has waited for them. */
  readonly cpuMs: number;
}

export interface Resources {
  readonly processes: Use;
  readonly pipes: Use;
  readonly terminals: Use;
  readonly sockets: Use;
  /** Connections and datagram ports that are open beyond the kernel. */
  readonly connections: Use;
  readonly timers: Use;
  readonly watches: Use;
  /** Bytes of file content in the root store. */
  readonly fileBytes: Use;
  /** Files, directories and links in the root store. */
  readonly inodes: Use;
  readonly byProcess: readonly ProcessUse[];
}

export function resourcesOf(tables: KernelTables): Resources {
  const { limits, processes } = tables;
  const running = [...processes.all()].filter((process) => process.isRunning);
  const space = tables.vfs.mounts.root.store.statfs();
  const disk =
    space instanceof Errno || "then" in space
      ? { fileBytes: { used: 0, limit: 0 }, inodes: { used: 0, limit: 0 } }
      : {
          fileBytes: {
            used: (space.blocks - space.freeBlocks) * space.blockSize,
            limit: space.blocks * space.blockSize,
          },
          inodes: { used: space.files - space.freeFiles, limit: space.files },
        };
  return {
    processes: { used: processes.size, limit: limits.processes },
    pipes: { used: tables.pipes.size, limit: limits.pipes },
    terminals: { used: tables.terminals.size, limit: limits.terminals },
    sockets: { used: tables.sockets.size, limit: limits.sockets },
    connections: { used: tables.network.size, limit: limits.connections },
    timers: { used: tables.timers.dump().length, limit: limits.timers },
    watches: { used: tables.vfs.watches.size, limit: limits.watches },
    ...disk,
    byProcess: running.map(({ pid, command, fds, cpu }) => ({
      pid,
      command,
      descriptors: fds.numbers().length,
      cpuMs: totalMs(cpu.own),
    })),
  };
}
