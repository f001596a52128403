#pragma once

#include <expected>
#include <vector>

#include "hookline/call.h"
#include "hookline/detail/host_function.h"
#include "hookline/error.h"
#include "hookline/verlihub/functions.h"
#include "hookline/verlihub/module.h"

// Has the parts that module() is made of, for a hub that has functions of its own beside those of
// the table, or whose functions scripts reach without Functions in between.
//
// Thread safety: all functions from any thread.
namespace hookline::verlihub {

// Returns what a row says about a function. The caller adds what runs it: `call` or `start`, and
// `read` if may_read().
[[nodiscard]] detail::HostFunction describe(const VhRow& row, Reads reads = Reads::kOnCaller);

// Says whether a function that describe() has returned may have a `read`.
[[nodiscard]] bool may_read(const detail::HostFunction& function);

// Returns the functions of the table, which call `functions`; it must outlive them.
[[nodiscard]] std::vector<detail::HostFunction> functions_of(Functions& functions, Reads reads);

// Makes the module `vh` with these functions, and all of `vh` that does not ask the hub.
[[nodiscard]] Module module_with(std::vector<detail::HostFunction> functions,
                                 const Identity& identity);

// Returns the error of a function where there is no hub. It becomes a RuntimeError in the script.
[[nodiscard]] std::unexpected<Error> needs_hub(const VhRow& row);

}  // namespace hookline::verlihub
