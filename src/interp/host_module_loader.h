#pragma once

#include "hookline/error.h"
#include "interp/helpers.h"
#include "interp/interpreter.h"

namespace hookline::detail {

// Makes the module importable in the attached interpreter, if there is one. It must be found by its
// name and not be built into Python, because the table of builtin modules is one for the process,
// while each host has a module of its own.
[[nodiscard]] Result<void> offer_host_module(const Helpers& helpers, const HostModule& module);

}  // namespace hookline::detail
