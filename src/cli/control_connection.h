#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "hookline/error.h"

namespace hookline::cli {

// Sends one line to the control socket of a hub, and returns the line that it answers, without its
// newline. kBadArguments with a sentence if no hub is there, or it ends meanwhile.
[[nodiscard]] Result<std::string> ask_hub(const std::filesystem::path& socket,
                                          std::string_view line);

}  // namespace hookline::cli
