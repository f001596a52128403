#pragma once

#include <filesystem>
#include <system_error>

namespace hookline::detail {

// What a path is called everywhere: absolute, without "." and "..". Touches no disk, and so does
// not follow links.
[[nodiscard]] inline std::filesystem::path whole_path(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::absolute(path, ignored).lexically_normal();
}

}  // namespace hookline::detail
