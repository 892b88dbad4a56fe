/** `os`: the virtual machine's values, none of the host's. */
import type { Binding, Guest } from "../guest/guest.js";

const MiB = 1024 * 1024;

export function osBinding(guest: Guest): Binding {
  const { configuration, hooks } = guest;
  const machine = configuration.arch === "x64" ? "x86_64" : configuration.arch;
  return {
    isBigEndian: false,
    getHostname: () => guest.facts.env.HOSTNAME ?? "sandbox",
    getOSInformation: () => ["Linux", "#1 SMP secure-exec", "6.1.0", machine],
    getHomeDirectory: () => guest.facts.env.HOME ?? "/root",
    getAvailableParallelism: () => 1,
    getCPUs: () => ["virtual", 1000, 0, 0, 0, 0, 0],
    getFreeMem: () => (guest.facts.memoryLimitMb * MiB) / 2,
    getTotalMem: () => guest.facts.memoryLimitMb * MiB,
    getUptime: () => hooks.now() / 1000,
    getLoadAvg(values: Float64Array) {
      values.fill(0);
    },
    getInterfaceAddresses: () => [
      "lo",
      "127.0.0.1",
      "255.0.0.0",
      "IPv4",
      "00:00:00:00:00:00",
      true,
      -1,
    ],
    getPriority: () => 0,
    setPriority: () => 0,
    getUserInfo: (options?: { encoding?: string }) => {
      const text = (value: string): unknown =>
        options?.encoding === "buffer" ? hooks.compute("encode", "utf8", value, 1024) : value;
      return {
        uid: 0,
        gid: 0,
        username: text(guest.facts.env.USER ?? "root"),
        homedir: text(guest.facts.env.HOME ?? "/root"),
        shell: text(guest.facts.env.SHELL ?? "/bin/sh"),
      };
    },
  };
}
