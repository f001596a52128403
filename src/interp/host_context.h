#pragma once

#include "hookline/error.h"

namespace hookline::detail {

// InterpreterOptions::host_context, as the interpreter itself keeps it for the module of the host:
// in its own dict, where all of its threads find it. A thread_local would only be set on the
// worker.
//
// All functions REQUIRE that the calling thread is attached to the interpreter.

// Does nothing for nullptr.
[[nodiscard]] Result<void> set_host_context(void* context);
// Returns the context, or nullptr if there is none.
[[nodiscard]] void* host_context();
// Takes it away from the main interpreter, which continues after its script.
void forget_host_context();

}  // namespace hookline::detail
