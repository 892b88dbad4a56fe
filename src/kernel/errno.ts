/**
 * The error numbers of Linux (x86-64) and their texts.
 *
 * Inside the kernel an error is a value: one of the frozen `errno.*` objects, compared by
 * identity and told from results by `instanceof Errno`. Nothing is allocated when a call
 * fails. Only the host-facing API turns one into a thrown `KernelError`. The exception is the EACCES
 * of a policy that gave a reason: an object of its own, which carries it.
 */

const table = {
  EPERM: [1, "operation not permitted"],
  ENOENT: [2, "no such file or directory"],
  ESRCH: [3, "no such process"],
  EINTR: [4, "interrupted system call"],
  EIO: [5, "input/output error"],
  ENXIO: [6, "no such device or address"],
  E2BIG: [7, "argument list too long"],
  ENOEXEC: [8, "exec format error"],
  EBADF: [9, "bad file descriptor"],
  ECHILD: [10, "no child processes"],
  EAGAIN: [11, "resource temporarily unavailable"],
  ENOMEM: [12, "cannot allocate memory"],
  EACCES: [13, "permission denied"],
  EFAULT: [14, "bad address"],
  EBUSY: [16, "device or resource busy"],
  EEXIST: [17, "file exists"],
  EXDEV: [18, "invalid cross-device link"],
  ENODEV: [19, "no such device"],
  ENOTDIR: [20, "not a directory"],
  EISDIR: [21, "is a directory"],
  EINVAL: [22, "invalid argument"],
  ENFILE: [23, "too many open files in system"],
  EMFILE: [24, "too many open files"],
  ENOTTY: [25, "inappropriate ioctl for device"],
  ETXTBSY: [26, "text file busy"],
  EFBIG: [27, "file too large"],
  ENOSPC: [28, "no space left on device"],
  ESPIPE: [29, "illegal seek"],
  EROFS: [30, "read-only file system"],
  EMLINK: [31, "too many links"],
  EPIPE: [32, "broken pipe"],
  ERANGE: [34, "numerical result out of range"],
  EDEADLK: [35, "resource deadlock avoided"],
  ENAMETOOLONG: [36, "file name too long"],
  ENOLCK: [37, "no locks available"],
  ENOSYS: [38, "function not implemented"],
  ENOTEMPTY: [39, "directory not empty"],
  ELOOP: [40, "too many levels of symbolic links"],
  ENONET: [64, "machine is not on the network"],
  EPROTO: [71, "protocol error"],
  EOVERFLOW: [75, "value too large for defined data type"],
  EILSEQ: [84, "invalid or incomplete multibyte or wide character"],
  ENOTSOCK: [88, "socket operation on non-socket"],
  EDESTADDRREQ: [89, "destination address required"],
  EMSGSIZE: [90, "message too long"],
  EPROTOTYPE: [91, "protocol wrong type for socket"],
  ENOPROTOOPT: [92, "protocol not available"],
  EPROTONOSUPPORT: [93, "protocol not supported"],
  ESOCKTNOSUPPORT: [94, "socket type not supported"],
  ENOTSUP: [95, "operation not supported"],
  EAFNOSUPPORT: [97, "address family not supported by protocol"],
  EADDRINUSE: [98, "address already in use"],
  EADDRNOTAVAIL: [99, "cannot assign requested address"],
  ENETDOWN: [100, "network is down"],
  ENETUNREACH: [101, "network is unreachable"],
  ECONNABORTED: [103, "software caused connection abort"],
  ECONNRESET: [104, "connection reset by peer"],
  ENOBUFS: [105, "no buffer space available"],
  EISCONN: [106, "transport endpoint is already connected"],
  ENOTCONN: [107, "transport endpoint is not connected"],
  ETOOMANYREFS: [109, "too many references: cannot splice"],
  ETIMEDOUT: [110, "operation timed out"],
  ECONNREFUSED: [111, "connection refused"],
  EHOSTUNREACH: [113, "no route to host"],
  EALREADY: [114, "operation already in progress"],
  EINPROGRESS: [115, "operation now in progress"],
} as const;

/** The name of an error, as in `errno.h`. */
export type ErrnoCode = keyof typeof table;

export class Errno {
  /** Linux's name, such as `ENOENT`. */
  readonly code: ErrnoCode;
  /** Linux's number. */
  readonly number: number;
  /** Linux's text, in lower case. */
  readonly message: string;
  /** Why a policy refused; shown to the host application only. */
  readonly reason: string | undefined;

  constructor(code: ErrnoCode, number: number, message: string, reason?: string) {
    this.code = code;
    this.number = number;
    this.message = message;
    this.reason = reason;
    Object.freeze(this);
  }
}

/** Every error, by name: `errno.ENOENT`. */
export const errno = Object.freeze(
  Object.fromEntries(
    Object.entries(table).map(([code, [number, message]]) => [
      code,
      new Errno(code as ErrnoCode, number, message),
    ]),
  ),
) as Readonly<Record<ErrnoCode, Errno>>;
