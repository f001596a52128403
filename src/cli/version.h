#pragma once

namespace hookline::cli {

// As in CMakeLists.txt; tests/cli/help_test.cc compares the two.
inline constexpr const char* kVersion = "0.1.0";

}  // namespace hookline::cli
