#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "hookline/future.h"
#include "hookline/script_host.h"

namespace hookline::detail {

// Calls a function of several scripts at the same time, and gives what `gather` makes of all their
// results, which are in the order of `asked`. With a timeout in `options` nobody is waited for
// longer: so two scripts that ask each other, and are busy waiting, are both answered then.
//
// Thread safety: any thread. `gather` runs on a worker's thread, or the timer's, and must be quick.
using GatherResults = std::function<Value(const std::vector<Result<Value>>& results)>;
[[nodiscard]] Future<Value> ask_scripts(ScriptHost& scripts, std::span<const ScriptId> asked,
                                        std::string_view function, const List& args,
                                        CallOptions options, GatherResults gather);

// Asks several scripts about an event, and gives all their answers, in the order of `asked`; see
// ScriptHost::ask() for each.
[[nodiscard]] Future<std::vector<Result<Value>>> ask_scripts(ScriptHost& scripts,
                                                             std::span<const ScriptId> asked,
                                                             Hook hook, const List& args,
                                                             Duration timeout);

}  // namespace hookline::detail
