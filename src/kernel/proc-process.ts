/**
 * What /proc says of one process. What others may know is what Linux shows to everybody; what the
 * process has in its memory and hands (environment, descriptors, directories) only it and its own
 * session see: EACCES for the rest. Formats: proc(5).
 */
import { descriptorTarget, parseNumber } from "./descriptor-name.js";
import { Errno, errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import type { KernelTables } from "./kernel-tables.js";
import { mountsText } from "./proc-system.js";
import type { Process } from "./process.js";
import { NO_LIMIT } from "./resource-limits.js";
import {
  directoryOf,
  fileOf,
  linkTo,
  type SyntheticDirectory,
  type SyntheticNode,
} from "./synthetic-tree.js";

/** Clock ticks a second, as `sysconf(_SC_CLK_TCK)` says on Linux. */
const TICKS_PER_SECOND = 100;
const MS_PER_S = 1000;
/** What a process with nice value 0 has. */
const NORMAL_PRIORITY = 20;
/** Linux cuts a command's name to this many bytes. */
const COMM_BYTES = 15;

/**
 * Whether `caller` may look into `target`: the host application may; a process may within its session
 * when it is root or the same user.
 */
export function mayInspect(caller: Process | null, target: Process): boolean {
  if (!caller || caller === target) return true;
  if (caller.sid !== target.sid) return false;
  const { effectiveUid } = caller.credentials;
  const { realUid, savedUid } = target.credentials;
  return effectiveUid === 0 || (effectiveUid === realUid && effectiveUid === savedUid);
}

/** The directory /proc/PID. */
export function processDirectory(
  tables: KernelTables,
  caller: Process | null,
  target: Process,
): SyntheticDirectory {
  const guarded = (make: () => string | Errno) => () =>
    mayInspect(caller, target) ? make() : errno.EACCES;
  const owner = { uid: target.credentials.effectiveUid, gid: target.credentials.effectiveGid };
  const owned = <Node extends SyntheticNode>(node: Node): Node => ({ ...node, owner });
  const entries: Record<string, SyntheticNode> = {
    fd: descriptorDirectory(caller, target, (fd) =>
      linkTo(() => {
        const description = target.fds.get(fd);
        return description instanceof Errno ? errno.ENOENT : descriptorTarget(tables, description);
      }),
    ),
    fdinfo: descriptorDirectory(caller, target, (fd) =>
      fileOf(() => descriptorInfo(target, fd), 0o400),
    ),
    cwd: linkTo(
      guarded(() => (target.workingDirectory.removed ? `${target.cwd} (deleted)` : target.cwd)),
    ),
    root: linkTo(guarded(() => "/")),
    exe: linkTo(guarded(() => target.executablePath)),
    environ: fileOf(
      guarded(() => environmentOf(target)),
      0o400,
    ),
    maps: fileOf(guarded(() => "")),
    // A zombie has no memory left that its arguments could be in.
    cmdline: fileOf(() =>
      target.isRunning ? terminated([target.argv0 ?? target.command, ...target.args]) : "",
    ),
    comm: fileOf(() => `${commOf(target)}\n`),
    stat: fileOf(() => statLine(tables, target)),
    statm: fileOf(() => "0 0 0 0 0 0 0\n"),
    status: fileOf(() => statusText(tables, target)),
    limits: fileOf(() => limitsText(target)),
    mounts: fileOf(() => mountsText(tables)),
  };
  const shown = Object.entries(entries).map(([name, node]) => [name, owned(node)] as const);
  return owned(directoryOf(Object.fromEntries(shown)));
}

/** The open description that /proc/PID/fd/N or /dev/fd/N stands for. */
export function inspectDescriptor(
  caller: Process | null,
  target: Process,
  fd: number,
): FileDescription | Errno {
  return mayInspect(caller, target) ? target.fds.get(fd) : errno.EACCES;
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
  return new TextDecoder("utf-8", { ignoreBOM: true })
    .decode(bytes.subarray(0, COMM_BYTES))
    .replace(/\ufffd$/, "");
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
  const terminal = tables.terminals.controlledBy(process);
  set(7, terminal ? terminal.slaveStat().rdev : 0);
  set(8, terminal ? terminal.foregroundPgid : -1);
  const { own, children } = process.cpu;
  const times = [own.userMs, own.systemMs, children.userMs, children.systemMs];
  for (const [index, ms] of times.entries()) set(14 + index, ticks(ms));
  set(18, NORMAL_PRIORITY + process.nice);
  set(19, process.nice);
  set(20, 1);
  set(22, started);
  set(38, 17);
  return `${fields.join(" ")}\n`;
}

function ticks(ms: number): number {
  return Math.floor((ms / MS_PER_S) * TICKS_PER_SECOND);
}

function statusText(tables: KernelTables, process: Process): string {
  const { realUid, effectiveUid, savedUid, realGid, effectiveGid, savedGid, groups } =
    process.credentials;
  const rows: readonly (readonly [string, string | number])[] = [
    ["Name", commOf(process)],
    ["Umask", `0${process.umask.toString(8).padStart(3, "0")}`],
    ["State", stateOf(process)],
    ["Tgid", process.pid],
    ["Pid", process.pid],
    ["PPid", process.ppid],
    ["TracerPid", 0],
    ["Uid", [realUid, effectiveUid, savedUid, effectiveUid].join("\t")],
    ["Gid", [realGid, effectiveGid, savedGid, effectiveGid].join("\t")],
    ["FDSize", tables.limits.descriptors],
    ["Groups", groups.join(" ")],
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

const limitNames: readonly (readonly [name: string, unit: string])[] = [
  ["cpu time", "seconds"],
  ["file size", "bytes"],
  ["data size", "bytes"],
  ["stack size", "bytes"],
  ["core file size", "bytes"],
  ["resident set", "bytes"],
  ["processes", "processes"],
  ["open files", "files"],
  ["locked memory", "bytes"],
  ["address space", "bytes"],
  ["file locks", "locks"],
  ["pending signals", "signals"],
  ["msgqueue size", "bytes"],
  ["nice priority", ""],
  ["realtime priority", ""],
  ["realtime timeout", "us"],
];

function limitsText({ limits }: Process): string {
  const line = (name: string, soft: string, hard: string, unit: string): string =>
    `${name.padEnd(25)} ${soft.padEnd(20)} ${hard.padEnd(20)} ${unit.padEnd(10)}\n`;
  const shown = (value: number): string => (value === NO_LIMIT ? "unlimited" : String(value));
  const rows = limitNames.map(([name, unit], resource) => {
    const limit = limits.get(resource);
    if (limit instanceof Errno) return "";
    return line(`Max ${name}`, shown(limit.soft), shown(limit.hard), unit);
  });
  return line("Limit", "Soft Limit", "Hard Limit", "Units") + rows.join("");
}
