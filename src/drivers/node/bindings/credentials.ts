/** `credentials`: who the guest is, as the kernel has it. */
import type { Binding, Guest } from "../guest/guest.js";
import { UserDatabase } from "../guest/user-database.js";

/** Places in the answer of `get_ids`. */
const REAL_UID = 0;
const EFFECTIVE_UID = 1;
const REAL_GID = 3;
const EFFECTIVE_GID = 4;
/** Leaves an id as it is. */
const KEEP = -1;

function words(bytes: Uint8Array): number[] {
  return [...new Uint32Array(bytes.slice().buffer)];
}

function bytesOf(ids: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(ids).buffer);
}

export function credentialsBinding(guest: Guest): Binding {
  const { kernel } = guest;
  const idAt = (place: number): number => {
    kernel.call("get_ids", {});
    return words(kernel.bytes)[place] ?? 0;
  };
  const check = (failed: number, syscall: string): void => {
    if (failed) throw guest.uv.exception({ errno: failed, syscall });
  };
  const database = new UserDatabase(kernel);
  const uidOf = (user: unknown): number | undefined =>
    typeof user === "number" ? user : database.uidOf(String(user));
  const gidOf = (group: unknown): number | undefined =>
    typeof group === "number" ? group : database.gidOf(String(group));
  // 1: there is none of that name.
  const setId = (
    syscall: string,
    row: "set_user" | "set_group",
    id: number | undefined,
  ): number => {
    if (id === undefined) return 1;
    check(kernel.call(row, { id }), syscall);
    return 0;
  };
  const setIds = (
    syscall: string,
    row: "set_user_ids" | "set_group_ids",
    real: number,
    id: number | undefined,
  ): number => {
    if (id === undefined) return 1;
    check(kernel.call(row, { real, effective: id, saved: KEEP }), syscall);
    return 0;
  };
  return {
    implementsPosixCredentials: true,
    safeGetenv: (name: string) => guest.environment.valueOf(name),
    getTempDir: () => guest.environment.valueOf("TMPDIR") ?? "/tmp",
    getuid: () => idAt(REAL_UID),
    geteuid: () => idAt(EFFECTIVE_UID),
    getgid: () => idAt(REAL_GID),
    getegid: () => idAt(EFFECTIVE_GID),
    getgroups: () => {
      kernel.call("get_groups", {});
      const groups = words(kernel.bytes);
      const effective = idAt(EFFECTIVE_GID);
      return groups.includes(effective) ? groups : [...groups, effective];
    },
    initgroups: (user: unknown, extra: unknown) => {
      const name = typeof user === "number" ? database.userOf(user) : String(user);
      if (name === undefined) return 1;
      const gid = gidOf(extra);
      if (gid === undefined) return 2;
      const groups = [...new Set([gid, ...database.groupsOf(name)])];
      check(kernel.call("set_groups", { groups: bytesOf(groups) }), "initgroups");
      return 0;
    },
    setgroups: (groups: readonly unknown[]) => {
      const ids = groups.map(gidOf);
      const unknown = ids.indexOf(undefined);
      if (unknown >= 0) return unknown + 1;
      check(kernel.call("set_groups", { groups: bytesOf(ids as number[]) }), "setgroups");
      return 0;
    },
    setegid: (id: unknown) => setIds("setegid", "set_group_ids", KEEP, gidOf(id)),
    seteuid: (id: unknown) => setIds("seteuid", "set_user_ids", KEEP, uidOf(id)),
    setgid: (id: unknown) => setId("setgid", "set_group", gidOf(id)),
    setuid: (id: unknown) => setId("setuid", "set_user", uidOf(id)),
  };
}
