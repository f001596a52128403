#pragma once

#include <filesystem>
#include <string_view>

#include "hookline/error.h"
#include "hookline/python_options.h"

namespace hookline::detail {

// What a script says about itself in the comments at its top, before any code:
//
//   # hookline: gil=shared venv=../envs/numbers
//
// A relative path starts in `folder`, the script's own. kBadArguments, with the number of the line,
// for a key or a value that there is not.
[[nodiscard]] Result<PythonOptions> parse_script_header(std::string_view source,
                                                        const std::filesystem::path& folder);

// The same for the file or package at `path`. One that cannot be read says nothing.
[[nodiscard]] Result<PythonOptions> read_script_header(const std::filesystem::path& path);

}  // namespace hookline::detail
