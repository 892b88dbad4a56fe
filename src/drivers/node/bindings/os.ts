/** `os`: the virtual machine's values, none of the host's. */
import type { Binding, Guest } from "../guest/guest.js";
import { type Account, UserDatabase } from "../guest/user-database.js";
import { utf8Encode } from "../guest/utf8.js";

/** Where `get_ids` answers it, in bytes. */
const EFFECTIVE_UID = 4;
const ENOENT = -2;
const PRIO_PROCESS = 0;
const MiB = 1024 * 1024;

export function osBinding(guest: Guest): Binding {
  const { configuration, hooks } = guest;
  const { kernel, uv } = guest;
  /** Tells the library of a failure. */
  const fail = (context: object, errno: number, syscall: string): undefined => {
    Object.assign(context, { errno, syscall, code: uv.name(errno), message: uv.text(errno) });
  };
  const database = new UserDatabase(kernel);
  const uid = (): number => {
    kernel.call("get_ids", {});
    return new DataView(kernel.bytes.slice().buffer).getUint32(EFFECTIVE_UID, true);
  };
  const account = (): Account | undefined => database.accountOf(uid());
  const machine = configuration.arch === "x64" ? "x86_64" : configuration.arch;
  return {
    isBigEndian: false,
    getHostname: () => guest.environment.valueOf("HOSTNAME") ?? "sandbox",
    getOSInformation: () => ["Linux", "#1 SMP secure-exec", "6.1.0", machine],
    getHomeDirectory: () => guest.environment.valueOf("HOME") ?? account()?.home ?? "/",
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
    getPriority(pid: number, context: object) {
      const failed = kernel.call("get_priority", { which: PRIO_PROCESS, who: pid });
      return failed ? fail(context, failed, "uv_os_getpriority") : kernel.result;
    },
    setPriority(pid: number, nice: number, context: object) {
      const failed = kernel.call("set_priority", { which: PRIO_PROCESS, who: pid, nice });
      if (failed) fail(context, failed, "uv_os_setpriority");
      return failed;
    },
    getUserInfo: (options: { encoding?: string } | undefined, context: object) => {
      const text = (value: string): unknown =>
        options?.encoding === "buffer"
          ? Object.setPrototypeOf(utf8Encode(value), guest.bufferPrototype)
          : value;
      const own = account();
      if (!own) return fail(context, ENOENT, "uv_os_get_passwd");
      const { name, gid, home, shell } = own;
      return { uid: uid(), gid, username: text(name), homedir: text(home), shell: text(shell) };
    },
  };
}
