/**
 * What /proc says of the machine as a whole. The values are the machine's made-up ones and counts
 * from the kernel's tables: nothing of the host shows through. Formats: proc(5).
 */
import type { Errno } from "./errno.js";
import type { KernelTables } from "./kernel-tables.js";
import { randomUuid } from "./machine.js";
import { internetSockets, unixSockets } from "./proc-net.js";
import { AF_INET, AF_INET6, SOCK_DGRAM, SOCK_STREAM } from "./socket-constants.js";
import { directoryOf, fileOf, linkTo, type SyntheticNode } from "./synthetic-tree.js";

const KiB = 1024;
/** What proc(5) says of pid_max; ids are never reused here. */
const PID_MAX = 4_194_304;

type File = (tables: KernelTables) => string | Errno;

const files: Readonly<Record<string, File>> = {
  meminfo: ({ machine }) => {
    const total = machine.memoryBytes / KiB;
    const rows = [
      ["MemTotal", total],
      ["MemFree", total],
      ["MemAvailable", total],
      ["Buffers", 0],
      ["Cached", 0],
      ["SwapTotal", 0],
      ["SwapFree", 0],
    ] as const;
    return rows.map(([name, kib]) => `${`${name}:`.padEnd(15)} ${pad(kib, 8)} kB\n`).join("");
  },
  cpuinfo: ({ machine }) =>
    Array.from({ length: machine.cpus }, (_, index) =>
      [
        `processor\t: ${index}`,
        "vendor_id\t: virtual",
        "model name\t: virtual",
        "cpu MHz\t\t: 1000.000",
        `siblings\t: ${machine.cpus}`,
        "core id\t\t: 0",
        `cpu cores\t: ${machine.cpus}`,
        "flags\t\t:\n\n",
      ].join("\n"),
    ).join(""),
  uptime: ({ machine }) => {
    const uptime = machine.uptimeS().toFixed(2);
    return `${uptime} ${uptime}\n`;
  },
  loadavg: ({ processes }) =>
    `0.00 0.00 0.00 ${running(processes.all())}/${processes.size} ${lastPid(processes.all())}\n`,
  version: ({ machine }) =>
    `${machine.ostype} version ${machine.osrelease} (secure-exec) ${machine.version}\n`,
  stat: ({ machine, processes }) => {
    const times = "0 0 0 0 0 0 0 0 0 0";
    const cpus = Array.from({ length: machine.cpus }, (_, index) => `cpu${index} ${times}\n`);
    return (
      `cpu  ${times}\n${cpus.join("")}intr 0\nctxt 0\nbtime ${machine.bootTimeS}\n` +
      `processes ${lastPid(processes.all())}\nprocs_running ${running(processes.all())}\n` +
      "procs_blocked 0\n"
    );
  },
  filesystems: () => "nodev\tproc\nnodev\tdevtmpfs\nnodev\ttmpfs\n",
};

const settings: Readonly<Record<string, File>> = {
  hostname: ({ machine }) => `${machine.hostname}\n`,
  ostype: ({ machine }) => `${machine.ostype}\n`,
  osrelease: ({ machine }) => `${machine.osrelease}\n`,
  version: ({ machine }) => `${machine.version}\n`,
  pid_max: () => `${PID_MAX}\n`,
};

const network: Readonly<Record<string, File>> = {
  tcp: ({ sockets }) => internetSockets(sockets, AF_INET, SOCK_STREAM),
  tcp6: ({ sockets }) => internetSockets(sockets, AF_INET6, SOCK_STREAM),
  udp: ({ sockets }) => internetSockets(sockets, AF_INET, SOCK_DGRAM),
  udp6: ({ sockets }) => internetSockets(sockets, AF_INET6, SOCK_DGRAM),
  unix: ({ sockets }) => unixSockets(sockets),
};

/** The entries of /proc that are no processes. */
export function systemEntries(tables: KernelTables): Record<string, SyntheticNode> {
  const made = (group: Readonly<Record<string, File>>): Record<string, SyntheticNode> =>
    Object.fromEntries(
      Object.entries(group).map(([name, file]) => [name, fileOf(() => file(tables))]),
    );
  const random = directoryOf({
    uuid: fileOf(() => `${randomUuid()}\n`),
    boot_id: fileOf(() => `${tables.machine.bootId}\n`),
  });
  const fs = directoryOf({
    "file-max": fileOf(() => `${tables.limits.processes * tables.limits.descriptors}\n`),
    nr_open: fileOf(() => `${tables.limits.descriptors}\n`),
  });
  return {
    ...made(files),
    mounts: linkTo(() => "self/mounts"),
    net: directoryOf(made(network)),
    sys: directoryOf({ kernel: directoryOf({ ...made(settings), random }), fs }),
  };
}

/** The mount table as programs parse it: source, place, type, options. */
export function mountsText(tables: KernelTables): string {
  const lines = tables.vfs.mounts.dump().map(({ path, readOnly }) => {
    const type = typeOf(path);
    return `${type} ${escapeBlanks(path)} ${type} ${readOnly ? "ro" : "rw"} 0 0\n`;
  });
  return lines.reverse().join("");
}

function typeOf(path: string): string {
  if (path === "/proc") return "proc";
  return path === "/dev" ? "devtmpfs" : "tmpfs";
}

/** Blanks and backslashes as octal numbers, as Linux writes them. */
function escapeBlanks(path: string): string {
  return path.replace(
    /[ \t\n\\]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
}

function running(processes: Iterable<{ readonly isRunning: boolean }>): number {
  let count = 0;
  for (const process of processes) if (process.isRunning) count++;
  return count;
}

/** Ids only rise: the last in the table is the newest. */
function lastPid(processes: Iterable<{ readonly pid: number }>): number {
  let last = 0;
  for (const { pid } of processes) last = pid;
  return last;
}

function pad(value: number, width: number): string {
  return String(Math.floor(value)).padStart(width);
}
