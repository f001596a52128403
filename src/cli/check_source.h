#pragma once

#include <string_view>

namespace hookline::cli {

// The Python part of `hookline check`: a module with the function
//   check(path, hooks) -> dict
// where hooks is {name: [argument names]}. See the module's own text for the result.
[[nodiscard]] std::string_view check_source();

}  // namespace hookline::cli
