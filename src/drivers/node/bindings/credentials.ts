/** `credentials`: who the guest is. Sandboxed programs are root of their own small system. */
import type { Binding, Guest } from "../guest/guest.js";

export function credentialsBinding(guest: Guest): Binding {
  const env = guest.configuration.env;
  const denied = () => {
    throw guest.uv.exception({ errno: -1, syscall: "setuid" });
  };
  return {
    implementsPosixCredentials: true,
    safeGetenv: (name: string) => (Object.hasOwn(env, name) ? env[name] : undefined),
    getTempDir: () => env.TMPDIR ?? "/tmp",
    getuid: () => 0,
    geteuid: () => 0,
    getgid: () => 0,
    getegid: () => 0,
    getgroups: () => [0],
    initgroups: denied,
    setgroups: denied,
    setegid: denied,
    seteuid: denied,
    setgid: denied,
    setuid: denied,
  };
}
