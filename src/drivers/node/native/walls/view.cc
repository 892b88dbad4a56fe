// The file tree of a process in a mount namespace of its own (launch.cc) after it has loaded what it needs: an empty one, with
// those files and folders of ours that guests' workers still load, readable only.
#include "view.h"

#ifdef __linux__
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

// A folder that every Linux has and from which nothing is shown: the new root is mounted over it.
constexpr char kPlace[] = "/sys";

void MakeFolders(const std::string& path) {
  for (size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    // Those that are there already fail, as they may.
    mkdir(path.substr(0, at).c_str(), 0755);
  }
}

// What a mount inherits must not be taken back: the system refuses that.
unsigned long FlagsOf(const struct statvfs& facts) {
  unsigned long flags = 0;
  if (facts.f_flag & ST_NOSUID) flags |= MS_NOSUID;
  if (facts.f_flag & ST_NODEV) flags |= MS_NODEV;
  if (facts.f_flag & ST_NOEXEC) flags |= MS_NOEXEC;
  if (facts.f_flag & ST_NOATIME) flags |= MS_NOATIME;
  if (facts.f_flag & ST_NODIRATIME) flags |= MS_NODIRATIME;
  if (facts.f_flag & ST_RELATIME) flags |= MS_RELATIME;
  return flags;
}

bool Show(const SeenFile& file) {
  struct stat facts {};
  // What isn't there now has no place in the view: a cache that was not made, as a rule.
  if (stat(file.source.c_str(), &facts) != 0) return true;
  std::string target = kPlace + file.target;
  MakeFolders(target);
  if (S_ISDIR(facts.st_mode)) {
    mkdir(target.c_str(), 0755);
  } else {
    int fd = open(target.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0444);
    if (fd < 0) return false;
    close(fd);
  }
  if (mount(file.source.c_str(), target.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0) return false;
  struct statvfs inherited {};
  if (statvfs(target.c_str(), &inherited) != 0) return false;
  unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | FlagsOf(inherited);
  return mount(nullptr, target.c_str(), nullptr, flags, nullptr) == 0;
}

bool Enter() {
  if (chdir(kPlace) != 0) return false;
  // The old root lies over the new one then, and goes. Roots and directories of all threads move along.
  if (syscall(SYS_pivot_root, ".", ".") != 0) return false;
  umount2(".", MNT_DETACH);
  if (chdir("/") != 0) return false;
  return mount(nullptr, "/", nullptr, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) == 0;
}

void DropPrivileges() {
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2]{};
  syscall(SYS_capset, &header, none);
}

bool MakeView(const std::vector<SeenFile>& files) {
  if (mount("none", kPlace, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=64k,nr_inodes=256,mode=755") != 0) return false;
  bool is_whole = true;
  for (const SeenFile& file : files) is_whole = is_whole && Show(file);
  if (is_whole && Enter()) return true;
  chdir("/");
  umount2(kPlace, MNT_DETACH);
  return false;
}

}  // namespace

bool SeeOnly(const std::vector<SeenFile>& files) {
  bool is_made = MakeView(files);
  DropPrivileges();
  return is_made;
}
#else
bool SeeOnly(const std::vector<SeenFile>&) { return false; }
#endif
