#pragma once

#include <sys/types.h>

#include <vector>

namespace hookline::detail {

struct OpenFile {
  int descriptor = -1;
  dev_t device = 0;
  ino_t inode = 0;
};

// Returns the descriptors of files, pipes and terminals that are open in this process. Sockets and
// descriptors without a file (eventfd, epoll) are not among them: a server may have many thousands.
// Without /proc, only stdin, stdout and stderr are looked at.
[[nodiscard]] std::vector<OpenFile> open_files();

}  // namespace hookline::detail
