// `launch PROGRAM ARGUMENT…` becomes that program, in namespaces of its own where the system lets any user make them: users,
// network (no interface is up), mounts, IPC, host name. The process id stays the same, so whoever started it, counts its time
// and ends it has to know nothing. Of the privileges in its own namespaces the program keeps the one that makes mounts:
// walls.cc takes the files away with it once the program has loaded its own, and drops it. NAMESPACES=1 in the environment says that they
// are there. Where they are refused the program runs without.
//
// It also has no io_uring from the start. libuv (Node 22 and newer) makes a ring for its polling before anything of ours runs;
// the filter of walls.cc refuses to enter it, as what a ring does passes no filter, and libuv ends a process whose ring it
// cannot enter.
//
// A namespace of process ids is not among them: only children enter one, and its first process ignores signals that it sends
// itself. Without /proc nothing is seen of other processes, and the filter of walls.cc allows no signals to them.
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

constexpr int kCannotRun = 126;
constexpr unsigned kKept = CAP_SYS_ADMIN;

bool Write(const char* file, const char* text) {
  int fd = open(file, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  auto length = static_cast<ssize_t>(strlen(text));
  bool is_written = write(fd, text, length) == length;
  close(fd);
  return is_written;
}

// Users keep their numbers: files look as before.
void MapIdentities(unsigned user, unsigned group) {
  char line[64];
  snprintf(line, sizeof line, "%u %u 1", user, user);
  Write("/proc/self/uid_map", line);
  Write("/proc/self/setgroups", "deny");
  snprintf(line, sizeof line, "%u %u 1", group, group);
  Write("/proc/self/gid_map", line);
}

// The program begins with `kKept` alone, also where its user's number is 0.
void KeepOnePrivilege() {
  prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED, 0, 0, 0);
  for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++) {
    if (capability != kKept) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  data[0].effective = data[0].permitted = data[0].inheritable = 1u << kKept;
  syscall(SYS_capset, &header, data);
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, kKept, 0, 0);
}

bool EnterNamespaces() {
  unsigned user = geteuid();
  unsigned group = getegid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS) != 0) return false;
  MapIdentities(user, group);
  // What the host mounts from now on does not appear here.
  mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  sethostname("localhost", 9);
  KeepOnePrivilege();
  return true;
}

// io_uring_setup is a call that this system does not have: its number is the same on every architecture.
void HideRings() {
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  sock_fprog program{sizeof code / sizeof *code, code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) return kCannotRun;
  if (EnterNamespaces()) setenv("NAMESPACES", "1", 1);
  HideRings();
  execv(words[1], words + 1);
  return kCannotRun;
}
