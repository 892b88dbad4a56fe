/**
 * The limits of a kernel. All are on by default; each names its unit, who enforces it and the
 * error that a caller gets.
 */

export interface Limits {
  /** CPU time of a call of the host application, in ms: all processes that descend from it together. Enforced by the kernel: SIGXCPU, a second later SIGKILL. */
  cpuMs: number;
  /** How long a call of the host application may take, in ms. Enforced by the kernel: SIGTERM, a second later SIGKILL. */
  wallMs: number;
  /** Bytes of one process's JavaScript heap. Enforced by the runtime: a line on stderr and exit code 134. */
  heapBytes: number;
  /** Bytes of WASM memory of one process. Enforced by the runtime: `memory.grow` answers -1. */
  wasmBytes: number;
  /** Processes alive or not yet waited for. Enforced by spawn: EAGAIN. */
  processes: number;
  /** Ancestors a process may have. Enforced by spawn: EAGAIN. */
  spawnDepth: number;
  /** Open descriptors of one process. Enforced by the descriptor table: EMFILE. */
  descriptors: number;
  /** Open pipes of a kernel. Enforced by pipe creation: ENFILE. */
  pipes: number;
  /** Open terminals of a kernel, 256 at most. Enforced by /dev/ptmx and openpty: ENOSPC. */
  terminals: number;
  /** Open sockets of a kernel, connections that wait for accept included. Enforced by the socket table: ENFILE; a connect to a listener: ECONNREFUSED. */
  sockets: number;
  /** Connections and datagram ports that are open beyond the kernel. Enforced by connect and send: ENOBUFS. */
  connections: number;
  /** Names that are asked of the network in a minute. Enforced by resolve: EAGAIN. */
  lookupsPerMinute: number;
  /** Waits of one process's event loop (`loop`). Enforced by the loop: EAGAIN. */
  submissions: number;
  /** Timers of a kernel that send signals. Enforced by the timer table: EAGAIN. */
  timers: number;
  /** Watches on files of a kernel. Enforced by the watch table: ENOSPC. */
  watches: number;
  /** Events one watch descriptor holds unread. Then one event says that others are lost. */
  watchEvents: number;
  /** Record locks (fcntl) of a kernel. Enforced by the lock table: ENOLCK. */
  recordLocks: number;
  /** Bytes of file content in the default store. Enforced by the store: ENOSPC. */
  fileSystemBytes: number;
  /** Bytes of one file in the default store. Enforced by the store: EFBIG. */
  fileBytes: number;
  /** Bytes of file content in /dev/shm. Enforced by its store: ENOSPC. */
  sharedMemoryBytes: number;
  /** Files, directories and links in the default store. Enforced by the store: ENOSPC. */
  inodes: number;
  /** Bytes of arguments plus environment of one spawn. Enforced by spawn: E2BIG. */
  argumentBytes: number;
  /** Bytes `exec` keeps of each output stream; the rest is dropped and `truncated` is set. */
  capturedBytes: number;
  /** Bytes of output kept for late readers of a `spawn` without callbacks; the oldest go first. */
  unreadOutputBytes: number;
  /** Bytes a host callback or stdin writer may have queued. Enforced by the stream: ENOSPC. */
  queuedBytes: number;
}

const KiB = 1024;
const MiB = 1024 * KiB;

export const defaultLimits: Readonly<Limits> = Object.freeze({
  cpuMs: Number.POSITIVE_INFINITY,
  wallMs: Number.POSITIVE_INFINITY,
  heapBytes: 128 * MiB,
  wasmBytes: 512 * MiB,
  processes: 256,
  spawnDepth: 64,
  descriptors: 256,
  pipes: 1024,
  terminals: 64,
  sockets: 1024,
  connections: 256,
  lookupsPerMinute: 300,
  submissions: 10_000,
  timers: 10_000,
  watches: 8192,
  watchEvents: 16_384,
  recordLocks: 10_000,
  fileSystemBytes: 1024 * MiB,
  fileBytes: 512 * MiB,
  sharedMemoryBytes: 64 * MiB,
  inodes: 100_000,
  argumentBytes: 200 * KiB,
  capturedBytes: 16 * MiB,
  unreadOutputBytes: MiB,
  queuedBytes: MiB,
});

/** How many bytes a guest may write to one descriptor ahead of the kernel's answer. */
export const postedWriteCredit = 64 * KiB;

/**
 * Names that one path may lead through, those of the links on its way included. Enforced by path
 * resolution: ELOOP. Linux has no such limit: 40 links of 4,096 bytes each are 80,000 names.
 */
export const pathNames = 4096;

/** Arguments or variables one spawn may have: what the 128 KiB that xargs fills can hold. Enforced by the decoder: E2BIG. */
export const stringCount = 65_536;

/** How many real-time signals may wait in one process: RLIMIT_SIGPENDING. Then EAGAIN, or lost. */
export const queuedSignals = 1024;

/** Bytes one call types or prints on a terminal, which looks at each. Enforced by write: the count is short. */
export const terminalWriteBytes = 32 * KiB;

/** The capacity of a pipe in bytes, as on Linux. */
export const pipeCapacity = 64 * KiB;

/** The bytes a terminal holds in each direction. */
export const terminalCapacity = 64 * KiB;
/** What SO_SNDBUF and SO_RCVBUF of a socket are, unless a program sets them; in bytes. */
export const socketBufferDefault = 128 * KiB;
/** The least and the most that they can be set to: a connection holds the sum of both, each way. */
export const socketBufferMinimum = 4 * KiB;
export const socketBufferMaximum = 256 * KiB;

/** Connections that a listener holds for accept, at most. Enforced by connect: ECONNREFUSED. */
export const listenBacklogMaximum = 128;
