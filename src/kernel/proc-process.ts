/**
 * What /proc says of one process. What others may know is what Linux shows to everybody; what the
 * process has in its memory and hands (environment, descriptors, directories) only it and its own
 * session see: EACCES for the rest. Formats: proc(5).
 */
import { hostActor } from "./actor.js";
import { Errno, errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import type { KernelTables } from "./kernel-tables.js";
import { mountsText } from "./proc-system.js";
import type { Process } from "./process.js";
import {
  directoryOf,
  fileOf,
  linkTo,
  type SyntheticDirectory,
  type SyntheticNode,
} from "./synthetic-tree.js";

/** Clock ticks a second, as `sysconf(_SC_CLK_TCK)` says on Linux. */
const TICKS_PER_SECOND = 100;
/** Linux cuts a command's name to this many bytes. */
const COMM_BYTES = 15;

/** Whether `caller` may look into `target`: the host application may, a process within its session. */
export function mayInspect(caller: Process | null, target: Process): boolean {
  return !caller || caller === target || caller.sid === target.sid;
}

/** The directory /proc/PID. */
export function processDirectory(
  tables: KernelTables,
  caller: Process | null,
  target: Process,
): SyntheticDirectory {
  const guarded = (make: () => string | Errno) => () =>
    mayInspect(caller, target) ? make() : errno.EACCES;
  const entries: Record<string, SyntheticNode> = {
    fd: descriptorDirectory(caller, target, (fd) =>
      linkTo(() => descriptorTarget(tables, target, fd)),
    ),
    fdinfo: descriptorDirectory(caller, target, (fd) =>
      fileOf(() => descriptorInfo(target, fd), 0o400),
    ),
    cwd: linkTo(guarded(() => target.cwd)),
    root: linkTo(guarded(() => "/")),
    exe: linkTo(guarded(() => target.executablePath)),
    environ: fileOf(
      guarded(() => environmentOf(target)),
      0o400,
    ),
    maps: fileOf(guarded(() => "")),
    cmdline: fileOf(() => terminated([target.command, ...target.args])),
    comm: fileOf(() => `${commOf(target)}\n`),
    stat: fileOf(() => statLine(tables, target)),
    statm: fileOf(() => "0 0 0 0 0 0 0\n"),
    status: fileOf(() => statusText(tables, target)),
    limits: fileOf(() => limitsText(tables)),
    mounts: fileOf(() => mountsText(tables)),
  };
  return directoryOf(entries);
}

/** The open description that /proc/PID/fd/N or /dev/fd/N stands for. */
export function inspectDescriptor(
  caller: Process | null,
  target: Process,
  fd: number,
): FileDescription | Errno {
  return mayInspect(caller, target) ? target.fds.get(fd) : errno.EACCES;
}

/** The number that a name stands for: digits without padding. */
export function parseNumber(name: string): number | undefined {
  return /^(0|[1-9]\d{0,8})$/.test(name) ? Number(name) : undefined;
}

function descriptorDirectory(
  caller: Process | null,
  target: Process,
  make: (fd: number) => SyntheticNode,
): SyntheticDirectory {
  return {
    kind: "directory",
    mode: 0o500,
    get: (name) => {
      if (!mayInspect(caller, target)) return errno.EACCES;
      const fd = parseNumber(name);
      if (fd === undefined || target.fds.get(fd) instanceof Errno) return errno.ENOENT;
      return make(fd);
    },
    list: () => {
      if (!mayInspect(caller, target)) return errno.EACCES;
      return target.fds.numbers().map((fd) => [String(fd), make(fd).kind] as const);
    },
  };
}

/** What readlink answers: the path it was opened by, or its kind and number. */
function descriptorTarget(tables: KernelTables, target: Process, fd: number): string | Errno {
  const description = target.fds.get(fd);
  if (description instanceof Errno) return errno.ENOENT;
  const stat = description.stat();
  const ino = stat instanceof Errno ? 0 : stat.ino;
  const { openedPath } = description;
  if (openedPath === undefined) {
    const kind = description.kind === "sink" ? "pipe" : description.kind;
    return `${kind}:[${ino}]`;
  }
  const named = tables.vfs.stat(hostActor, "/", openedPath, false);
  const isThere = !(named instanceof Errno) && named.ino === ino;
  return isThere ? openedPath : `${openedPath} (deleted)`;
}

function descriptorInfo(target: Process, fd: number): string | Errno {
  const description = target.fds.get(fd);
  if (description instanceof Errno) return errno.ENOENT;
  const position = description.seek(0, 1);
  const stat = description.stat();
  const at = typeof position === "number" ? position : 0;
  const mount = stat instanceof Errno ? 0 : stat.dev;
  return `pos:\t${at}\nflags:\t0${description.flags.toString(8)}\nmnt_id:\t${mount}\n`;
}

function environmentOf({ env }: Process): string {
  return terminated(Object.entries(env).map(([name, value]) => `${name}=${value}`));
}

function terminated(strings: readonly string[]): string {
  return strings.map((text) => `${text}\0`).join("");
}

/** The command's name without its directory. */
function commOf({ command }: Process): string {
  const bytes = new TextEncoder().encode(command.slice(command.lastIndexOf("/") + 1));
  return new TextDecoder().decode(bytes.subarray(0, COMM_BYTES)).replace(/\ufffd$/, "");
}

function statLine(tables: KernelTables, process: Process): string {
  const started = Math.floor(tables.machine.uptimeS(process.startedAtMs) * TICKS_PER_SECOND);
  const fields: (string | number)[] = new Array(52).fill(0);
  // Numbers of the fields as in proc(5), counted from 1.
  const set = (number: number, value: string | number): void => {
    fields[number - 1] = value;
  };
  set(1, process.pid);
  set(2, `(${commOf(process)})`);
  set(3, stateOf(process).slice(0, 1));
  set(4, process.ppid);
  set(5, process.pgid);
  set(6, process.sid);
  set(8, -1);
  set(18, 20);
  set(20, 1);
  set(22, started);
  set(38, 17);
  return `${fields.join(" ")}\n`;
}

function statusText(tables: KernelTables, process: Process): string {
  const rows: readonly (readonly [string, string | number])[] = [
    ["Name", commOf(process)],
    ["Umask", `0${process.umask.toString(8).padStart(3, "0")}`],
    ["State", stateOf(process)],
    ["Tgid", process.pid],
    ["Pid", process.pid],
    ["PPid", process.ppid],
    ["TracerPid", 0],
    ["Uid", "0\t0\t0\t0"],
    ["Gid", "0\t0\t0\t0"],
    ["FDSize", tables.limits.descriptors],
    ["Groups", "0"],
    ["NStgid", process.pid],
    ["NSpid", process.pid],
    ["NSpgid", process.pgid],
    ["NSsid", process.sid],
    ["Threads", 1],
    ["SigPnd", signalBits(process.pendingSignals.set)],
    ["SigBlk", signalBits(process.blockedSignals)],
    ["SigIgn", signalBits(process.ignoredSignals)],
    ["SigCgt", signalBits(process.caughtSignals.keys())],
  ];
  return rows.map(([name, value]) => `${name}:\t${value}\n`).join("");
}

function stateOf(process: Process): string {
  if (!process.isRunning) return "Z (zombie)";
  if (process.isStopped) return "T (stopped)";
  return process.parked.size > 0 ? "S (sleeping)" : "R (running)";
}

/** A set of signals as Linux prints it: 64 bits in hexadecimal. */
function signalBits(signals: Iterable<number>): string {
  let bits = 0n;
  for (const signal of signals) bits |= 1n << BigInt(signal - 1);
  return bits.toString(16).padStart(16, "0");
}

function limitsText(tables: KernelTables): string {
  const { processes, descriptors, fileBytes, argumentBytes } = tables.limits;
  const rows: readonly (readonly [string, number | string, string])[] = [
    ["Max cpu time", "unlimited", "seconds"],
    ["Max file size", fileBytes, "bytes"],
    ["Max stack size", argumentBytes * 4, "bytes"],
    ["Max core file size", 0, "bytes"],
    ["Max processes", processes, "processes"],
    ["Max open files", descriptors, "files"],
  ];
  const line = (name: string, soft: string, hard: string, unit: string): string =>
    `${name.padEnd(25)} ${soft.padEnd(20)} ${hard.padEnd(20)} ${unit.padEnd(10)}\n`;
  return (
    line("Limit", "Soft Limit", "Hard Limit", "Units") +
    rows.map(([name, value, unit]) => line(name, String(value), String(value), unit)).join("")
  );
}
