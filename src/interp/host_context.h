#pragma once

#include "hookline/error.h"

namespace hookline::detail {

// These functions keep InterpreterOptions::host_context in the interpreter's own dict for the
// module of the host: there all threads of the interpreter find it. A thread_local would only be
// set on the worker.
//
// All functions REQUIRE that the calling thread is attached to the interpreter.

// Does nothing for nullptr.
[[nodiscard]] Result<void> set_host_context(void* context);
// Returns the context, or nullptr if there is none.
[[nodiscard]] void* host_context();
// Removes the context from the main interpreter, which continues after its script.
void forget_host_context();

}  // namespace hookline::detail
