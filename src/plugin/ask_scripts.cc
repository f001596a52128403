#include "plugin/ask_scripts.h"

#include <utility>

#include "dispatch/when_all.h"

namespace hookline {

Future<Value> ask_scripts(ScriptHost& scripts, std::span<const ScriptId> asked,
                          std::string_view function, const List& args, CallOptions options,
                          GatherResults gather) {
  std::vector<Future<Value>> answers;
  answers.reserve(asked.size());
  for (const ScriptId script : asked) {
    answers.push_back(scripts.call(script, Callee(function), args, options));
  }
  return when_all(std::move(answers))
      .then(InlineExecutor::instance(),
            [gather = std::move(gather)](Result<std::vector<Result<Value>>> results) {
              return results ? Result<Value>(gather(*results))
                             : std::unexpected(std::move(results.error()));
            });
}

Future<std::vector<Result<Value>>> ask_scripts(ScriptHost& scripts, std::span<const ScriptId> asked,
                                               Hook hook, const List& args, TimePoint deadline) {
  std::vector<Future<Value>> answers;
  answers.reserve(asked.size());
  for (const ScriptId script : asked) {
    answers.push_back(scripts.ask(script, hook, args, deadline));
  }
  return when_all(std::move(answers));
}

}  // namespace hookline
