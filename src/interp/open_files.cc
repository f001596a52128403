#include "interp/open_files.h"

#include <dirent.h>
#include <sys/stat.h>

#include <charconv>
#include <memory>
#include <string_view>

namespace hookline::detail {

namespace {

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { closedir(folder); }
};

void add_if_file(std::vector<OpenFile>& files, int descriptor) {
  struct stat status{};
  if (fstat(descriptor, &status) != 0) {
    return;
  }
  const auto type = status.st_mode & S_IFMT;
  if (type != S_IFSOCK && type != 0) {
    files.push_back({.descriptor = descriptor, .device = status.st_dev, .inode = status.st_ino});
  }
}

}  // namespace

std::vector<OpenFile> open_files() {
  std::vector<OpenFile> files;
  const std::unique_ptr<DIR, CloseFolder> folder(opendir("/proc/self/fd"));
  if (folder == nullptr) {
    for (int descriptor = 0; descriptor <= 2; ++descriptor) {
      add_if_file(files, descriptor);
    }
    return files;
  }
  while (const dirent* const entry = readdir(folder.get())) {
    const std::string_view name(entry->d_name);
    int descriptor = -1;
    if (std::from_chars(name.data(), name.data() + name.size(), descriptor).ec == std::errc() &&
        descriptor != dirfd(folder.get())) {
      add_if_file(files, descriptor);
    }
  }
  return files;
}

}  // namespace hookline::detail
