/** The import module `secure_exec`: what WASI lacks. docs/wasm-abi.md is its contract. */
import type { GuestStub } from "../../../bridge/guest/guest-stub.js";
import { AT_EACCESS, AT_FDCWD, AT_SYMLINK_NOFOLLOW } from "../../../kernel/constants.js";
import type { Program } from "./program.js";
import { socketFunctions } from "./secure-exec-sockets.js";
import { terminalFunctions } from "./terminal-imports.js";
import { WASI_RANGE, WASI_SUCCESS, wasiErrno } from "./wasi-errno.js";

const STAT_NO_FOLLOW = 1;
const ACCESS_EFFECTIVE = 1;
/** Of a record of `inspect`: error, length of the content, status. */
const INSPECTED_HEAD_BYTES = 104;
/** Of a record of `list_directories`: error, length of the entries. */
const LISTED_HEAD_BYTES = 8;

/** The low and the high word of an i64. */
function words(value: bigint): [number, number] {
  return [Number(value & 0xffff_ffffn), Number((value >> 32n) & 0xffff_ffffn)];
}

export function secureExecFunctions(program: Program<GuestStub>) {
  const { kernel, memory } = program;

  /** Ends a call that answers with one number. */
  const storeResult = (failed: number, pointer: number): number => {
    if (failed) return wasiErrno(failed);
    memory.setU32(pointer, kernel.result);
    return WASI_SUCCESS;
  };

  const storePair = (failed: number, first: number, second: number): number => {
    if (failed) return wasiErrno(failed);
    memory.setU32(first, kernel.result);
    memory.setU32(second, kernel.secondResult);
    return WASI_SUCCESS;
  };

  const storeBytes = (failed: number, pointer: number): number => {
    if (failed) return wasiErrno(failed);
    const bytes = kernel.resultBytes;
    memory.slice(pointer, bytes.length).set(bytes);
    return WASI_SUCCESS;
  };

  /** Records of an error number, a length and as many bytes behind the rest of a head: the numbers are WASI's here. */
  const storeRecords = (
    failed: number,
    buffer: number,
    lengthPointer: number,
    headBytes: number,
  ): number => {
    const filled = failed ? 0 : kernel.result;
    const stored = storeBytes(failed, buffer) || storeResult(failed, lengthPointer);
    for (let at = buffer; at < buffer + filled; ) {
      memory.setU32(at, wasiErrno(memory.getU32(at)));
      at += headBytes + Math.max(0, memory.getU32(at + 4) | 0);
    }
    return stored;
  };

  const storeNumber = (pointer: number, value: number): number => {
    memory.setU32(pointer, value);
    return WASI_SUCCESS;
  };

  return {
    spawn: (
      path: number,
      pathLength: number,
      argv: number,
      argvLength: number,
      env: number,
      envLength: number,
      actions: number,
      actionsLength: number,
      flags: number,
      pidPointer: number,
    ) => {
      const failed = kernel.call("spawn", {
        path: memory.slice(path, pathLength),
        argv: memory.slice(argv, argvLength),
        env: memory.slice(env, envLength),
        actions: memory.slice(actions, actionsLength),
        flags,
        attributes: new Uint8Array(0),
      });
      return storeResult(failed, pidPointer);
    },

    posix_spawn: (
      path: number,
      pathLength: number,
      argv: number,
      argvLength: number,
      env: number,
      envLength: number,
      actions: number,
      actionsLength: number,
      attributes: number,
      attributesLength: number,
      pidPointer: number,
    ) => {
      const failed = kernel.call("spawn", {
        path: memory.slice(path, pathLength),
        argv: memory.slice(argv, argvLength),
        env: memory.slice(env, envLength),
        actions: memory.slice(actions, actionsLength),
        flags: 0,
        attributes: memory.slice(attributes, attributesLength),
      });
      return storeResult(failed, pidPointer);
    },

    getsid: (pid: number, pointer: number) => storeResult(kernel.call("getsid", { pid }), pointer),

    setsid: (pointer: number) => storeResult(kernel.call("setsid", {}), pointer),

    waitpid: (pid: number, options: number, pidPointer: number, statusPointer: number) =>
      storePair(kernel.call("waitpid", { pid, options }), pidPointer, statusPointer),

    kill: (pid: number, signal: number) => wasiErrno(kernel.call("kill", { pid, signal })),

    set_signal_ignored: (signal: number, ignored: number) =>
      wasiErrno(kernel.call("ignore_signal", { signal, ignored })),

    signal_action: (
      signal: number,
      disposition: number,
      flags: number,
      mask: bigint,
      oldPointer: number,
    ) => {
      const [maskLow, maskHigh] = words(mask);
      const action = { signal, disposition, flags, maskLow, maskHigh };
      return storeResult(kernel.call("signal_action", action), oldPointer);
    },

    get_signal_action: (signal: number, pointer: number) =>
      storeBytes(kernel.call("get_signal_action", { signal }), pointer),

    signal_mask: (how: number, set: bigint, oldPointer: number) => {
      const [low, high] = words(set);
      const failed = kernel.call("signal_mask", { how, low, high });
      return storePair(failed, oldPointer, oldPointer + 4);
    },

    pending_signals: (pointer: number) =>
      storePair(kernel.call("pending_signals", {}), pointer, pointer + 4),

    has_signals: () => ((kernel.pendingSignals | kernel.pendingSignalsHigh) !== 0 ? 1 : 0),

    take_signal: (pointer: number, foundPointer: number) => {
      const failed = kernel.call("take_signal", {});
      const found = failed ? 0 : kernel.resultBytes.length;
      return storeBytes(failed, pointer) || storeNumber(foundPointer, found === 0 ? 0 : 1);
    },

    suspend: (set: bigint, pointer: number) => {
      const [low, high] = words(set);
      return storeBytes(kernel.call("suspend", { low, high }), pointer);
    },

    wait_signal: (set: bigint, timeoutUs: bigint, pointer: number) => {
      const [low, high] = words(set);
      const timeout = Number(timeoutUs);
      return storeBytes(kernel.call("wait_signal", { low, high, timeoutUs: timeout }), pointer);
    },

    queue_signal: (pid: number, signal: number, value: bigint) => {
      const [low, high] = words(value);
      return wasiErrno(kernel.call("queue_signal", { pid, signal, low, high }));
    },

    resource_usage: (who: number, pointer: number) =>
      storeBytes(kernel.call("resource_usage", { who }), pointer),

    create_timer: (clock: number, signal: number, value: bigint, pointer: number) => {
      const [low, high] = words(value);
      return storeResult(kernel.call("create_timer", { clock, signal, low, high }), pointer);
    },

    set_timer: (timer: number, firstUs: bigint, intervalUs: bigint, oldPointer: number) => {
      const times = { firstUs: Number(firstUs), intervalUs: Number(intervalUs) };
      return storeBytes(kernel.call("set_timer", { timer, ...times }), oldPointer);
    },

    get_timer: (timer: number, pointer: number) =>
      storeBytes(kernel.call("get_timer", { timer }), pointer),

    delete_timer: (timer: number) => wasiErrno(kernel.call("delete_timer", { timer })),

    timer_overruns: (timer: number, pointer: number) =>
      storeResult(kernel.call("timer_overruns", { timer }), pointer),

    sleep: (clock: number, flags: number, timeUs: bigint, leftPointer: number) => {
      const failed = kernel.call("sleep", { clock, flags, timeUs: Number(timeUs) });
      return storePair(failed, leftPointer, leftPointer + 4);
    },

    get_limit: (resource: number, pointer: number) =>
      storeBytes(kernel.call("get_limit", { resource }), pointer),

    set_limit: (resource: number, soft: bigint, hard: bigint) => {
      const limit = { soft: Number(soft), hard: Number(hard) };
      return wasiErrno(kernel.call("set_limit", { resource, ...limit }));
    },

    get_priority: (which: number, who: number, pointer: number) =>
      storeResult(kernel.call("get_priority", { which, who }), pointer),

    set_priority: (which: number, who: number, nice: number) =>
      wasiErrno(kernel.call("set_priority", { which, who, nice })),

    get_ids: (pointer: number) => storeBytes(kernel.call("get_ids", {}), pointer),

    set_user_ids: (real: number, effective: number, saved: number) =>
      wasiErrno(kernel.call("set_user_ids", { real, effective, saved })),

    set_group_ids: (real: number, effective: number, saved: number) =>
      wasiErrno(kernel.call("set_group_ids", { real, effective, saved })),

    set_user: (id: number) => wasiErrno(kernel.call("set_user", { id })),

    set_group: (id: number) => wasiErrno(kernel.call("set_group", { id })),

    get_groups: (buffer: number, bufferLength: number, lengthPointer: number) => {
      const failed = kernel.call("get_groups", {});
      if (failed) return wasiErrno(failed);
      const { length } = kernel.resultBytes;
      memory.setU32(lengthPointer, length);
      if (bufferLength >>> 0 < length) return WASI_RANGE;
      return storeBytes(0, buffer);
    },

    set_groups: (groups: number, length: number) =>
      wasiErrno(kernel.call("set_groups", { groups: memory.slice(groups, length) })),

    getpid: () => {
      kernel.call("getpid", {});
      return kernel.result;
    },

    getppid: () => {
      kernel.call("getppid", {});
      return kernel.result;
    },

    getpgid: (pid: number, pointer: number) =>
      storeResult(kernel.call("getpgid", { pid }), pointer),

    setpgid: (pid: number, pgid: number) => wasiErrno(kernel.call("setpgid", { pid, pgid })),

    pipe: (flags: number, readPointer: number, writePointer: number) =>
      storePair(kernel.call("pipe", { flags }), readPointer, writePointer),

    dup: (fd: number, minimum: number, flags: number, pointer: number) => {
      const failed = kernel.call("dup", { fd, minimum, flags });
      if (!failed) program.rights.copy(fd, kernel.result);
      return storeResult(failed, pointer);
    },

    dup2: (fd: number, newFd: number, flags: number) => {
      const failed = kernel.call("dup2", { fd, newFd, flags });
      if (!failed) program.rights.copy(fd, newFd);
      return wasiErrno(failed);
    },

    get_fd_flags: (fd: number, pointer: number) =>
      storeResult(kernel.call("get_fd_flags", { fd }), pointer),

    set_fd_flags: (fd: number, flags: number) =>
      wasiErrno(kernel.call("set_fd_flags", { fd, flags })),

    read_ahead: (
      fd: number,
      taken: number,
      buffer: number,
      bufferLength: number,
      lengthPointer: number,
    ) => {
      const failed = kernel.call("read_ahead", { fd, taken, target: bufferLength >>> 0 });
      return storeBytes(failed, buffer) || storeResult(failed, lengthPointer);
    },

    inspect: (
      names: number,
      namesLength: number,
      flags: number,
      buffer: number,
      bufferLength: number,
      lengthPointer: number,
    ) => {
      const failed = kernel.call("inspect", {
        directory: AT_FDCWD,
        names: memory.slice(names, namesLength),
        flags,
        target: bufferLength >>> 0,
      });
      return storeRecords(failed, buffer, lengthPointer, INSPECTED_HEAD_BYTES);
    },

    list_directories: (
      names: number,
      namesLength: number,
      buffer: number,
      bufferLength: number,
      lengthPointer: number,
    ) => {
      const failed = kernel.call("list_directories", {
        directory: AT_FDCWD,
        names: memory.slice(names, namesLength),
        target: bufferLength >>> 0,
      });
      return storeRecords(failed, buffer, lengthPointer, LISTED_HEAD_BYTES);
    },

    argument_zero: (buffer: number, bufferLength: number, lengthPointer: number) => {
      const name = program.argv0;
      if (name.length > bufferLength >>> 0) return WASI_RANGE;
      memory.slice(buffer, name.length).set(name);
      return storeNumber(lengthPointer, name.length);
    },

    read_until: (
      fd: number,
      buffer: number,
      bufferLength: number,
      delimiter: number,
      lengthPointer: number,
    ) => {
      const target = bufferLength >>> 0;
      const failed = kernel.call("read_until", { fd, delimiter, target });
      return storeBytes(failed, buffer) || storeResult(failed, lengthPointer);
    },

    chdir: (path: number, length: number) => {
      const failed =
        kernel.call("chdir", { path: memory.slice(path, length) }) || kernel.call("getcwd", {});
      if (failed) return wasiErrno(failed);
      program.cwd = kernel.resultBytes.slice();
      return WASI_SUCCESS;
    },

    getcwd: (buffer: number, bufferLength: number, lengthPointer: number) => {
      const { cwd } = program;
      memory.setU32(lengthPointer, cwd.length);
      if (bufferLength >>> 0 < cwd.length) return WASI_RANGE;
      memory.slice(buffer, cwd.length).set(cwd);
      return WASI_SUCCESS;
    },

    umask: (mask: number, oldPointer: number) =>
      storeResult(kernel.call("umask", { mask }), oldPointer),

    path_stat: (path: number, length: number, flags: number, pointer: number) => {
      const failed = kernel.call("stat", {
        directory: AT_FDCWD,
        path: memory.slice(path, length),
        flags: flags & STAT_NO_FOLLOW ? AT_SYMLINK_NOFOLLOW : 0,
      });
      return storeBytes(failed, pointer);
    },

    fd_stat: (fd: number, pointer: number) => storeBytes(kernel.call("fstat", { fd }), pointer),

    path_chmod: (path: number, length: number, mode: number) => {
      const name = memory.slice(path, length);
      return wasiErrno(kernel.call("chmod", { directory: AT_FDCWD, path: name, mode }));
    },

    path_chown: (path: number, length: number, uid: number, gid: number, flags: number) =>
      wasiErrno(
        kernel.call("chown", {
          directory: AT_FDCWD,
          path: memory.slice(path, length),
          uid,
          gid,
          flags: flags & STAT_NO_FOLLOW ? AT_SYMLINK_NOFOLLOW : 0,
        }),
      ),

    fd_chown: (fd: number, uid: number, gid: number) =>
      wasiErrno(kernel.call("fchown", { fd, uid, gid })),

    path_access: (path: number, length: number, mode: number, flags: number) =>
      wasiErrno(
        kernel.call("access", {
          directory: AT_FDCWD,
          path: memory.slice(path, length),
          mode,
          flags: flags & ACCESS_EFFECTIVE ? AT_EACCESS : 0,
        }),
      ),

    path_mknod: (path: number, length: number, mode: number) => {
      const name = memory.slice(path, length);
      return wasiErrno(kernel.call("mknod", { directory: AT_FDCWD, path: name, mode }));
    },

    path_statfs: (path: number, length: number, pointer: number) => {
      const name = memory.slice(path, length);
      return storeBytes(kernel.call("statfs", { directory: AT_FDCWD, path: name }), pointer);
    },

    fd_flock: (fd: number, operation: number) => wasiErrno(kernel.call("flock", { fd, operation })),

    fd_lock: (fd: number, kind: number, start: bigint, length: bigint) =>
      wasiErrno(
        kernel.call("lock_record", { fd, kind, start: Number(start), length: Number(length) }),
      ),

    fd_test_lock: (fd: number, kind: number, start: bigint, length: bigint, pointer: number) =>
      storeBytes(
        kernel.call("test_record_lock", { fd, kind, start: Number(start), length: Number(length) }),
        pointer,
      ),

    fd_statfs: (fd: number, pointer: number) => storeBytes(kernel.call("fstatfs", { fd }), pointer),

    fd_chmod: (fd: number, mode: number) => wasiErrno(kernel.call("fchmod", { fd, mode })),

    ...terminalFunctions(program),

    ...socketFunctions(program),
  };
}
