#include "cli/script_paths.h"

#include <system_error>

namespace hookline::cli {

std::optional<std::filesystem::path> find_example_scripts() {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const fs::path& folder : {
           fs::path("examples/demo"),
           program / "../../examples/demo",     // build/release/hookline
           program / "../../../examples/demo",  // build/release/tests/cli_demo_test
           program / "../share/hookline/demo",
       }) {
    if (fs::is_directory(folder, ignored)) {
      return folder.lexically_normal();
    }
  }
  return std::nullopt;
}

}  // namespace hookline::cli
