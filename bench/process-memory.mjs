// What processes hold of the machine's memory, as Linux tells it. Private: its own pages. PSS: those, and its share of the pages
// that processes have in common.

import { readdirSync, readFileSync } from "node:fs";

export function memoryOf(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "latin1");
  const bytes = (name) => Number(text.match(new RegExp(`^${name}:\\s+(\\d+) kB`, "m"))[1]) * 1024;
  return { private: bytes("Private_Clean") + bytes("Private_Dirty"), pss: bytes("Pss") };
}

/** The guest host processes of this process. */
export function guestHosts() {
  return readdirSync("/proc").filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, "latin1");
      return parent === process.pid && commandLine.includes("guest-host");
    } catch {
      return false;
    }
  });
}
