#pragma once

#include <filesystem>
#include <string_view>

#include "hookline/error.h"
#include "hookline/options.h"

namespace hookline::detail {

// Reads a script's settings from the comments at its top, before any code:
//
//   # hookline: gil=shared venv=../env memory_limit=64 value_limit=8 cpu_share=0.2 reload=fresh
//
// A relative path starts in `folder`, the script's own. The limits are in MiB. Errors:
// kBadArguments, with the line number, for an unknown key or value.
[[nodiscard]] Result<PythonOptions> parse_script_header(std::string_view source,
                                                        const std::filesystem::path& folder);

// Does the same for the file or package at `path`. One that cannot be read has no settings.
[[nodiscard]] Result<PythonOptions> read_script_header(const std::filesystem::path& path);

}  // namespace hookline::detail
