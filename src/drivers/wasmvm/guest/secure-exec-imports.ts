/** The import module `secure_exec`: what WASI lacks. docs/wasm-abi.md is its contract. */
import { AT_EACCESS, AT_FDCWD, AT_SYMLINK_NOFOLLOW } from "../../../kernel/constants.js";
import type { Program } from "./program.js";
import { WASI_RANGE, WASI_SUCCESS, wasiErrno } from "./wasi-errno.js";

const STAT_NO_FOLLOW = 1;
const ACCESS_EFFECTIVE = 1;

export function secureExecFunctions(program: Program) {
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

    dup: (fd: number, minimum: number, flags: number, pointer: number) =>
      storeResult(kernel.call("dup", { fd, minimum, flags }), pointer),

    dup2: (fd: number, newFd: number, flags: number) =>
      wasiErrno(kernel.call("dup2", { fd, newFd, flags })),

    get_fd_flags: (fd: number, pointer: number) =>
      storeResult(kernel.call("get_fd_flags", { fd }), pointer),

    set_fd_flags: (fd: number, flags: number) =>
      wasiErrno(kernel.call("set_fd_flags", { fd, flags })),

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

    fd_statfs: (fd: number, pointer: number) => storeBytes(kernel.call("fstatfs", { fd }), pointer),

    fd_chmod: (fd: number, mode: number) => wasiErrno(kernel.call("fchmod", { fd, mode })),
  };
}
