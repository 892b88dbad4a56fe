/** The files of /etc that programs look into, for a store that has none of its own. */
import type { KernelUser } from "./credentials.js";
import type { Machine } from "./machine.js";

const NOBODY = 65_534;
/** Of Debian's system accounts those that scripts give files to, by id. */
const SYSTEM_USERS: readonly (readonly [number, string, string])[] = [
  [1, "daemon", "/usr/sbin"],
  [2, "bin", "/bin"],
  [3, "sys", "/dev"],
  [8, "mail", "/var/mail"],
  [33, "www-data", "/var/www"],
  [NOBODY, "nobody", "/nonexistent"],
];
const SYSTEM_GROUPS: readonly (readonly [number, string])[] = [
  [1, "daemon"],
  [2, "bin"],
  [3, "sys"],
  [4, "adm"],
  [5, "tty"],
  [6, "disk"],
  [8, "mail"],
  [27, "sudo"],
  [33, "www-data"],
  [50, "staff"],
  [100, "users"],
  [NOBODY, "nogroup"],
];

/** Path and text of each file. An account of the kernel's user comes before a system account of its id or name. */
export function systemFiles(user: Readonly<KernelUser>, machine: Machine): [string, string][] {
  const { uid, gid, name, home, shell } = user;
  const isRoot = uid === 0;
  const groupName = gid === 0 ? "root" : name;
  const others = new Set((user.groups ?? []).filter((group) => group !== gid && group !== 0));
  const users = [
    isRoot ? null : "root:x:0:0:root:/root:/bin/sh",
    `${name}:x:${uid}:${gid}:${name}:${home}:${shell}`,
    ...SYSTEM_USERS.filter(([id, system]) => id !== uid && system !== name).map(
      ([id, system, folder]) => `${system}:x:${id}:${id}:${system}:${folder}:/usr/sbin/nologin`,
    ),
  ];
  const groups = [
    gid === 0 ? null : "root:x:0:",
    `${groupName}:x:${gid}:`,
    ...[...others].map((group) => `group${group}:x:${group}:${name}`),
    ...SYSTEM_GROUPS.filter(
      ([id, system]) => id !== gid && !others.has(id) && system !== groupName,
    ).map(([id, system]) => `${system}:x:${id}:`),
  ];
  const { hostname } = machine;
  return [
    ["/etc/passwd", linesOf(users)],
    ["/etc/group", linesOf(groups)],
    ["/etc/hostname", `${hostname}\n`],
    ["/etc/hosts", `127.0.0.1\tlocalhost\n127.0.1.1\t${hostname}\n::1\tlocalhost\n`],
    ["/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"],
  ];
}

function linesOf(lines: readonly (string | null)[]): string {
  return lines
    .filter((line) => line !== null)
    .map((line) => `${line}\n`)
    .join("");
}
