#include "plugin/script/ask_scripts.h"

#include <utility>

#include "dispatch/future/when_all.h"
#include "hookline/future.h"
#include "hookline/loop.h"

namespace hookline::detail {
namespace {

// Returns the results of `ask(script)` for all scripts.
template <class Ask>
Future<std::vector<Result<Value>>> ask_each(std::span<const ScriptId> asked, Ask ask) {
  std::vector<Future<Value>> answers;
  answers.reserve(asked.size());
  for (const ScriptId script : asked) {
    answers.push_back(ask(script));
  }
  return when_all(std::move(answers));
}

}  // namespace

Future<Value> ask_scripts(ScriptHost& scripts, std::span<const ScriptId> asked,
                          std::string_view function, const List& args, CallOptions options,
                          GatherResults gather) {
  return ask_each(
             asked,
             [&](ScriptId script) { return scripts.call(script, Callee(function), args, options); })
      .then(InlineExecutor::instance(),
            [gather = std::move(gather)](Result<std::vector<Result<Value>>> results) {
              return results ? Result<Value>(gather(*results))
                             : std::unexpected(std::move(results.error()));
            });
}

Future<std::vector<Result<Value>>> ask_scripts(ScriptHost& scripts, std::span<const ScriptId> asked,
                                               Hook hook, const List& args, Duration timeout) {
  return ask_each(asked, [&](ScriptId script) { return scripts.ask(script, hook, args, timeout); });
}

}  // namespace hookline::detail
