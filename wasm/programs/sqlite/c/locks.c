/* Process ids, and record locks by the kernel's fd_lock and fd_test_lock (docs/wasm-abi.md). */
#undef fcntl
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>

#define IMPORT(name) __attribute__((import_module("secure_exec"), import_name(name)))

IMPORT("fd_lock") int32_t import_fd_lock(int32_t fd, int32_t kind, int64_t start, int64_t length);
IMPORT("fd_test_lock") int32_t import_fd_test_lock(int32_t fd, int32_t kind, int64_t start, int64_t length, void *out);
IMPORT("getpid") int32_t import_getpid(void);

/* What fd_test_lock writes. */
struct lock_answer {
  int32_t type;
  int32_t pid;
  int64_t start;
  int64_t length;
};

static int answer(int32_t error) {
  if (error == 0) return 0;
  errno = error;
  return -1;
}

static int test_lock(int fd, struct flock *lock) {
  struct lock_answer found;
  int32_t error = import_fd_test_lock(fd, lock->l_type + 4 * lock->l_whence, lock->l_start, lock->l_len, &found);
  if (error != 0) return answer(error);
  lock->l_type = (short)found.type;
  if (found.type == F_UNLCK) return 0;
  lock->l_whence = SEEK_SET;
  lock->l_start = found.start;
  lock->l_len = found.length;
  lock->l_pid = found.pid;
  return 0;
}

int secure_exec_fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  int result;
  if (command == F_GETLK) {
    result = test_lock(fd, va_arg(arguments, struct flock *));
  } else if (command == F_SETLK || command == F_SETLKW) {
    struct flock *lock = va_arg(arguments, struct flock *);
    int waits = command == F_SETLKW ? 16 : 0;
    result = answer(import_fd_lock(fd, lock->l_type + 4 * lock->l_whence + waits, lock->l_start, lock->l_len));
  } else {
    result = fcntl(fd, command, va_arg(arguments, int));
  }
  va_end(arguments);
  return result;
}

pid_t getpid(void) { return import_getpid(); }
