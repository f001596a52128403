#pragma once

#include <filesystem>
#include <optional>

namespace hookline::cli {

// The folder of the scripts that come with hookline: ./examples/demo, else where it lies
// relative to the executable (in a build tree, or installed under share/hookline).
[[nodiscard]] std::optional<std::filesystem::path> find_example_scripts();

}  // namespace hookline::cli
