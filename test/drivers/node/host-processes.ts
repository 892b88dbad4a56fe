// The operating system's processes behind guests, as /proc shows them.

import { readdirSync, readFileSync } from "node:fs";
import { until } from "../host/probe-kernel.js";

/** Fields of /proc/PID/stat after the command's name, which is in brackets. */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** The guest host processes of the application `parent`. */
export function guestHosts(parent = process.pid): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const [state, ppid] = statOf(pid);
        const commandLine = readFileSync(`/proc/${pid}/cmdline`, "latin1");
        return Number(ppid) === parent && state !== "Z" && commandLine.includes("guest-host");
      } catch {
        return false;
      }
    });
}

/** Ticks of CPU time that a process has used; 0 when it is gone. */
function cpuTicks(pid: number): number {
  try {
    const stat = statOf(pid);
    return Number(stat[11]) + Number(stat[12]);
  } catch {
    return 0;
  }
}

/** The one that spins: it gets a second of CPU time ahead of any other, which starting up never takes. */
export async function spinningGuestHost(): Promise<number> {
  const began = new Map<number, number>();
  let leader = 0;
  await until(() => {
    for (const pid of guestHosts()) if (!began.has(pid)) began.set(pid, cpuTicks(pid));
    const used = [...began].map(([pid, ticks]) => ({ pid, ticks: cpuTicks(pid) - ticks }));
    const [first, second] = used.sort((a, b) => b.ticks - a.ticks);
    leader = first?.pid ?? 0;
    return (first?.ticks ?? 0) > 100 + (second?.ticks ?? 0);
  }, 30_000);
  return leader;
}
