/** Handlers about what a process may use, its priority, and who it is. */
import { complain } from "../kernel/allowance-keeper.js";
import { isPrivileged, setGroups, setId, setIds } from "../kernel/change-credentials.js";
import { Errno, errno } from "../kernel/errno.js";
import { getPriority, setPriority } from "../kernel/priorities.js";
import { NO_LIMIT, RLIMIT_CPU, RLIMIT_NOFILE } from "../kernel/resource-limits.js";
import { SIGABRT } from "../kernel/signals.js";
import { signalStatus } from "../kernel/wait-status.js";
import type { Handlers } from "./handler.js";

/** RLIM_INFINITY on the wire. */
const INFINITE = -1;
/** Who `resource_usage` is about. */
const RUSAGE_SELF = 0;
const RUSAGE_CHILDREN = -1;
/** Linux's struct rusage: two times of two i64, and fourteen counts. */
const USAGE_WORDS = 18;
const US_PER_S = 1_000_000n;

export const limitCalls = {
  get_limit({ process }, { resource }) {
    const limit = process.limits.get(resource);
    if (limit instanceof Errno) return limit;
    const words = [limit.soft, limit.hard].map((value) =>
      BigInt(value === NO_LIMIT ? INFINITE : value),
    );
    return new Uint8Array(BigInt64Array.from(words).buffer);
  },

  set_limit({ process }, { resource, soft, hard }) {
    const limit = { soft: limitFrom(soft), hard: limitFrom(hard) };
    const failed = process.limits.set(resource, limit, isPrivileged(process.credentials));
    if (!failed && resource === RLIMIT_NOFILE) process.fds.limit = limit.soft;
    if (!failed && resource === RLIMIT_CPU) process.allowance.onCpuLimit?.();
    return failed;
  },

  resource_usage({ process: { cpu } }, { who }) {
    if (who !== RUSAGE_SELF && who !== RUSAGE_CHILDREN) return errno.EINVAL;
    const { userMs, systemMs } = who === RUSAGE_SELF ? cpu.own : cpu.children;
    const words = new BigInt64Array(USAGE_WORDS);
    words.set([...timeval(userMs), ...timeval(systemMs)]);
    return new Uint8Array(words.buffer);
  },

  abort_at_limit({ tables, process }, { limit, value }) {
    const name = runtimeLimits[limit];
    if (!name) return errno.EINVAL;
    complain(process, `limit of ${name} reached (${value} bytes)`);
    process.allowance.tell(process, name, true, value);
    tables.processes.end(process, signalStatus(SIGABRT));
    return undefined;
  },

  get_priority({ tables, process }, { which, who }) {
    return getPriority(tables.processes, process, which, who);
  },

  set_priority({ tables, process }, { which, who, nice }) {
    return setPriority(tables.processes, process, which, who, nice);
  },

  get_ids({ process }) {
    const { realUid, effectiveUid, savedUid, realGid, effectiveGid, savedGid } =
      process.credentials;
    const words = [realUid, effectiveUid, savedUid, realGid, effectiveGid, savedGid];
    return new Uint8Array(Uint32Array.from(words).buffer);
  },

  set_user_ids({ process }, { real, effective, saved }) {
    return setIds(process.credentials, "user", real, effective, saved);
  },

  set_group_ids({ process }, { real, effective, saved }) {
    return setIds(process.credentials, "group", real, effective, saved);
  },

  set_user({ process }, { id }) {
    return setId(process.credentials, "user", id);
  },

  set_group({ process }, { id }) {
    return setId(process.credentials, "group", id);
  },

  get_groups({ process }) {
    return new Uint8Array(Uint32Array.from(process.credentials.groups).buffer);
  },

  set_groups({ process }, { groups }) {
    if (groups.length % Int32Array.BYTES_PER_ELEMENT !== 0) return errno.EINVAL;
    return setGroups(process.credentials, [...new Int32Array(groups.slice().buffer)]);
  },
} satisfies Partial<Handlers>;

/** Limits that runtimes keep, by their number on the wire. */
const runtimeLimits = ["heapBytes", "wasmBytes"] as const;

/** Seconds, and microseconds within the last. */
function timeval(ms: number): [bigint, bigint] {
  const us = BigInt(Math.round(ms * 1000));
  return [us / US_PER_S, us % US_PER_S];
}

function limitFrom(word: number): number {
  return word < 0 ? NO_LIMIT : word;
}
