// What a program for secure-exec has beyond WASI preview 1: processes, pipes, signals, terminals, file modes, sockets.
// docs/wasm-abi.md says what each function does. Every function returns 0 or an errno of <errno.h>, unless said
// otherwise; results go to the out-pointers. Paths and buffers come with their lengths in bytes; a string block is a
// run of NUL-terminated strings with its length.
#ifndef SECURE_EXEC_H
#define SECURE_EXEC_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SE_IMPORT(name) __attribute__((import_module("secure_exec"), import_name(#name), warn_unused_result)) int se_##name

typedef uint32_t se_len;

// --- Processes ---

// One step on the child's descriptors: dup2(source_fd, child_fd), or close(child_fd) when source_fd is -1.
struct se_fd_action { int32_t child_fd, source_fd; };

enum { SE_SPAWN_NEW_GROUP = 1 };
SE_IMPORT(spawn)(const char *path, se_len path_len, const char *argv, se_len argv_len, const char *env, se_len env_len,
                 const struct se_fd_action *actions, se_len actions_len, int flags, int *out_pid);

enum { SE_SETPGROUP = 2, SE_SETSIGDEF = 4, SE_SETSIGMASK = 8, SE_SETSID = 0x80, SE_TCSETPGROUP = 0x100 };
struct se_spawn_attributes {
  uint32_t flags;
  int32_t group;
  uint64_t default_signals, signal_mask;
  int32_t terminal, zero;
};
SE_IMPORT(posix_spawn)(const char *path, se_len path_len, const char *argv, se_len argv_len, const char *env,
                       se_len env_len, const struct se_fd_action *actions, se_len actions_len,
                       const struct se_spawn_attributes *attributes, se_len attributes_len, int *out_pid);

enum { SE_WNOHANG = 1, SE_WUNTRACED = 2, SE_WCONTINUED = 8 };
#define SE_EXITED(status) (((status) & 0x7f) == 0)
#define SE_EXIT_CODE(status) (((status) >> 8) & 0xff)
#define SE_SIGNAL(status) ((status) & 0x7f)
SE_IMPORT(waitpid)(int pid, int options, int *out_pid, int *out_status);
SE_IMPORT(kill)(int pid, int signal);
// These two return the number itself.
SE_IMPORT(getpid)(void);
SE_IMPORT(getppid)(void);
SE_IMPORT(getpgid)(int pid, int *out);
SE_IMPORT(setpgid)(int pid, int pgid);
SE_IMPORT(getsid)(int pid, int *out);
SE_IMPORT(setsid)(int *out);
SE_IMPORT(get_limit)(int resource, int64_t out_soft_hard[2]);
SE_IMPORT(set_limit)(int resource, int64_t soft, int64_t hard);
SE_IMPORT(get_priority)(int which, int who, int *out_nice);
SE_IMPORT(set_priority)(int which, int who, int nice);
// Real, effective and saved user, then the same of the group.
SE_IMPORT(get_ids)(uint32_t out[6]);
SE_IMPORT(set_user_ids)(int real, int effective, int saved);
SE_IMPORT(set_group_ids)(int real, int effective, int saved);
SE_IMPORT(set_user)(int id);
SE_IMPORT(set_group)(int id);
SE_IMPORT(get_groups)(uint32_t *groups, se_len length, se_len *out_length);
SE_IMPORT(set_groups)(const uint32_t *groups, se_len length);

// getrusage: 144 bytes, of which the first four tell user and system time, seconds and microseconds each.
enum { SE_SELF = 0, SE_CHILDREN = -1 };
SE_IMPORT(resource_usage)(int who, int64_t out[18]);

// --- Signals. They have Linux's numbers ---

enum {
  SE_SIGHUP = 1, SE_SIGINT = 2, SE_SIGQUIT = 3, SE_SIGKILL = 9, SE_SIGUSR1 = 10, SE_SIGUSR2 = 12, SE_SIGPIPE = 13,
  SE_SIGALRM = 14, SE_SIGTERM = 15, SE_SIGCHLD = 17, SE_SIGCONT = 18, SE_SIGSTOP = 19, SE_SIGTSTP = 20, SE_SIGWINCH = 28
};
enum { SE_DEFAULT = 0, SE_IGNORED = 1, SE_CAUGHT = 2 };
enum { SE_INTERRUPTS = 1, SE_NOCLDSTOP = 2, SE_NOCLDWAIT = 4, SE_RESETHAND = 8, SE_NODEFER = 16 };
enum { SE_BLOCK = 0, SE_UNBLOCK = 1, SE_SETMASK = 2 };
#define SE_SIGNAL_BIT(signal) (1ull << ((signal) - 1))

struct se_signal {
  int32_t signal, code, pid;
  uint32_t uid;
  int32_t status, zero;
  uint64_t value, mask;
};
struct se_action { uint32_t disposition, flags; uint64_t mask; };

SE_IMPORT(set_signal_ignored)(int signal, int ignored);
SE_IMPORT(signal_action)(int signal, int disposition, int flags, uint64_t mask, int *out_old);
SE_IMPORT(get_signal_action)(int signal, struct se_action *out);
SE_IMPORT(signal_mask)(int how, uint64_t set, uint64_t *out_old);
SE_IMPORT(pending_signals)(uint64_t *out);
// Returns 1 when a caught signal was there at the last answer of the kernel; costs no call.
SE_IMPORT(has_signals)(void);
SE_IMPORT(take_signal)(struct se_signal *out, int *out_found);
SE_IMPORT(suspend)(uint64_t set, struct se_signal *out);
SE_IMPORT(wait_signal)(uint64_t set, int64_t timeout_us, struct se_signal *out);
SE_IMPORT(queue_signal)(int pid, int signal, int64_t value);
SE_IMPORT(create_timer)(int clock, int signal, int64_t value, int *out_timer);
SE_IMPORT(set_timer)(int timer, int64_t first_us, int64_t interval_us, int64_t out_left_interval[2]);
SE_IMPORT(get_timer)(int timer, int64_t out_left_interval[2]);
SE_IMPORT(delete_timer)(int timer);
SE_IMPORT(timer_overruns)(int timer, int *out);
SE_IMPORT(sleep)(int clock, int flags, int64_t time_us, uint64_t *out_left_us);

// --- Descriptors, directories, files ---

enum { SE_CLOEXEC = 1 };
SE_IMPORT(pipe)(int flags, int *out_read_fd, int *out_write_fd);
SE_IMPORT(dup)(int fd, int minimum, int flags, int *out_fd);
SE_IMPORT(dup2)(int fd, int new_fd, int flags);
SE_IMPORT(get_fd_flags)(int fd, int *out);
SE_IMPORT(set_fd_flags)(int fd, int flags);
SE_IMPORT(read_until)(int fd, void *buffer, se_len length, int delimiter, se_len *out_length);
// Takes the bytes that the call before showed, and shows what comes next without taking it.
SE_IMPORT(read_ahead)(int fd, se_len taken, void *buffer, se_len length, se_len *out_length);
SE_IMPORT(chdir)(const char *path, se_len length);
SE_IMPORT(getcwd)(char *buffer, se_len length, se_len *out_length);
SE_IMPORT(umask)(int mask, int *out_old);

// What whoever started the program calls it.
SE_IMPORT(argument_zero)(char *buffer, se_len length, se_len *out_length);

struct se_stat {
  uint64_t device, inode;
  uint32_t mode, links, uid, gid;
  uint64_t device_number, size, blocks;
  int64_t accessed_ns, modified_ns, changed_ns, born_ns;
  uint32_t block_size, zero;
};
// Status of many NUL-terminated paths: { int32_t errno, length; struct se_stat; length bytes } each.
enum { SE_CONTENTS = 1 };
SE_IMPORT(inspect)(const char *names, se_len names_len, int flags, void *buffer, se_len length, se_len *out_length);
// The entries of many directories, as fd_readdir has them: { int32_t errno, length; length bytes } each; -1: open it.
SE_IMPORT(list_directories)(const char *names, se_len names_len, void *buffer, se_len length, se_len *out_length);
enum { SE_NOFOLLOW = 1 };
SE_IMPORT(path_stat)(const char *path, se_len length, int flags, struct se_stat *out);
SE_IMPORT(fd_stat)(int fd, struct se_stat *out);
SE_IMPORT(path_chmod)(const char *path, se_len length, int mode);
SE_IMPORT(fd_chmod)(int fd, int mode);
SE_IMPORT(path_chown)(const char *path, se_len length, int uid, int gid, int flags);
SE_IMPORT(fd_chown)(int fd, int uid, int gid);
SE_IMPORT(path_access)(const char *path, se_len length, int mode, int flags);
SE_IMPORT(path_mknod)(const char *path, se_len length, int mode);
SE_IMPORT(path_statfs)(const char *path, se_len length, uint64_t out[8]);
SE_IMPORT(fd_statfs)(int fd, uint64_t out[8]);
SE_IMPORT(fd_flock)(int fd, int operation);
struct se_lock { int32_t type, pid; int64_t start, length; };
SE_IMPORT(fd_lock)(int fd, int kind, int64_t start, int64_t length);
SE_IMPORT(fd_test_lock)(int fd, int kind, int64_t start, int64_t length, struct se_lock *out);

// --- Terminals ---

struct se_termios {
  uint32_t input, output, control, local;
  uint8_t line, characters[32], padding[3];
  uint32_t input_speed, output_speed;
};
// Flags of `local`.
enum { SE_ISIG = 1, SE_ICANON = 2, SE_ECHO = 8 };
struct se_window_size { uint16_t rows, columns, width, height; };
SE_IMPORT(openpty)(int flags, int *out_master, int *out_slave);
SE_IMPORT(isatty)(int fd);
SE_IMPORT(tcgetattr)(int fd, struct se_termios *out);
SE_IMPORT(tcsetattr)(int fd, int action, const struct se_termios *termios);
SE_IMPORT(tcflush)(int fd, int queue);
SE_IMPORT(tcflow)(int fd, int action);
SE_IMPORT(tcgetpgrp)(int fd, int *out);
SE_IMPORT(tcsetpgrp)(int fd, int pgid);
SE_IMPORT(tcgetsid)(int fd, int *out);
SE_IMPORT(get_window_size)(int fd, struct se_window_size *out);
SE_IMPORT(set_window_size)(int fd, const struct se_window_size *size);
SE_IMPORT(set_controlling_terminal)(int fd);
SE_IMPORT(drop_controlling_terminal)(int fd);
SE_IMPORT(readable_bytes)(int fd, int *out);
SE_IMPORT(ttyname)(int fd, char *buffer, se_len length, se_len *out_length);

// --- Sockets. Families, types, options and flags have Linux's numbers ---

enum { SE_AF_UNIX = 1, SE_AF_INET = 2, SE_AF_INET6 = 10, SE_SOCK_STREAM = 1, SE_SOCK_DGRAM = 2 };
// An IPv4 address; the bytes are in network order, the port is a plain number.
struct se_address { uint16_t family, port; uint32_t scope; uint8_t bytes[4]; };
SE_IMPORT(socket)(int family, int type, int protocol, int *out_fd);
SE_IMPORT(socketpair)(int family, int type, int protocol, int *out_first, int *out_second);
SE_IMPORT(bind)(int fd, const void *address, se_len length);
SE_IMPORT(listen)(int fd, int backlog);
SE_IMPORT(accept)(int fd, int flags, int *out_fd, void *buffer, se_len length, se_len *out_length);
SE_IMPORT(connect)(int fd, const void *address, se_len length);
SE_IMPORT(shutdown)(int fd, int how);
SE_IMPORT(send_to)(int fd, int flags, const void *address, se_len address_len, const void *data, se_len data_len,
                   se_len *out_sent);
SE_IMPORT(receive_from)(int fd, int flags, void *buffer, se_len length, se_len *out_length);
SE_IMPORT(get_socket_name)(int fd, void *buffer, se_len length, se_len *out_length);
SE_IMPORT(get_peer_name)(int fd, void *buffer, se_len length, se_len *out_length);
SE_IMPORT(set_socket_option)(int fd, int level, int name, const void *value, se_len length);
SE_IMPORT(get_socket_option)(int fd, int level, int name, void *buffer, se_len length, se_len *out_length);
SE_IMPORT(resolve)(const char *name, se_len name_len, int family, void *buffer, se_len length, se_len *out_length);
SE_IMPORT(start_tls)(int fd, const char *options, se_len options_len, char *buffer, se_len length, se_len *out_length);

#undef SE_IMPORT
#ifdef __cplusplus
}
#endif
#endif
