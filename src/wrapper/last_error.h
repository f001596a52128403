#pragma once

#include <string>

#include "hookline/error.h"

namespace hookline::wrapper {

// What w_LastError() says, for each thread its own.
//
// Thread safety: all functions from any thread, about that thread.
[[nodiscard]] const std::string& last_error() noexcept;
void clear_last_error() noexcept;
void set_last_error(const Error& error);

}  // namespace hookline::wrapper
