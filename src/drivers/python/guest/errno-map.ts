/**
 * Error numbers. CPython's module was compiled for WASI's numbers (ENOENT is 44): they are what
 * its `errno` module, its exceptions and its texts know. The kernel answers Linux's.
 */
import { type ErrnoCode, errno } from "../../../kernel/errno.js";

/** WASI's numbers of the errors that the kernel has. */
const wasiNumbers: Readonly<Record<ErrnoCode, number>> = {
  EPERM: 63,
  ENOENT: 44,
  ESRCH: 71,
  EINTR: 27,
  EIO: 29,
  ENXIO: 60,
  E2BIG: 1,
  ENOEXEC: 45,
  EBADF: 8,
  ECHILD: 12,
  EAGAIN: 6,
  ENOMEM: 48,
  EACCES: 2,
  EFAULT: 21,
  EBUSY: 10,
  EEXIST: 20,
  EXDEV: 75,
  ENODEV: 43,
  ENOTDIR: 54,
  EISDIR: 31,
  EINVAL: 28,
  ENFILE: 41,
  EMFILE: 33,
  ENOTTY: 59,
  ETXTBSY: 74,
  EFBIG: 22,
  ENOSPC: 51,
  ESPIPE: 70,
  EROFS: 69,
  EMLINK: 34,
  EPIPE: 64,
  ERANGE: 68,
  EDEADLK: 16,
  ENAMETOOLONG: 37,
  ENOLCK: 46,
  ENOSYS: 52,
  ENOTEMPTY: 55,
  ELOOP: 32,
  ENONET: 119,
  EPROTO: 65,
  EOVERFLOW: 61,
  EILSEQ: 25,
  ENOTSOCK: 57,
  EDESTADDRREQ: 17,
  EMSGSIZE: 35,
  EPROTOTYPE: 67,
  ENOPROTOOPT: 50,
  EPROTONOSUPPORT: 66,
  ESOCKTNOSUPPORT: 137,
  ETOOMANYREFS: 141,
  ENOTSUP: 138,
  EAFNOSUPPORT: 5,
  EADDRINUSE: 3,
  EADDRNOTAVAIL: 4,
  ENETDOWN: 38,
  ENETUNREACH: 40,
  ECONNABORTED: 13,
  ECONNRESET: 15,
  ENOBUFS: 42,
  EISCONN: 30,
  ENOTCONN: 53,
  ETIMEDOUT: 73,
  ECONNREFUSED: 14,
  EHOSTUNREACH: 23,
  EALREADY: 7,
  EINPROGRESS: 26,
};

/** WASI's number by Linux's. */
const byLinuxNumber = new Map(
  Object.values(errno).map(({ code, number }) => [number, wasiNumbers[code]]),
);

/** What an import of CPython's answers for an error of the kernel's: WASI's number. */
export function wasiErrno(linuxNumber: number): number {
  return byLinuxNumber.get(linuxNumber) ?? wasiNumbers.EIO;
}

/** Failures that imports find themselves. */
export const WASI = wasiNumbers;
