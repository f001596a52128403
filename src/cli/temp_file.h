#pragma once

#include <filesystem>
#include <string_view>

#include "hookline/error.h"

namespace hookline::cli {

// A file in a new folder that only this user can read; both are removed with it.
class TempFile {
 public:
  // `name` is the file's name, without a folder.
  [[nodiscard]] static Result<TempFile> create(std::string_view name, std::string_view content);
  TempFile(TempFile&& other) noexcept;
  TempFile& operator=(TempFile&&) = delete;
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  ~TempFile();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit TempFile(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace hookline::cli
