/** The files of /etc that programs look into, for a store that has none of its own. */
import type { KernelUser } from "./credentials.js";
import type { Machine } from "./machine.js";

const NOBODY = 65_534;

/** Path and text of each file. */
export function systemFiles(user: Readonly<KernelUser>, machine: Machine): [string, string][] {
  const { uid, gid, name, home, shell } = user;
  const isRoot = uid === 0;
  const users = [
    isRoot ? null : "root:x:0:0:root:/root:/bin/sh",
    `${name}:x:${uid}:${gid}:${name}:${home}:${shell}`,
    `nobody:x:${NOBODY}:${NOBODY}:nobody:/nonexistent:/usr/sbin/nologin`,
  ];
  const groups = [
    gid === 0 ? null : "root:x:0:",
    `${gid === 0 ? "root" : name}:x:${gid}:`,
    ...(user.groups ?? [])
      .filter((group) => group !== gid && group !== 0)
      .map((group) => `group${group}:x:${group}:${name}`),
    `nogroup:x:${NOBODY}:`,
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
