#pragma once

#include <filesystem>
#include <string>

#include "hookline/error.h"

namespace hookline::detail {

// Reads a file of a script. Never waits for another process: what is no regular file (a FIFO, a
// device, a socket) is not read. Fails with kScriptNotFound, and a message that says why, also for
// a file of more than 64 MiB.
//
// Thread safety: any thread.
[[nodiscard]] Result<std::string> read_source_file(const std::filesystem::path& file);

}  // namespace hookline::detail
