#pragma once

// This is the version of the headers. The major number changes with the interface.
#define HOOKLINE_VERSION_MAJOR 0
#define HOOKLINE_VERSION_MINOR 1
#define HOOKLINE_VERSION_PATCH 0
#define HOOKLINE_VERSION "0.1.0"

#pragma GCC visibility push(default)
namespace hookline {

// Returns the version of the library that is linked or loaded, as in HOOKLINE_VERSION. The text is
// static. Thread safety: any thread.
[[nodiscard]] const char* version() noexcept;

}  // namespace hookline
#pragma GCC visibility pop
