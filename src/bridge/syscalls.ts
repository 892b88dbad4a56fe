/**
 * THE table of system calls. The dispatcher, the guests' stubs and docs/syscalls.md derive from
 * it: to add a call, add a row here, a handler (`*-calls.ts`) and a test.
 *
 * Kinds of arguments, and how many of the six argument words each takes:
 * - `i32`, `u32`: one word.
 * - `i64`: two words, low and high; a number beyond 2^53 is EINVAL.
 * - `path`, `bytes`, `strings`: one word, the length in bytes; the bytes themselves follow each
 *   other in the payload. A path is bytes, UTF-8 or not. `strings` is a run of NUL-terminated
 *   strings, of any bytes.
 * - `out`: one word, how many bytes the guest takes; the handler fills them into the payload.
 *
 * Kinds of results: `none`; `i32` and `i64` in the result words; `pair`, two i32 in the result
 * words; `bytes`, in the payload; `filled`, how many bytes of `out` are filled; `never`, no reply.
 */

export type ArgumentKind = "i32" | "u32" | "i64" | "path" | "bytes" | "strings" | "out";
export type ResultKind = "none" | "i32" | "i64" | "pair" | "bytes" | "filled" | "never";

/**
 * What the policy is asked before the call acts. What is done through a descriptor was asked about
 * when it was opened, but for changes of a file's attributes.
 */
export type PermissionKind = "none" | "fs.read" | "fs.write" | "childProcess" | "network";

export interface SyscallRow {
  readonly number: number;
  /** In wire order; keys are the names a handler gets them by. */
  readonly arguments: Readonly<Record<string, ArgumentKind>>;
  readonly result: ResultKind;
  /** Whether the call may have to wait. */
  readonly blocks: boolean;
  /** Whether a signal with a handler restarts it instead of EINTR. */
  readonly restarts: boolean;
  readonly permission: PermissionKind;
  /** `full`, or what is missing and why. */
  readonly status: string;
  /** What it does, for the generated page. */
  readonly summary: string;
}

const plain = {
  blocks: false,
  restarts: false,
  permission: "none",
  status: "full",
} as const;
const waiting = { ...plain, blocks: true, restarts: true } as const;
const reading = { ...plain, permission: "fs.read" } as const;
const writing = { ...plain, permission: "fs.write" } as const;

export const syscalls = {
  // Processes
  exit: {
    number: 1,
    arguments: { code: "i32" },
    result: "never",
    ...plain,
    summary: "Ends the calling process with an exit code",
  },
  spawn: {
    number: 2,
    arguments: {
      path: "path",
      argv: "strings",
      env: "strings",
      actions: "bytes",
      flags: "u32",
      attributes: "bytes",
    },
    result: "i32",
    ...plain,
    permission: "childProcess",
    summary:
      "Starts a program, as posix_spawn does; flags: 1 = a process group of its own; attributes: " +
      "group, session, user and signals, `spawn-attributes.ts` has the layout",
  },
  waitpid: {
    number: 3,
    arguments: { pid: "i32", options: "u32" },
    result: "pair",
    ...waiting,
    summary: "Waits for a child to end, stop or go on; answers its pid and wait status",
  },
  kill: {
    number: 4,
    arguments: { pid: "i32", signal: "i32" },
    result: "none",
    ...plain,
    summary: "Sends a signal, within the family of the caller; EPERM beyond it",
  },
  ignore_signal: {
    number: 5,
    arguments: { signal: "i32", ignored: "u32" },
    result: "none",
    ...plain,
    summary: "Sets a signal to SIG_IGN, or back to SIG_DFL",
  },
  getpid: {
    number: 6,
    arguments: {},
    result: "i32",
    ...plain,
    summary: "The caller's process id",
  },
  getppid: {
    number: 7,
    arguments: {},
    result: "i32",
    ...plain,
    summary: "The parent's process id; 0 for a process of the host application",
  },
  getpgid: {
    number: 8,
    arguments: { pid: "i32" },
    result: "i32",
    ...plain,
    summary: "A process's group; pid 0 is the caller",
  },
  setpgid: {
    number: 9,
    arguments: { pid: "i32", pgid: "i32" },
    result: "none",
    ...plain,
    summary: "Puts the caller or a child into a process group",
  },
  chdir: {
    number: 10,
    arguments: { path: "path" },
    result: "none",
    ...reading,
    summary: "Changes the working directory",
  },
  getcwd: {
    number: 11,
    arguments: {},
    result: "bytes",
    ...plain,
    summary: "The working directory's path",
  },
  umask: {
    number: 12,
    arguments: { mask: "u32" },
    result: "i32",
    ...plain,
    summary: "Sets the file mode mask and answers the old one",
  },
  signal_action: {
    number: 13,
    arguments: {
      signal: "i32",
      disposition: "u32",
      flags: "u32",
      maskLow: "u32",
      maskHigh: "u32",
    },
    result: "i32",
    ...plain,
    summary:
      "Sets what a signal does: 0 its default, 1 nothing, 2 it becomes pending for the program; " +
      "flags: 1 = it ends calls that would go on otherwise (no SA_RESTART), 2 = SA_NOCLDSTOP, " +
      "4 = SA_NOCLDWAIT, 8 = SA_RESETHAND, 16 = SA_NODEFER; the mask is for `take_signal`; answers " +
      "what was set",
  },
  take_signals: {
    number: 14,
    arguments: {},
    result: "pair",
    ...plain,
    summary: "Takes the pending signals, one bit each: 1 to 32, 33 to 64; replies show them too",
  },
  getsid: {
    number: 60,
    arguments: { pid: "i32" },
    result: "i32",
    ...plain,
    summary: "A process's session; pid 0 is the caller",
  },
  setsid: {
    number: 61,
    arguments: {},
    result: "i32",
    ...plain,
    summary: "Starts a session and a group led by the caller; EPERM for a group leader",
  },
  signal_mask: {
    number: 62,
    arguments: { how: "u32", low: "u32", high: "u32" },
    result: "pair",
    ...plain,
    summary: "Changes the signal mask: 0 blocks, 1 unblocks, 2 sets; answers the old one",
  },
  pending_signals: {
    number: 63,
    arguments: {},
    result: "pair",
    ...plain,
    summary: "sigpending(2): the signals that are blocked and have come",
  },
  take_signal: {
    number: 64,
    arguments: {},
    result: "bytes",
    ...plain,
    summary:
      "Takes one caught signal with its information (`signal-info-layout.ts`), or none: it and the " +
      "mask of its action are blocked until the program sets the mask that it is given",
  },
  suspend: {
    number: 65,
    arguments: { low: "u32", high: "u32" },
    result: "bytes",
    ...waiting,
    restarts: false,
    summary:
      "sigsuspend(2): sets a mask, waits for a caught signal and takes it as `take_signal` does",
  },
  wait_signal: {
    number: 66,
    arguments: { low: "u32", high: "u32", timeoutUs: "i64" },
    result: "bytes",
    ...waiting,
    restarts: false,
    summary:
      "sigtimedwait(2): takes a pending signal of a set, which should be blocked; timeout -1: none, " +
      "EAGAIN when it is over",
  },
  queue_signal: {
    number: 67,
    arguments: { pid: "i32", signal: "i32", low: "u32", high: "u32" },
    result: "none",
    ...plain,
    summary: "sigqueue(3): sends a signal with a value; EAGAIN when too many are queued",
  },
  get_signal_action: {
    number: 68,
    arguments: { signal: "i32" },
    result: "bytes",
    ...plain,
    summary: "What `signal_action` has set: four words, disposition, flags, mask",
  },
  create_timer: {
    number: 69,
    arguments: { clock: "u32", signal: "i32", low: "u32", high: "u32" },
    result: "i32",
    ...plain,
    summary:
      "timer_create(2): a timer that sends a signal (0: SIGALRM) with a value; EAGAIN at the limit",
  },
  set_timer: {
    number: 70,
    arguments: { timer: "i32", firstUs: "i64", intervalUs: "i64" },
    result: "bytes",
    ...plain,
    summary:
      "Arms a timer, or disarms it by 0; timer 0 is alarm(2) and setitimer(ITIMER_REAL); answers what " +
      "was left and the interval, two i64 of µs",
  },
  get_timer: {
    number: 71,
    arguments: { timer: "i32" },
    result: "bytes",
    ...plain,
    summary: "What is left of a timer and its interval, two i64 of µs",
  },
  delete_timer: {
    number: 72,
    arguments: { timer: "i32" },
    result: "none",
    ...plain,
    summary: "timer_delete(2)",
  },
  timer_overruns: {
    number: 73,
    arguments: { timer: "i32" },
    result: "i32",
    ...plain,
    summary: "timer_getoverrun(2)",
  },
  clock_time: {
    number: 74,
    arguments: { clock: "u32" },
    result: "bytes",
    ...plain,
    status: "partial: no clock of CPU time, which is not known: EINVAL",
    summary: "clock_gettime(2): seconds and nanoseconds, two i64",
  },
  clock_resolution: {
    number: 75,
    arguments: { clock: "u32" },
    result: "bytes",
    ...plain,
    summary: "clock_getres(2): seconds and nanoseconds, two i64",
  },
  sleep: {
    number: 76,
    arguments: { clock: "u32", flags: "u32", timeUs: "i64" },
    result: "i64",
    ...waiting,
    restarts: false,
    summary:
      "clock_nanosleep(2); flags: 1 = until a time of the clock; answers how many µs are left when a " +
      "caught signal has come, otherwise 0",
  },
  get_limit: {
    number: 77,
    arguments: { resource: "u32" },
    result: "bytes",
    ...plain,
    summary: "getrlimit(2): soft and hard, two i64; -1 is no limit",
  },
  set_limit: {
    number: 78,
    arguments: { resource: "u32", soft: "i64", hard: "i64" },
    result: "none",
    ...plain,
    status: "partial: NOFILE, NPROC, FSIZE and CPU are enforced, the others kept",
    summary: "setrlimit(2); never above what the kernel has for all: EPERM",
  },
  resource_usage: {
    number: 79,
    arguments: { who: "i32" },
    result: "bytes",
    ...plain,
    status:
      "partial: of the structure, the two times; 0 where the host does not tell them (all but Linux)",
    summary:
      "getrusage(2), times(2): 0 the caller, -1 its children that were waited for; Linux's structure of 144 bytes, first user then system time as two i64 each, s and µs, in steps of 10 ms",
  },
  abort_at_limit: {
    number: 180,
    arguments: { limit: "u32", value: "i64" },
    result: "none",
    ...plain,
    summary:
      "Ends the caller as SIGABRT does, with a line on its standard error: a limit that its runtime keeps was reached; 0 heapBytes, 1 wasmBytes, and what it is set to",
  },
  get_priority: {
    number: 80,
    arguments: { which: "u32", who: "i32" },
    result: "i32",
    ...plain,
    summary: "getpriority(2): the nice value",
  },
  set_priority: {
    number: 81,
    arguments: { which: "u32", who: "i32", nice: "i32" },
    result: "none",
    ...plain,
    status: "partial: kept and inherited, passed on to nobody",
    summary: "setpriority(2)",
  },
  get_ids: {
    number: 82,
    arguments: {},
    result: "bytes",
    ...plain,
    summary: "Real, effective and saved user id, then the same of the group: six u32",
  },
  set_user_ids: {
    number: 83,
    arguments: { real: "i32", effective: "i32", saved: "i32" },
    result: "none",
    ...plain,
    summary: "setresuid(2); -1 leaves an id as it is",
  },
  set_group_ids: {
    number: 84,
    arguments: { real: "i32", effective: "i32", saved: "i32" },
    result: "none",
    ...plain,
    summary: "setresgid(2); -1 leaves an id as it is",
  },
  set_user: {
    number: 85,
    arguments: { id: "i32" },
    result: "none",
    ...plain,
    summary: "setuid(2)",
  },
  set_group: {
    number: 86,
    arguments: { id: "i32" },
    result: "none",
    ...plain,
    summary: "setgid(2)",
  },
  get_groups: {
    number: 87,
    arguments: {},
    result: "bytes",
    ...plain,
    summary: "getgroups(2): the supplementary groups, u32 each",
  },
  set_groups: {
    number: 88,
    arguments: { groups: "bytes" },
    result: "none",
    ...plain,
    summary: "setgroups(2)",
  },
  create_thread: {
    number: 89,
    arguments: {},
    result: "i32",
    ...plain,
    summary:
      "Makes another thread of the calling process and answers its number; it makes its calls on a channel of its own. " +
      "64 for a process, and each counts as a process: EAGAIN",
  },
  wake_thread: {
    number: 90,
    arguments: { thread: "u32" },
    result: "none",
    ...plain,
    summary:
      "Ends the `loop` call of another thread of the process, or its next one; ESRCH: no such thread",
  },
  exit_thread: {
    number: 91,
    arguments: { wakes: "u32" },
    result: "none",
    ...plain,
    summary:
      "The calling thread makes no more calls, and wakes another one; a channel of threads takes it in the midst of a call " +
      "that waits. The main thread is not ended by it",
  },
  // Descriptors
  read: {
    number: 20,
    arguments: { fd: "i32", target: "out" },
    result: "filled",
    ...waiting,
    summary: "Reads at the cursor; 0 bytes is the end",
  },
  write: {
    number: 21,
    arguments: { fd: "i32", data: "bytes" },
    result: "pair",
    ...waiting,
    summary:
      "Writes at the cursor; answers how many bytes were taken, and how many more may be posted",
  },
  pread: {
    number: 22,
    arguments: { fd: "i32", position: "i64", target: "out" },
    result: "filled",
    ...plain,
    summary: "Reads at a position",
  },
  pwrite: {
    number: 23,
    arguments: { fd: "i32", position: "i64", data: "bytes" },
    result: "i32",
    ...plain,
    summary: "Writes at a position",
  },
  seek: {
    number: 24,
    arguments: { fd: "i32", offset: "i64", whence: "u32" },
    result: "i64",
    ...plain,
    summary: "Moves the cursor and answers where it is",
  },
  close: {
    number: 25,
    arguments: { fd: "i32" },
    result: "none",
    ...plain,
    summary: "Closes a descriptor",
  },
  pipe: {
    number: 26,
    arguments: { flags: "u32" },
    result: "pair",
    ...plain,
    summary: "Makes a pipe; flags: 1 = close-on-exec",
  },
  dup: {
    number: 27,
    arguments: { fd: "i32", minimum: "i32", flags: "u32" },
    result: "i32",
    ...plain,
    summary: "Duplicates to the lowest free descriptor from a minimum up; flags: 1 = close-on-exec",
  },
  dup2: {
    number: 28,
    arguments: { fd: "i32", newFd: "i32", flags: "u32" },
    result: "none",
    ...plain,
    summary:
      "Duplicates onto a given descriptor; flags: 1 = close-on-exec, 2 = EINVAL when they are the same (dup3)",
  },
  get_fd_flags: {
    number: 29,
    arguments: { fd: "i32" },
    result: "i32",
    ...plain,
    summary: "F_GETFD: 1 = close-on-exec",
  },
  set_fd_flags: {
    number: 30,
    arguments: { fd: "i32", flags: "u32" },
    result: "none",
    ...plain,
    summary: "F_SETFD",
  },
  get_status: {
    number: 31,
    arguments: { fd: "i32" },
    result: "pair",
    ...plain,
    summary: "A descriptor's file type bits and its status flags (F_GETFL)",
  },
  set_status: {
    number: 32,
    arguments: { fd: "i32", flags: "u32" },
    result: "none",
    ...plain,
    summary: "F_SETFL: O_APPEND and O_NONBLOCK",
  },
  fstat: {
    number: 33,
    arguments: { fd: "i32" },
    result: "bytes",
    ...plain,
    summary: "What a descriptor's file is, as the 96-byte stat structure",
  },
  ftruncate: {
    number: 34,
    arguments: { fd: "i32", size: "i64" },
    result: "none",
    ...plain,
    summary: "Sets a file's size",
  },
  fchmod: {
    number: 35,
    arguments: { fd: "i32", mode: "u32" },
    result: "none",
    ...writing,
    summary: "Sets a file's permission bits",
  },
  futimes: {
    number: 36,
    arguments: { fd: "i32", times: "bytes", set: "u32" },
    result: "none",
    ...writing,
    summary: "Sets times: two i64 of nanoseconds; set: 1 atime, 2 atime now, 4 mtime, 8 mtime now",
  },
  fsync: {
    number: 37,
    arguments: { fd: "i32" },
    result: "none",
    ...plain,
    summary: "Nothing to do: a write is visible to all at once",
  },
  read_directory: {
    number: 38,
    arguments: { fd: "i32", position: "i64", target: "out" },
    result: "filled",
    ...plain,
    summary: "Directory entries from a position, in WASI's dirent layout; the last may be cut off",
  },
  poll: {
    number: 39,
    arguments: { entries: "bytes", timeoutUs: "i64" },
    result: "bytes",
    ...waiting,
    restarts: false,
    summary:
      "poll(2): entries of two i32 (descriptor, events); answers one i32 each; timeout -1: none",
  },
  posted_write: {
    number: 40,
    arguments: { fd: "i32", data: "bytes" },
    result: "never",
    ...waiting,
    summary:
      "`write` without an answer, within what `write` answered may be posted. All bytes are taken; " +
      "a failure is the answer of the next write, close or fsync of the descriptor",
  },
  try_write: {
    number: 41,
    arguments: { fd: "i32", data: "bytes" },
    result: "i32",
    ...plain,
    summary: "`write` that never waits: takes what there is room for, EAGAIN when there is none",
  },
  loop: {
    number: 42,
    arguments: { submissions: "bytes", timeoutUs: "i64", target: "out" },
    result: "filled",
    ...waiting,
    restarts: false,
    summary:
      "Where an event loop sleeps: arms reads, polls, timers and children, and answers completions " +
      "with their data; `loop-layout.ts` has the layouts. Caught signals complete too; timeout -1: none",
  },
  read_until: {
    number: 43,
    arguments: { fd: "i32", delimiter: "u32", target: "out" },
    result: "filled",
    ...waiting,
    summary:
      "`read` that takes nothing after the first byte equal to the delimiter, so that the rest is " +
      "left to whoever reads next; without one in sight, it takes what there is",
  },
  read_ahead: {
    number: 48,
    arguments: { fd: "i32", taken: "u32", target: "out" },
    result: "filled",
    ...waiting,
    summary:
      "Takes the bytes that the call before showed, and shows what comes next without taking it; of pipes and files " +
      "that nobody else has open by the same description (else ENOTSUP, and the bytes are taken)",
  },
  // Names
  open: {
    number: 50,
    arguments: { directory: "i32", path: "path", flags: "u32", mode: "u32", minimum: "i32" },
    result: "i32",
    ...reading,
    blocks: true,
    restarts: true,
    summary:
      "Opens a file at the lowest free descriptor from a minimum up; a FIFO waits for its other side",
  },
  stat: {
    number: 51,
    arguments: { directory: "i32", path: "path", flags: "u32" },
    result: "bytes",
    ...reading,
    summary: "What a path leads to; flags: AT_SYMLINK_NOFOLLOW",
  },
  inspect: {
    number: 97,
    arguments: { directory: "i32", names: "strings", flags: "u32", target: "out" },
    result: "filled",
    ...plain,
    summary:
      "lstat of many names, as many as there is room for, of each of which the policy is asked: each i32 errno, i32 length, 96 bytes of status and `length` bytes of " +
      "content; flags: 1, the contents of regular files up to 64 KiB; length -1: not here",
  },
  list_directories: {
    number: 98,
    arguments: { directory: "i32", names: "strings", target: "out" },
    result: "filled",
    ...plain,
    summary:
      "The entries of many directories, as many as there is room for, of each of which the policy is asked: each i32 errno, i32 length and " +
      "`length` bytes as `read_directory` has them; length -1: has to be opened, as its entries are too many for one call",
  },
  mkdir: {
    number: 52,
    arguments: { directory: "i32", path: "path", mode: "u32" },
    result: "none",
    ...writing,
    summary: "Makes a directory",
  },
  unlink: {
    number: 53,
    arguments: { directory: "i32", path: "path", flags: "u32" },
    result: "none",
    ...writing,
    summary: "Removes a name; flags: AT_REMOVEDIR for an empty directory",
  },
  rename: {
    number: 54,
    arguments: { oldDirectory: "i32", oldPath: "path", newDirectory: "i32", newPath: "path" },
    result: "none",
    ...writing,
    summary: "Moves a name, replacing what is there",
  },
  link: {
    number: 55,
    arguments: {
      oldDirectory: "i32",
      oldPath: "path",
      newDirectory: "i32",
      newPath: "path",
      flags: "u32",
    },
    result: "none",
    ...writing,
    summary: "Makes a hard link; flags: AT_SYMLINK_FOLLOW",
  },
  symlink: {
    number: 56,
    arguments: { target: "path", directory: "i32", path: "path" },
    result: "none",
    ...writing,
    summary: "Makes a symbolic link",
  },
  readlink: {
    number: 57,
    arguments: { directory: "i32", path: "path" },
    result: "bytes",
    ...reading,
    summary: "A symbolic link's target",
  },
  chmod: {
    number: 58,
    arguments: { directory: "i32", path: "path", mode: "u32" },
    result: "none",
    ...writing,
    summary: "Sets permission bits",
  },
  utimes: {
    number: 59,
    arguments: { directory: "i32", path: "path", times: "bytes", set: "u32", flags: "u32" },
    result: "none",
    ...writing,
    summary: "futimes by path; flags: AT_SYMLINK_NOFOLLOW",
  },
  access: {
    number: 100,
    arguments: { directory: "i32", path: "path", mode: "u32", flags: "u32" },
    result: "none",
    ...reading,
    summary:
      "Whether the caller may: 4 read, 2 write, 1 execute, 0 is it there; by its real ids, or with " +
      "AT_EACCESS by its effective ones; flags: AT_SYMLINK_NOFOLLOW",
  },
  chown: {
    number: 101,
    arguments: { directory: "i32", path: "path", uid: "i32", gid: "i32", flags: "u32" },
    result: "none",
    ...writing,
    summary: "Sets owner and group, -1 leaves one; flags: AT_SYMLINK_NOFOLLOW",
  },
  fchown: {
    number: 102,
    arguments: { fd: "i32", uid: "i32", gid: "i32" },
    result: "none",
    ...writing,
    summary: "chown by descriptor",
  },
  mknod: {
    number: 103,
    arguments: { directory: "i32", path: "path", mode: "u32" },
    result: "none",
    ...writing,
    summary: "Makes a FIFO, a socket's name or an empty file, by the type bits of the mode",
  },
  statfs: {
    number: 104,
    arguments: { directory: "i32", path: "path" },
    result: "bytes",
    ...reading,
    summary: "The space of the file system that a path is on, as the 64-byte statfs structure",
  },
  fstatfs: {
    number: 105,
    arguments: { fd: "i32" },
    result: "bytes",
    ...plain,
    summary: "statfs by descriptor",
  },
  // Locks
  flock: {
    number: 120,
    arguments: { fd: "i32", operation: "u32" },
    result: "none",
    ...waiting,
    summary:
      "flock(2): 1 shared, 2 exclusive, 8 unlock, and 4 to fail with EAGAIN instead of waiting",
  },
  lock_record: {
    number: 121,
    arguments: { fd: "i32", kind: "u32", start: "i64", length: "i64" },
    result: "none",
    ...waiting,
    summary:
      "F_SETLK and F_SETLKW; kind: 0 read, 1 write, 2 unlock, plus 4 times the whence, plus 16 to wait; " +
      "length 0 reaches to the end of the file",
  },
  test_record_lock: {
    number: 122,
    arguments: { fd: "i32", kind: "u32", start: "i64", length: "i64" },
    result: "bytes",
    ...plain,
    summary: "F_GETLK: the lock in the way, as i32 type (2: none) and pid, i64 start and length",
  },
  // Watches
  watch_open: {
    number: 123,
    arguments: { flags: "u32" },
    result: "i32",
    ...plain,
    summary:
      "inotify_init1(2): a descriptor from which events of files are read; flags: O_NONBLOCK, O_CLOEXEC",
  },
  watch_add: {
    number: 124,
    arguments: { fd: "i32", path: "path", mask: "u32" },
    result: "i32",
    ...reading,
    status: "partial: no IN_ACCESS, IN_OPEN and IN_CLOSE; only what the kernel itself changes",
    summary:
      "inotify_add_watch(2): watches a file, or a directory and the names in it; answers its number",
  },
  watch_remove: {
    number: 125,
    arguments: { fd: "i32", watch: "i32" },
    result: "none",
    ...plain,
    summary: "inotify_rm_watch(2)",
  },
  // Terminals
  openpty: {
    number: 130,
    arguments: { flags: "u32" },
    result: "pair",
    ...plain,
    summary: "Makes a pseudo terminal: its master, its slave; flags: 1 = close-on-exec",
  },
  isatty: {
    number: 131,
    arguments: { fd: "i32" },
    result: "none",
    ...plain,
    summary: "Succeeds for the slave of a terminal; ENOTTY for everything else",
  },
  tcgetattr: {
    number: 132,
    arguments: { fd: "i32" },
    result: "bytes",
    ...plain,
    summary: "A terminal's attributes: `struct termios` of Linux's C libraries, 60 bytes",
  },
  tcsetattr: {
    number: 133,
    arguments: { fd: "i32", action: "u32", attributes: "bytes" },
    result: "none",
    ...waiting,
    summary:
      "Sets a terminal's attributes; action: 0 TCSANOW, 1 TCSADRAIN, 2 TCSAFLUSH. From the background " +
      "SIGTTOU",
  },
  tcflush: {
    number: 134,
    arguments: { fd: "i32", queue: "u32" },
    result: "none",
    ...waiting,
    summary:
      "Drops what is typed and not read (0 TCIFLUSH), printed and not shown (1), or both (2)",
  },
  tcflow: {
    number: 135,
    arguments: { fd: "i32", action: "u32" },
    result: "none",
    ...waiting,
    summary: "Stops (0 TCOOFF) or starts (1 TCOON) output; types STOP (2) or START (3)",
  },
  tcgetpgrp: {
    number: 136,
    arguments: { fd: "i32" },
    result: "i32",
    ...plain,
    summary: "The foreground process group of the controlling terminal; 0 without one",
  },
  tcsetpgrp: {
    number: 137,
    arguments: { fd: "i32", pgid: "i32" },
    result: "none",
    ...waiting,
    summary: "Puts a group of the session into the foreground. From the background SIGTTOU",
  },
  tcgetsid: {
    number: 138,
    arguments: { fd: "i32" },
    result: "i32",
    ...plain,
    summary: "The session that a terminal controls",
  },
  get_window_size: {
    number: 139,
    arguments: { fd: "i32" },
    result: "bytes",
    ...plain,
    summary: "TIOCGWINSZ: `struct winsize`, four u16: rows, columns, width and height in pixels",
  },
  set_window_size: {
    number: 140,
    arguments: { fd: "i32", size: "bytes" },
    result: "none",
    ...plain,
    summary: "TIOCSWINSZ: stores the size; SIGWINCH to the foreground group when it is another one",
  },
  set_controlling_terminal: {
    number: 141,
    arguments: { fd: "i32" },
    result: "none",
    ...plain,
    summary: "TIOCSCTTY: makes a terminal the one of the session that the caller leads",
  },
  drop_controlling_terminal: {
    number: 142,
    arguments: { fd: "i32" },
    result: "none",
    ...plain,
    status: "partial: children of a process that is no session leader have the terminal again",
    summary: "TIOCNOTTY: gives the controlling terminal up, a session leader for its whole session",
  },
  readable_bytes: {
    number: 143,
    arguments: { fd: "i32" },
    result: "i32",
    ...plain,
    status: "partial: terminals, pipes and sockets; ENOTTY for others",
    summary: "FIONREAD: how many bytes a read can have at once",
  },
  ttyname: {
    number: 144,
    arguments: { fd: "i32" },
    result: "bytes",
    ...plain,
    summary: "The path of a terminal's slave, from the slave (ttyname) or the master (ptsname)",
  },
  // Sockets. Addresses are laid out as `kernel/socket-address.ts` says.
  socket: {
    number: 150,
    arguments: { family: "i32", type: "i32", protocol: "i32" },
    result: "i32",
    ...plain,
    summary: "socket(2); type with SOCK_NONBLOCK and SOCK_CLOEXEC. Linux's numbers",
  },
  socketpair: {
    number: 151,
    arguments: { family: "i32", type: "i32", protocol: "i32" },
    result: "pair",
    ...plain,
    summary: "socketpair(2): two connected unix sockets",
  },
  bind: {
    number: 152,
    arguments: { fd: "i32", address: "bytes" },
    result: "none",
    ...writing,
    summary:
      "Gives a socket its name; a unix path makes a socket file. Ports are this kernel's only",
  },
  listen: {
    number: 153,
    arguments: { fd: "i32", backlog: "i32" },
    result: "none",
    ...plain,
    summary:
      "Takes connections: as many as `backlog`, at most 128, wait for accept, more are refused",
  },
  accept: {
    number: 154,
    arguments: { fd: "i32", flags: "i32" },
    result: "bytes",
    ...waiting,
    summary:
      "The next connection: its descriptor (i32), then the caller's address; flags: SOCK_NONBLOCK, SOCK_CLOEXEC",
  },
  connect: {
    number: 155,
    arguments: { fd: "i32", address: "bytes" },
    result: "none",
    ...waiting,
    permission: "network",
    summary: "Connects, or sets whom a datagram socket talks to; family 0 (AF_UNSPEC) unsets it",
  },
  shutdown: {
    number: 156,
    arguments: { fd: "i32", how: "i32" },
    result: "none",
    ...plain,
    summary: "Ends receiving (0), sending (1) or both (2)",
  },
  send: {
    number: 157,
    arguments: { fd: "i32", flags: "u32", data: "bytes" },
    result: "i32",
    ...waiting,
    summary: "send(2); flags: MSG_DONTWAIT, MSG_NOSIGNAL",
  },
  send_to: {
    number: 158,
    arguments: { fd: "i32", flags: "u32", address: "bytes", data: "bytes" },
    result: "i32",
    ...waiting,
    permission: "network",
    summary: "sendto(2)",
  },
  receive: {
    number: 159,
    arguments: { fd: "i32", flags: "u32", target: "out" },
    result: "filled",
    ...waiting,
    summary: "recv(2); flags: MSG_PEEK, MSG_DONTWAIT, MSG_WAITALL",
  },
  receive_from: {
    number: 160,
    arguments: { fd: "i32", flags: "u32", target: "out" },
    result: "filled",
    ...waiting,
    summary:
      "recvfrom(2): a header (u32 bytes that the message has, u32 bytes of data here, u32 MSG_TRUNC " +
      "if it was cut off, u32 bytes of the address), the address padded to 4, the data. 132 bytes of " +
      "the target are for header and address",
  },
  get_socket_name: {
    number: 161,
    arguments: { fd: "i32" },
    result: "bytes",
    ...plain,
    summary: "getsockname(2)",
  },
  get_peer_name: {
    number: 162,
    arguments: { fd: "i32" },
    result: "bytes",
    ...plain,
    summary: "getpeername(2)",
  },
  set_socket_option: {
    number: 163,
    arguments: { fd: "i32", level: "i32", name: "i32", value: "bytes" },
    result: "none",
    ...plain,
    summary: "setsockopt(2), with Linux's numbers and structures",
  },
  get_socket_option: {
    number: 164,
    arguments: { fd: "i32", level: "i32", name: "i32" },
    result: "bytes",
    ...plain,
    summary: "getsockopt(2)",
  },
  resolve: {
    number: 165,
    arguments: { name: "path", family: "i32" },
    result: "bytes",
    ...waiting,
    restarts: false,
    permission: "network",
    summary:
      "A name's addresses, one after the other, with port 0: /etc/hosts, localhost, then the network. " +
      "Family 0: both. ENOENT: no such name",
  },
  start_tls: {
    number: 166,
    arguments: { fd: "i32", options: "strings" },
    result: "bytes",
    ...waiting,
    restarts: false,
    permission: "network",
    summary:
      "The client's side of TLS on a connected socket; plain bytes go through it from then on. Options: " +
      "servername=, alpn= (with commas), ca= (PEM; none: the host's list), verify=0. Answers strings: " +
      "protocol=, cipher=, alpn=, unverified=; or error= (OpenSSL's code) and message=, and the connection is lost",
  },
  open_resolve: {
    number: 167,
    arguments: { name: "path", family: "i32" },
    result: "i32",
    ...plain,
    permission: "network",
    summary:
      "`resolve` for an event loop: answers at once, with a descriptor. What is read from it when it is " +
      "readable is the addresses, or the error",
  },
  send_message: {
    number: 168,
    arguments: { fd: "i32", flags: "u32", address: "bytes", descriptors: "bytes", data: "bytes" },
    result: "i32",
    ...waiting,
    permission: "network",
    summary:
      "sendmsg(2) with SCM_RIGHTS: descriptors (i32 each, 253 at most) go with the first byte; other than unix " +
      "sockets leave them out. An empty address is none. ETOOMANYREFS: more are in flight than RLIMIT_NOFILE",
  },
  receive_message: {
    number: 169,
    arguments: { fd: "i32", flags: "u32", most: "u32", target: "out" },
    result: "filled",
    ...waiting,
    summary:
      "recvmsg(2) with SCM_RIGHTS, for `most` descriptors, 253 at most: how many came (u32), each (i32), " +
      "then the message as `receive_from` has it, with MSG_CTRUNC if some were lost. The target needs room for " +
      "`most` of them. Flags also: MSG_CMSG_CLOEXEC",
  },
} as const satisfies Record<string, SyscallRow>;

export type Syscalls = typeof syscalls;
export type SyscallName = keyof Syscalls;
