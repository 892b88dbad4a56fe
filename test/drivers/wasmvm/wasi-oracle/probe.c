// Makes the WASI calls that its arguments say, one an argument ("path_open a 1 0"), and prints what each answered. It prints
// nothing that may differ between two right implementations: no inode, no time that was not set, of a directory neither its
// order nor `.` and `..`.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>

enum { PREOPEN = 3, WORDS_MAX = 8, BUFFER_BYTES = 4096, NAMES_MAX = 64 };

static char *words[WORDS_MAX];
static uint8_t buffer[BUFFER_BYTES];

static long long number(int index) { return words[index] ? strtoll(words[index], NULL, 0) : 0; }
// A word "''" is the empty string.
static const char *text(int index) {
  const char *word = words[index] ? words[index] : "";
  return strcmp(word, "''") == 0 ? "" : word;
}

static int print_stat(int failed, const __wasi_filestat_t *stat) {
  if (failed == 0) {
    // What a directory counts as its size and links is its file system's business.
    if (stat->filetype == __WASI_FILETYPE_DIRECTORY) printf(" type=%d", stat->filetype);
    else printf(" type=%d size=%llu links=%llu", stat->filetype, stat->size, stat->nlink);
  }
  return failed;
}

static int print_times(int failed, const __wasi_filestat_t *stat) {
  if (failed == 0) printf(" atim=%llu mtim=%llu", stat->atim, stat->mtim);
  return failed;
}

static int by_name(const void *left, const void *right) { return strcmp(*(char *const *)left, *(char *const *)right); }

/** Names and types, in order; `step` bytes at a time. */
static int list(int fd, size_t step) {
  static char names[NAMES_MAX][64];
  char *sorted[NAMES_MAX];
  int count = 0;
  __wasi_dircookie_t cookie = 0;
  for (;;) {
    __wasi_size_t used = 0;
    int failed = __wasi_fd_readdir(fd, buffer, step, cookie, &used);
    if (failed) return failed;
    size_t at = 0;
    int whole = 0;
    while (at + sizeof(__wasi_dirent_t) <= used) {
      __wasi_dirent_t entry;
      memcpy(&entry, buffer + at, sizeof entry);
      if (at + sizeof entry + entry.d_namlen > used) break;
      const char *name = (char *)buffer + at + sizeof entry;
      if (!(name[0] == '.' && (entry.d_namlen == 1 || (entry.d_namlen == 2 && name[1] == '.')))) {
        snprintf(names[count], sizeof names[count], "%.*s:%d", (int)entry.d_namlen, name, entry.d_type);
        sorted[count] = names[count];
        if (++count == NAMES_MAX) return -1;
      }
      cookie = entry.d_next;
      at += sizeof entry + entry.d_namlen;
      whole++;
    }
    if (used < step) break;
    if (whole == 0) return -2;
  }
  qsort(sorted, count, sizeof *sorted, by_name);
  for (int index = 0; index < count; index++) printf(" %s", sorted[index]);
  return 0;
}

static int write_text(int fd, const char *words_, long long offset) {
  // In two pieces, as writev has it.
  size_t length = strlen(words_), half = length / 2;
  __wasi_ciovec_t pieces[2] = {{(const uint8_t *)words_, half}, {(const uint8_t *)words_ + half, length - half}};
  __wasi_size_t done = 0;
  int failed = offset < 0 ? __wasi_fd_write(fd, pieces, 2, &done) : __wasi_fd_pwrite(fd, pieces, 2, offset, &done);
  if (failed == 0) printf(" wrote=%zu", (size_t)done);
  return failed;
}

static int read_text(int fd, size_t length, long long offset) {
  size_t half = length / 2;
  __wasi_iovec_t pieces[2] = {{buffer, half}, {buffer + half, length - half}};
  __wasi_size_t done = 0;
  int failed = offset < 0 ? __wasi_fd_read(fd, pieces, 2, &done) : __wasi_fd_pread(fd, pieces, 2, offset, &done);
  if (failed) return failed;
  printf(" read=%zu \"", (size_t)done);
  for (size_t index = 0; index < done; index++) {
    if (buffer[index] == 0) printf("\\0");
    else putchar(buffer[index]);
  }
  putchar('"');
  return 0;
}

/** path_open PATH OFLAGS FDFLAGS LOOKUP ACCESS: access 1 reads, 2 writes. */
static int open_path(void) {
  __wasi_rights_t everything = ~(__wasi_rights_t)0 >> (64 - 28);
  __wasi_rights_t reading = __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_READDIR, writing = __WASI_RIGHTS_FD_WRITE | __WASI_RIGHTS_FD_ALLOCATE |
    __WASI_RIGHTS_FD_FILESTAT_SET_SIZE | __WASI_RIGHTS_FD_DATASYNC;
  __wasi_rights_t rights = everything;
  if (!(number(5) & 1)) rights &= ~reading;
  if (!(number(5) & 2)) rights &= ~writing;
  __wasi_fd_t fd = 0;
  int failed = __wasi_path_open(PREOPEN, number(4), text(1), number(2), rights, everything, number(3), &fd);
  if (failed == 0) printf(" fd=%d", fd);
  return failed;
}

static int poll_clock(void) {
  __wasi_subscription_t subscription = {.userdata = 7, .u.tag = __WASI_EVENTTYPE_CLOCK};
  subscription.u.u.clock.id = number(1);
  subscription.u.u.clock.timeout = number(2);
  __wasi_event_t event;
  __wasi_size_t count = 0;
  int failed = __wasi_poll_oneoff(&subscription, &event, number(3), &count);
  if (failed == 0) printf(" events=%zu userdata=%llu error=%d type=%d", (size_t)count, event.userdata, event.error, event.type);
  return failed;
}

static int call(const char *name) {
  __wasi_filestat_t stat;
  __wasi_fdstat_t fdstat;
  __wasi_filesize_t position = 0;
  __wasi_size_t length = 0;
  __wasi_timestamp_t now = 0;
  int fd = number(1), failed;
  if (strcmp(name, "path_open") == 0) return open_path();
  if (strcmp(name, "fd_close") == 0) return __wasi_fd_close(fd);
  if (strcmp(name, "fd_read") == 0) return read_text(fd, number(2), -1);
  if (strcmp(name, "fd_pread") == 0) return read_text(fd, number(2), number(3));
  if (strcmp(name, "fd_write") == 0) return write_text(fd, text(2), -1);
  if (strcmp(name, "fd_pwrite") == 0) return write_text(fd, text(2), number(3));
  if (strcmp(name, "fd_seek") == 0) {
    failed = __wasi_fd_seek(fd, number(2), number(3), &position);
    if (failed == 0) printf(" at=%llu", position);
    return failed;
  }
  if (strcmp(name, "fd_tell") == 0) {
    failed = __wasi_fd_tell(fd, &position);
    if (failed == 0) printf(" at=%llu", position);
    return failed;
  }
  if (strcmp(name, "fd_renumber") == 0) return __wasi_fd_renumber(fd, number(2));
  if (strcmp(name, "fd_fdstat_get") == 0) {
    failed = __wasi_fd_fdstat_get(fd, &fdstat);
    if (failed == 0) printf(" type=%d", fdstat.fs_filetype);
    return failed;
  }
  if (strcmp(name, "fd_fdstat_set_flags") == 0) return __wasi_fd_fdstat_set_flags(fd, number(2));
  if (strcmp(name, "fd_filestat_get") == 0) return print_stat(__wasi_fd_filestat_get(fd, &stat), &stat);
  if (strcmp(name, "fd_times") == 0) return print_times(__wasi_fd_filestat_get(fd, &stat), &stat);
  if (strcmp(name, "fd_filestat_set_size") == 0) return __wasi_fd_filestat_set_size(fd, number(2));
  if (strcmp(name, "fd_filestat_set_times") == 0) return __wasi_fd_filestat_set_times(fd, number(2), number(3), number(4));
  if (strcmp(name, "fd_allocate") == 0) return __wasi_fd_allocate(fd, number(2), number(3));
  if (strcmp(name, "fd_advise") == 0) return __wasi_fd_advise(fd, number(2), number(3), number(4));
  if (strcmp(name, "fd_sync") == 0) return __wasi_fd_sync(fd);
  if (strcmp(name, "fd_datasync") == 0) return __wasi_fd_datasync(fd);
  if (strcmp(name, "fd_readdir") == 0) return list(fd, number(2));
  if (strcmp(name, "fd_prestat_get") == 0) {
    __wasi_prestat_t prestat;
    failed = __wasi_fd_prestat_get(fd, &prestat);
    if (failed == 0) printf(" tag=%d length=%zu", prestat.tag, (size_t)prestat.u.dir.pr_name_len);
    return failed;
  }
  if (strcmp(name, "path_create_directory") == 0) return __wasi_path_create_directory(PREOPEN, text(1));
  if (strcmp(name, "path_remove_directory") == 0) return __wasi_path_remove_directory(PREOPEN, text(1));
  if (strcmp(name, "path_unlink_file") == 0) return __wasi_path_unlink_file(PREOPEN, text(1));
  if (strcmp(name, "path_rename") == 0) return __wasi_path_rename(PREOPEN, text(1), PREOPEN, text(2));
  if (strcmp(name, "path_symlink") == 0) return __wasi_path_symlink(text(1), PREOPEN, text(2));
  if (strcmp(name, "path_link") == 0) return __wasi_path_link(PREOPEN, number(3), text(1), PREOPEN, text(2));
  if (strcmp(name, "path_readlink") == 0) {
    failed = __wasi_path_readlink(PREOPEN, text(1), buffer, number(2), &length);
    if (failed == 0) printf(" \"%.*s\"", (int)length, (char *)buffer);
    return failed;
  }
  if (strcmp(name, "path_filestat_get") == 0) return print_stat(__wasi_path_filestat_get(PREOPEN, number(2), text(1), &stat), &stat);
  if (strcmp(name, "path_times") == 0) return print_times(__wasi_path_filestat_get(PREOPEN, number(2), text(1), &stat), &stat);
  if (strcmp(name, "path_filestat_set_times") == 0)
    return __wasi_path_filestat_set_times(PREOPEN, number(2), text(1), number(3), number(4), number(5));
  if (strcmp(name, "clock_time_get") == 0) return __wasi_clock_time_get(number(1), 1, &now);
  if (strcmp(name, "clock_res_get") == 0) return __wasi_clock_res_get(number(1), &now);
  if (strcmp(name, "random_get") == 0) return __wasi_random_get(buffer, number(1));
  if (strcmp(name, "sched_yield") == 0) return __wasi_sched_yield();
  if (strcmp(name, "poll_clock") == 0) return poll_clock();
  if (strcmp(name, "proc_exit") == 0) {
    fflush(stdout);
    __wasi_proc_exit(number(1));
  }
  return -3;
}

int main(int argc, char **argv) {
  for (int index = 1; index < argc; index++) {
    memset(words, 0, sizeof words);
    int count = 0;
    printf("%s:", argv[index]);
    for (char *word = strtok(argv[index], " "); word && count < WORDS_MAX; word = strtok(NULL, " ")) words[count++] = word;
    printf(" errno=%d\n", count > 0 ? call(words[0]) : -3);
  }
  return 0;
}
