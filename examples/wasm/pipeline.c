// pipeline COMMAND [ARGUMENT...] -- COMMAND [ARGUMENT...]: runs the first into the second and says how both ended.
// With -c it asks first, by a single key, when standard input is a terminal. SIGUSR1 makes it tell that it is waiting.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "include/secure_exec.h"

extern char **environ;

// Ends the program with what went wrong.
static void must(const char *what, int failed) {
  if (failed == 0) return;
  fprintf(stderr, "pipeline: %s: %s\n", what, strerror(failed));
  exit(1);
}

// A run of NUL-terminated strings, as arguments and environments are handed over.
struct block { char *bytes; se_len length; };

static struct block block_of(char **strings) {
  struct block block = {NULL, 0};
  for (; *strings; strings++) {
    size_t length = strlen(*strings) + 1;
    block.bytes = realloc(block.bytes, block.length + length);
    if (block.bytes == NULL) abort();
    memcpy(block.bytes + block.length, *strings, length);
    block.length += length;
  }
  return block;
}

// Starts a command with `fd` as its descriptor `as`.
static int start(char **argv, int fd, int as) {
  struct block arguments = block_of(argv), environment = block_of(environ);
  struct se_fd_action action = {as, fd};
  int pid = 0;
  must(argv[0], se_spawn(argv[0], strlen(argv[0]), arguments.bytes, arguments.length, environment.bytes,
                         environment.length, &action, sizeof action, 0, &pid));
  return pid;
}

// Takes the signals that have come. Looking costs no call: every answer of the kernel says whether there are any.
static void take_signals(int waiting_for) {
  while (se_has_signals()) {
    struct se_signal signal;
    int found = 0;
    must("take_signal", se_take_signal(&signal, &found));
    if (!found) return;
    fprintf(stderr, "pipeline: waiting for %d (signal %d from %d)\n", waiting_for, signal.signal, signal.pid);
    uint64_t old;
    must("signal_mask", se_signal_mask(SE_SETMASK, signal.mask, &old));
  }
}

// Waits for a child. A signal that comes meanwhile ends the call with EINTR.
static int wait_for(int pid) {
  for (;;) {
    int changed = 0, status = 0;
    int failed = se_waitpid(pid, 0, &changed, &status);
    take_signals(pid);
    if (failed == 0) return SE_EXITED(status) ? SE_EXIT_CODE(status) : 128 + SE_SIGNAL(status);
    if (failed != EINTR) must("waitpid", failed);
  }
}

// One key, without Enter and without its echo.
static int ask(void) {
  struct se_termios before, raw;
  must("tcgetattr", se_tcgetattr(0, &before));
  raw = before;
  raw.local &= ~(SE_ICANON | SE_ECHO);
  must("tcsetattr", se_tcsetattr(0, 0, &raw));
  fputs("run? [y/n] ", stderr);
  char key = 'n';
  ssize_t count = read(0, &key, 1);
  must("tcsetattr", se_tcsetattr(0, 0, &before));
  fprintf(stderr, "%c\n", key);
  return count == 1 && key == 'y';
}

int main(int argc, char **argv) {
  // wasi-libc begins in /; the kernel knows where this process really is.
  char cwd[4096];
  se_len length = 0;
  must("getcwd", se_getcwd(cwd, sizeof cwd - 1, &length));
  cwd[length] = '\0';
  if (chdir(cwd) != 0) must(cwd, errno);

  char **first = argv + 1, **second = NULL;
  int asks = argc > 1 && strcmp(argv[1], "-c") == 0;
  if (asks) first++;
  for (char **word = first; *word; word++) {
    if (second == NULL && strcmp(*word, "--") == 0) {
      *word = NULL;
      second = word + 1;
      break;
    }
  }
  if (*first == NULL || second == NULL || *second == NULL) {
    fputs("usage: pipeline [-c] COMMAND [ARGUMENT...] -- COMMAND [ARGUMENT...]\n", stderr);
    return 2;
  }
  if (asks && se_isatty(0) == 0 && !ask()) return 1;

  int old;
  must("signal_action", se_signal_action(SE_SIGUSR1, SE_CAUGHT, SE_INTERRUPTS, 0, &old));
  int reader, writer;
  must("pipe", se_pipe(SE_CLOEXEC, &reader, &writer));
  int producer = start(first, writer, 1), consumer = start(second, reader, 0);
  close(reader);
  close(writer);
  int codes[2] = {wait_for(producer), wait_for(consumer)};
  fprintf(stderr, "pipeline: %d %d\n", codes[0], codes[1]);
  return codes[1];
}
