#pragma once

#include <filesystem>
#include <system_error>

namespace hookline::detail {

// Returns the absolute form of `path`, without "." and "..", by which all parts know a file. Does
// not touch the disk, so it does not follow links.
[[nodiscard]] inline std::filesystem::path whole_path(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::absolute(path, ignored).lexically_normal();
}

}  // namespace hookline::detail
