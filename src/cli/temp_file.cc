#include "cli/temp_file.h"

#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): <cstdlib> has no mkdtemp()

#include <fstream>
#include <string>
#include <system_error>
#include <utility>

namespace hookline::cli {

Result<TempFile> TempFile::create(std::string_view name, std::string_view content) {
  std::error_code error;
  const auto base = std::filesystem::temp_directory_path(error);
  std::string folder = ((error ? "/tmp" : base) / "hookline-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    return fail(ErrorCode::kBadArguments, "no folder could be made in " + base.string() +
                                              ": set TMPDIR to a folder that can be written");
  }
  TempFile file(std::filesystem::path(folder) / name);
  std::ofstream stream(file.path_, std::ios::binary);
  stream << content;
  if (!stream.flush()) {
    return fail(ErrorCode::kBadArguments, file.path_.string() + " could not be written");
  }
  return file;
}

TempFile::TempFile(TempFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TempFile::~TempFile() {
  if (!path_.empty()) {
    std::error_code ignored;
    std::filesystem::remove_all(path_.parent_path(), ignored);
  }
}

}  // namespace hookline::cli
