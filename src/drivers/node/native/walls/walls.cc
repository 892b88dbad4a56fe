// What a guest host process takes away from itself before it serves a guest, where the system is Linux: privileges that a program
// file could give, system calls that a guest has no use for, and memory beyond its limit. Whoever breaks out of an isolate
// is in a process that can't start programs, open sockets, change files or touch other processes.
#include <node_api.h>

#include "view.h"

#ifdef __linux__
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <vector>

namespace {

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr uint32_t kArchitecture = 0;
#endif

// Refused with EPERM, whatever their arguments.
constexpr long kRefused[] = {
    // Programs and other processes.
    SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp,
    SYS_pidfd_open, SYS_pidfd_getfd, SYS_pidfd_send_signal, SYS_tkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo,
    SYS_setpgid, SYS_setsid, SYS_setpriority, SYS_sched_setaffinity,
    // Sockets.
    SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4,
    // Names and attributes of files.
    SYS_unlinkat, SYS_renameat2, SYS_linkat, SYS_symlinkat, SYS_mkdirat, SYS_mknodat, SYS_fchmod, SYS_fchmodat, SYS_fchown,
    SYS_fchownat, SYS_truncate, SYS_ftruncate, SYS_fallocate, SYS_utimensat, SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr,
    SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr, SYS_openat2, SYS_open_by_handle_at, SYS_name_to_handle_at,
    SYS_inotify_init1, SYS_fanotify_init, SYS_memfd_create,
    // Who one is, and the machine.
    SYS_setuid, SYS_setgid, SYS_setreuid, SYS_setregid, SYS_setresuid, SYS_setresgid, SYS_setfsuid, SYS_setfsgid,
    SYS_setgroups, SYS_capset, SYS_personality, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_open_tree, SYS_move_mount,
    SYS_fsopen, SYS_fsconfig, SYS_fsmount, SYS_fspick, SYS_chroot, SYS_setns, SYS_unshare,
    SYS_swapon, SYS_swapoff, SYS_reboot, SYS_sethostname, SYS_setdomainname, SYS_init_module, SYS_finit_module,
    SYS_delete_module, SYS_kexec_load, SYS_acct, SYS_settimeofday, SYS_clock_settime, SYS_adjtimex, SYS_syslog, SYS_quotactl,
    SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
    SYS_add_key, SYS_request_key, SYS_keyctl, SYS_shmget, SYS_shmat, SYS_msgget, SYS_semget, SYS_mq_open,
#ifdef SYS_mount_setattr
    SYS_mount_setattr,
#endif
#ifdef __x86_64__
    SYS_fork, SYS_vfork, SYS_creat, SYS_unlink, SYS_rmdir, SYS_rename, SYS_renameat, SYS_link, SYS_symlink, SYS_mkdir, SYS_mknod,
    SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat, SYS_inotify_init, SYS_ioperm, SYS_iopl,
    SYS_modify_ldt,
#endif
};

class Filter {
 public:
  Filter() {
    Load(offsetof(seccomp_data, arch));
    Add(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0);
    Return(SECCOMP_RET_KILL_PROCESS);
    Load(offsetof(seccomp_data, nr));
#ifdef __x86_64__
    // The numbers of x32.
    Add(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
    Return(SECCOMP_RET_ERRNO | ENOSYS);
#endif
  }

  void Refuse(long number, uint32_t error = EPERM) {
    Add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(number), 0, 1);
    Return(SECCOMP_RET_ERRNO | error);
  }

  // Refused when none of `bits` is set in the low word of an argument.
  void RefuseWithout(long number, int argument, uint32_t bits) {
    Add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(number), 0, 4);
    Load(Low(argument));
    Add(BPF_JMP | BPF_JSET | BPF_K, bits, 1, 0);
    Return(SECCOMP_RET_ERRNO | EPERM);
    Return(SECCOMP_RET_ALLOW);
  }

  // Refused when any of `bits` is set in the low word of an argument.
  void RefuseBits(long number, int argument, uint32_t bits) {
    Add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(number), 0, 4);
    Load(Low(argument));
    Add(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
    Return(SECCOMP_RET_ERRNO | EACCES);
    Return(SECCOMP_RET_ALLOW);
  }

  // Refused unless an argument is `value`.
  void RefuseOthers(long number, int argument, uint32_t value) {
    Add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(number), 0, 4);
    Load(Low(argument));
    Add(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0);
    Return(SECCOMP_RET_ERRNO | EPERM);
    Return(SECCOMP_RET_ALLOW);
  }

  bool Install() {
    Return(SECCOMP_RET_ALLOW);
    sock_fprog program{static_cast<unsigned short>(code_.size()), code_.data()};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
  }

 private:
  static uint32_t Low(int argument) { return offsetof(seccomp_data, args) + 8 * argument; }
  void Load(uint32_t offset) { Add(BPF_LD | BPF_W | BPF_ABS, offset, 0, 0); }
  void Return(uint32_t action) { Add(BPF_RET | BPF_K, action, 0, 0); }
  void Add(int operation, uint32_t value, int if_true, int if_false) {
    code_.push_back({static_cast<uint16_t>(operation), static_cast<uint8_t>(if_true), static_cast<uint8_t>(if_false), value});
  }

  std::vector<sock_filter> code_;
};

bool RaiseWalls() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  if (kArchitecture == 0) return false;
  Filter filter;
  for (long number : kRefused) filter.Refuse(number);
  constexpr uint32_t kWriting = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
  filter.RefuseBits(SYS_openat, 2, kWriting);
#ifdef __x86_64__
  filter.RefuseBits(SYS_open, 1, kWriting);
#endif
  // Threads, but no processes. What clone3 is asked for can't be seen here: glibc falls back to clone.
  filter.RefuseWithout(SYS_clone, 0, CLONE_THREAD);
#ifdef SYS_clone3
  filter.Refuse(SYS_clone3, ENOSYS);
#endif
  auto pid = static_cast<uint32_t>(getpid());
  filter.RefuseOthers(SYS_kill, 0, pid);
  filter.RefuseOthers(SYS_tgkill, 0, pid);
  return filter.Install();
}

// What the making of one isolate takes of the limit without using it.
std::atomic<double> bytes_per_isolate{0};

bool LimitData(double bytes, double per_isolate) {
  bytes_per_isolate = per_isolate;
  rlimit limit{};
  if (getrlimit(RLIMIT_DATA, &limit) != 0) return false;
  auto wanted = static_cast<rlim_t>(bytes);
  limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || wanted < limit.rlim_max ? wanted : limit.rlim_max;
  return setrlimit(RLIMIT_DATA, &limit) == 0;
}

bool CountIsolates(int32_t change) {
  rlimit limit{};
  if (getrlimit(RLIMIT_DATA, &limit) != 0) return false;
  if (limit.rlim_cur == RLIM_INFINITY) return true;
  double wanted = static_cast<double>(limit.rlim_cur) + change * bytes_per_isolate.load();
  return wanted > 0 && LimitData(wanted, bytes_per_isolate);
}

}  // namespace
#else
namespace {
bool RaiseWalls() { return false; }
bool LimitData(double, double) { return false; }
bool CountIsolates(int32_t) { return false; }
}  // namespace
#endif

namespace {

napi_value Boolean(napi_env env, bool value) {
  napi_value result = nullptr;
  napi_get_boolean(env, value, &result);
  return result;
}

// raiseWalls(): whether all of them stand.
napi_value OnRaiseWalls(napi_env env, napi_callback_info) { return Boolean(env, RaiseWalls()); }

std::string TextOf(napi_env env, napi_value value) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) return "";
  std::string text(length, 0);
  napi_get_value_string_utf8(env, value, text.data(), length + 1, &length);
  return text;
}

// seeOnly([source, target, source, target, …]): whether no other files are seen any more. Only where the launcher said NAMESPACES=1.
napi_value OnSeeOnly(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value paths = nullptr;
  uint32_t length = 0;
  napi_get_cb_info(env, info, &count, &paths, nullptr, nullptr);
  if (count < 1 || napi_get_array_length(env, paths, &length) != napi_ok) return Boolean(env, false);
  std::vector<SeenFile> files;
  for (uint32_t at = 0; at + 1 < length; at += 2) {
    napi_value source = nullptr;
    napi_value target = nullptr;
    napi_get_element(env, paths, at, &source);
    napi_get_element(env, paths, at + 1, &target);
    files.push_back({TextOf(env, source), TextOf(env, target)});
  }
  return Boolean(env, SeeOnly(files));
}

// limitData(bytes, bytesPerIsolate): whether the memory of this process is limited now.
napi_value OnLimitData(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2] = {nullptr, nullptr};
  double bytes = 0;
  double per_isolate = 0;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  if (count < 2 || napi_get_value_double(env, arguments[0], &bytes) != napi_ok || !(bytes > 0)) return Boolean(env, false);
  if (napi_get_value_double(env, arguments[1], &per_isolate) != napi_ok || !(per_isolate >= 0)) return Boolean(env, false);
  return Boolean(env, LimitData(bytes, per_isolate));
}

// countIsolates(change): so many isolates more, or fewer, than the limit has room for.
napi_value OnCountIsolates(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument = nullptr;
  int32_t change = 0;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (count < 1 || napi_get_value_int32(env, argument, &change) != napi_ok) return Boolean(env, false);
  return Boolean(env, CountIsolates(change));
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value function = nullptr;
  napi_create_function(env, "raiseWalls", NAPI_AUTO_LENGTH, OnRaiseWalls, nullptr, &function);
  napi_set_named_property(env, exports, "raiseWalls", function);
  napi_create_function(env, "seeOnly", NAPI_AUTO_LENGTH, OnSeeOnly, nullptr, &function);
  napi_set_named_property(env, exports, "seeOnly", function);
  napi_create_function(env, "limitData", NAPI_AUTO_LENGTH, OnLimitData, nullptr, &function);
  napi_set_named_property(env, exports, "limitData", function);
  napi_create_function(env, "countIsolates", NAPI_AUTO_LENGTH, OnCountIsolates, nullptr, &function);
  napi_set_named_property(env, exports, "countIsolates", function);
  return exports;
}
