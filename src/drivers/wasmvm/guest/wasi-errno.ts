/** From Linux's error numbers, which cross the bridge, to WASI preview 1's. */
import { type ErrnoCode, errno } from "../../../kernel/errno.js";

/** WASI's names in WASI's order, as Linux calls them; the position is the number. */
const wasiOrder: readonly (ErrnoCode | null)[] = [
  null,
  "E2BIG",
  "EACCES",
  "EADDRINUSE",
  "EADDRNOTAVAIL",
  "EAFNOSUPPORT",
  "EAGAIN",
  "EALREADY",
  "EBADF",
  null,
  "EBUSY",
  null,
  "ECHILD",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  null,
  "EDESTADDRREQ",
  null,
  null,
  "EEXIST",
  "EFAULT",
  "EFBIG",
  "EHOSTUNREACH",
  null,
  "EILSEQ",
  "EINPROGRESS",
  "EINTR",
  "EINVAL",
  "EIO",
  "EISCONN",
  "EISDIR",
  "ELOOP",
  "EMFILE",
  "EMLINK",
  "EMSGSIZE",
  null,
  "ENAMETOOLONG",
  "ENETDOWN",
  null,
  "ENETUNREACH",
  "ENFILE",
  "ENOBUFS",
  "ENODEV",
  "ENOENT",
  "ENOEXEC",
  null,
  null,
  "ENOMEM",
  null,
  "ENOPROTOOPT",
  "ENOSPC",
  "ENOSYS",
  "ENOTCONN",
  "ENOTDIR",
  "ENOTEMPTY",
  null,
  "ENOTSOCK",
  "ENOTSUP",
  "ENOTTY",
  "ENXIO",
  "EOVERFLOW",
  null,
  "EPERM",
  "EPIPE",
  "EPROTO",
  "EPROTONOSUPPORT",
  "EPROTOTYPE",
  "ERANGE",
  "EROFS",
  "ESPIPE",
  "ESRCH",
  null,
  "ETIMEDOUT",
  "ETXTBSY",
  "EXDEV",
  null,
];

const byLinuxNumber: readonly number[] = (() => {
  const table: number[] = [];
  for (const [wasiNumber, code] of wasiOrder.entries()) {
    if (code) table[errno[code].number] = wasiNumber;
  }
  return table;
})();

export const WASI_SUCCESS = 0;
export const WASI_BADF = wasiOrder.indexOf("EBADF");
export const WASI_INVAL = wasiOrder.indexOf("EINVAL");
export const WASI_IO = wasiOrder.indexOf("EIO");
export const WASI_NAMETOOLONG = wasiOrder.indexOf("ENAMETOOLONG");
export const WASI_NOTDIR = wasiOrder.indexOf("ENOTDIR");
export const WASI_RANGE = wasiOrder.indexOf("ERANGE");
export const WASI_SPIPE = wasiOrder.indexOf("ESPIPE");
/** WASI's own, which Linux has no name for: a right is missing. */
export const WASI_NOTCAPABLE = 76;

/** WASI's number for a Linux error number; an error WASI has no name for is EIO. */
export function wasiErrno(linuxNumber: number): number {
  return linuxNumber === 0 ? WASI_SUCCESS : (byLinuxNumber[linuxNumber] ?? WASI_IO);
}
