// See view.cc.
#pragma once

#include <string>
#include <vector>

// A file or folder of the host, and the path under which it stays.
struct SeenFile {
  std::string source;
  std::string target;
};

// Only for a process in a mount namespace of its own: whoever is not would change the machine's mounts. Whether nothing but those files is seen any more.
bool SeeOnly(const std::vector<SeenFile>& files);
