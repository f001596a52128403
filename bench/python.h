#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "interp/runtime.h"

namespace hookline::bench {

using namespace detail;

// Returns the only Python of this process. end_python() ends it, on the same thread.
[[nodiscard]] std::shared_ptr<Runtime> python();
void end_python();

// Returns the path of a file of bench/scripts/.
[[nodiscard]] std::filesystem::path script_file(std::string_view name);
// Returns the path of a script with the hooks of both forms, which do nothing.
[[nodiscard]] std::filesystem::path events_script();

}  // namespace hookline::bench
