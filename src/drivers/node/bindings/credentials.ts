/** `credentials`: who the guest is, as the kernel has it. */
import type { Binding, Guest } from "../guest/guest.js";

/** Places in the answer of `get_ids`. */
const REAL_UID = 0;
const EFFECTIVE_UID = 1;
const REAL_GID = 3;
const EFFECTIVE_GID = 4;
/** Leaves an id as it is. */
const KEEP = -1;
const EPERM = -1;

function words(bytes: Uint8Array): number[] {
  return [...new Uint32Array(bytes.slice().buffer)];
}

function bytesOf(ids: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(ids).buffer);
}

export function credentialsBinding(guest: Guest): Binding {
  const { kernel } = guest;
  const env = guest.configuration.env;
  const idAt = (place: number): number => {
    kernel.call("get_ids", {});
    return words(kernel.bytes)[place] ?? 0;
  };
  const check = (failed: number, syscall: string): void => {
    if (failed) throw guest.uv.exception({ errno: failed, syscall });
  };
  // Names of users are not looked up: 1 says that there is none of that name.
  const setId = (syscall: string, row: "set_user" | "set_group", id: unknown): number => {
    if (typeof id !== "number") return 1;
    check(kernel.call(row, { id }), syscall);
    return 0;
  };
  const setIds = (
    syscall: string,
    row: "set_user_ids" | "set_group_ids",
    real: number,
    id: unknown,
  ): number => {
    if (typeof id !== "number") return 1;
    check(kernel.call(row, { real, effective: id, saved: KEEP }), syscall);
    return 0;
  };
  return {
    implementsPosixCredentials: true,
    safeGetenv: (name: string) => (Object.hasOwn(env, name) ? env[name] : undefined),
    getTempDir: () => env.TMPDIR ?? "/tmp",
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
    initgroups: () => check(EPERM, "initgroups"),
    setgroups: (groups: readonly unknown[]) => {
      const ids = groups.filter((id) => typeof id === "number");
      // The place of the first name that is nobody's.
      if (ids.length < groups.length) return groups.findIndex((id) => typeof id !== "number") + 1;
      check(kernel.call("set_groups", { groups: bytesOf(ids) }), "setgroups");
      return 0;
    },
    setegid: (id: unknown) => setIds("setegid", "set_group_ids", KEEP, id),
    seteuid: (id: unknown) => setIds("seteuid", "set_user_ids", KEEP, id),
    setgid: (id: unknown) => setId("setgid", "set_group", id),
    setuid: (id: unknown) => setId("setuid", "set_user", id),
  };
}
