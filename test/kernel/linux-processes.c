// A process that does what the test tells it over a UNIX socket, one line a command, and answers with
// what Linux answered: "ok VALUES" or an error's number. The other half is processes-parity.test.ts.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *path;
static int channel;
static volatile int took[256];
static volatile int took_count;

static void handler(int signal) {
  if (took_count < 256) took[took_count++] = signal;
}

static void say(const char *text) {
  if (write(channel, text, strlen(text)) < 0) _exit(99);
}

static void reply(long result) {
  char line[64];
  if (result < 0) snprintf(line, sizeof line, "%d\n", errno);
  else snprintf(line, sizeof line, "ok %ld\n", result);
  say(line);
}

static void meet(const char *name) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  channel = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(channel, (struct sockaddr *)&address, sizeof address) < 0) _exit(98);
  char line[64];
  snprintf(line, sizeof line, "hello %s %d\n", name, getpid());
  say(line);
}

static sigset_t set_of(unsigned long bits) {
  sigset_t set;
  sigemptyset(&set);
  for (int signal = 1; signal <= 64; signal++)
    if (bits >> (signal - 1) & 1) sigaddset(&set, signal);
  return set;
}

static unsigned long bits_of(const sigset_t *set) {
  unsigned long bits = 0;
  for (int signal = 1; signal <= 64; signal++)
    if (sigismember(set, signal) == 1) bits |= 1UL << (signal - 1);
  return bits;
}

// What exec does to signals: handlers go back to the default.
static void like_exec(void) {
  struct sigaction action;
  for (int signal = 1; signal <= 64; signal++) {
    if (sigaction(signal, NULL, &action) < 0 || action.sa_handler != handler) continue;
    memset(&action, 0, sizeof action);
    sigaction(signal, &action, NULL);
  }
  took_count = 0;
}

static void serve(char *line) {
  char word[32] = "", name[32] = "";
  long a = 0, b = 0, c = 0, d = 0;
  sscanf(line, "%31s %ld %ld %ld %ld %31s", word, &a, &b, &c, &d, name);
  char text[256] = "";
  if (!strcmp(word, "spawn")) {
    pid_t child = fork();
    if (child == 0) {
      like_exec();
      if (a && setsid() < 0) _exit(97);
      if (b >= 0 && setpgid(0, b) < 0) _exit(96);
      close(channel);
      meet(name);
      return;
    }
    reply(child);
  } else if (!strcmp(word, "kill")) reply(kill(a, b));
  else if (!strcmp(word, "queue")) reply(sigqueue(a, b, (union sigval){.sival_int = c}));
  else if (!strcmp(word, "setpgid")) reply(setpgid(a, b));
  else if (!strcmp(word, "getpgid")) reply(getpgid(a));
  else if (!strcmp(word, "getsid")) reply(getsid(a));
  else if (!strcmp(word, "setsid")) reply(setsid());
  else if (!strcmp(word, "getppid")) reply(getppid());
  else if (!strcmp(word, "exit")) _exit(a);
  else if (!strcmp(word, "waitpid")) {
    int status = 0;
    pid_t pid = waitpid(a, &status, b);
    if (pid < 0) reply(-1);
    else {
      snprintf(text, sizeof text, "ok %d %d\n", pid, pid ? status : 0);
      say(text);
    }
  } else if (!strcmp(word, "action")) {
    struct sigaction action = {.sa_handler = b == 0 ? SIG_DFL : b == 1 ? SIG_IGN : handler};
    action.sa_flags = (c & 1 ? 0 : SA_RESTART) | (c & 2 ? SA_NOCLDSTOP : 0) |
                      (c & 4 ? SA_NOCLDWAIT : 0) | (c & 8 ? SA_RESETHAND : 0) | (c & 16 ? SA_NODEFER : 0);
    reply(sigaction(a, &action, NULL));
  } else if (!strcmp(word, "mask")) {
    sigset_t set = set_of(b), old;
    int how = a == 0 ? SIG_BLOCK : a == 1 ? SIG_UNBLOCK : a == 2 ? SIG_SETMASK : 77;
    if (sigprocmask(how, &set, &old) < 0) reply(-1);
    else {
      snprintf(text, sizeof text, "ok %lu\n", bits_of(&old));
      say(text);
    }
  } else if (!strcmp(word, "pending")) {
    sigset_t set;
    sigpending(&set);
    snprintf(text, sizeof text, "ok %lu\n", bits_of(&set));
    say(text);
  } else if (!strcmp(word, "took")) {
    strcpy(text, "ok");
    for (int at = 0; at < took_count; at++) snprintf(text + strlen(text), 8, " %d", took[at]);
    took_count = 0;
    strcat(text, "\n");
    say(text);
  } else if (!strcmp(word, "sigwait")) {
    sigset_t set = set_of(a);
    siginfo_t info;
    struct timespec none = {0};
    int signal = sigtimedwait(&set, &info, b ? NULL : &none);
    if (signal < 0) reply(-1);
    else {
      int is_child = signal == SIGCHLD && info.si_code > 0;
      int value = info.si_code == SI_QUEUE ? info.si_value.sival_int : 0;
      snprintf(text, sizeof text, "ok %d %d %d %d %d\n", signal, info.si_code, info.si_pid,
               is_child ? info.si_status : 0, value);
      say(text);
    }
  } else if (!strcmp(word, "suspend")) {
    sigset_t set = set_of(a);
    reply(sigsuspend(&set));
  } else if (!strcmp(word, "sleep")) {
    struct timespec time = {.tv_sec = a}, left = {0};
    int failed = clock_nanosleep(CLOCK_MONOTONIC, 0, &time, &left);
    snprintf(text, sizeof text, "ok %d\n", failed && left.tv_sec + 1 >= a);
    say(text);
  } else if (!strcmp(word, "alarm")) reply(alarm(a));
  else if (!strcmp(word, "pipe")) {
    int ends[2];
    if (pipe(ends) < 0) reply(-1);
    else {
      // Where both sides have them: descriptors 10 and 11.
      dup2(ends[0], 10);
      dup2(ends[1], 11);
      close(ends[0]);
      close(ends[1]);
      reply(0);
    }
  } else if (!strcmp(word, "read")) {
    static char buffer[1 << 20];
    reply(read(10, buffer, a));
  } else if (!strcmp(word, "write")) {
    static char buffer[1 << 20];
    reply(write(11, buffer, a));
  } else if (!strcmp(word, "close")) reply(close(a));
  else if (!strcmp(word, "getrlimit")) {
    struct rlimit limit;
    if (getrlimit(a, &limit) < 0) reply(-1);
    else {
      snprintf(text, sizeof text, "ok %ld %ld\n", (long)limit.rlim_cur, (long)limit.rlim_max);
      say(text);
    }
  } else if (!strcmp(word, "setrlimit")) {
    struct rlimit limit = {.rlim_cur = b, .rlim_max = c};
    reply(setrlimit(a, &limit));
  } else if (!strcmp(word, "setresuid")) reply(setresuid(a, b, c));
  else if (!strcmp(word, "setresgid")) reply(setresgid(a, b, c));
  else if (!strcmp(word, "setuid")) reply(setuid(a));
  else if (!strcmp(word, "setgid")) reply(setgid(a));
  else if (!strcmp(word, "getresuid")) {
    uid_t real, effective, saved;
    getresuid(&real, &effective, &saved);
    snprintf(text, sizeof text, "ok %d %d %d\n", real, effective, saved);
    say(text);
  } else if (!strcmp(word, "getresgid")) {
    gid_t real, effective, saved;
    getresgid(&real, &effective, &saved);
    snprintf(text, sizeof text, "ok %d %d %d\n", real, effective, saved);
    say(text);
  } else if (!strcmp(word, "setpriority")) reply(setpriority(a, b, c));
  else if (!strcmp(word, "getpriority")) {
    errno = 0;
    int nice = getpriority(a, b);
    if (errno) reply(-1);
    else reply(nice + 100);
  } else say("what?\n");
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  path = argv[1];
  // What the test runner ignores or blocks is not the case's.
  for (int signal = 1; signal <= 64; signal++) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(signal, &action, NULL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  meet(argv[2]);
  static char line[512];
  for (int filled = 0;;) {
    ssize_t count = read(channel, line + filled, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return 0;
    if (line[filled] != '\n') {
      if (filled < 510) filled++;
      continue;
    }
    line[filled] = 0;
    filled = 0;
    serve(line);
  }
}
