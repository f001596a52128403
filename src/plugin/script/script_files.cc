#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include "hookline/script_info.h"

namespace hookline {

namespace {

namespace fs = std::filesystem;

// A file is judged by its name alone: load() says what is wrong with a FIFO, or with a link to
// nothing. So does it for a folder that may not be looked into, which could be a package.
bool is_script(const fs::directory_entry& entry) {
  std::error_code failure;
  if (!entry.is_directory(failure)) {
    return entry.path().extension() == ".py";
  }
  const bool is_package = fs::exists(entry.path() / "__init__.py", failure);
  return is_package || failure == std::errc::permission_denied;
}

}  // namespace

std::vector<fs::path> script_files(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code failure;  // a folder that is missing, or cannot be read, has no scripts
  for (fs::directory_iterator entry(folder, failure); !failure && entry != fs::directory_iterator();
       entry.increment(failure)) {
    if (is_script(*entry)) {
      paths.push_back(entry->path());
    }
  }
  std::ranges::sort(paths);
  return paths;
}

}  // namespace hookline
