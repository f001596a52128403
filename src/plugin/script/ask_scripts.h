#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "hookline/future.h"
#include "hookline/script_host.h"

namespace hookline::detail {

// Calls a function of several scripts at the same time, and returns the future of the value that
// `gather` makes of their results, which are in the order of `asked`. Waits for no script longer
// than the timeout in `options`, so two scripts that ask each other and block are both answered
// then.
//
// Thread safety: any thread. `gather` runs on a worker's thread, or the timer's, and must be quick.
using GatherResults = std::function<Value(const std::vector<Result<Value>>& results)>;
[[nodiscard]] Future<Value> ask_scripts(ScriptHost& scripts, std::span<const ScriptId> asked,
                                        std::string_view function, const List& args,
                                        CallOptions options, GatherResults gather);

// Sends an event to several scripts and returns the future of their answers, in the order of
// `asked`. See ScriptHost::ask() for each answer.
[[nodiscard]] Future<std::vector<Result<Value>>> ask_scripts(ScriptHost& scripts,
                                                             std::span<const ScriptId> asked,
                                                             Hook hook, const List& args,
                                                             Duration timeout);

}  // namespace hookline::detail
