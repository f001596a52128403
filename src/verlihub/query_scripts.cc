#include "verlihub/query_scripts.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/script_info.h"
#include "plugin/script/ask_scripts.h"
#include "plugin/script/host_access.h"

namespace hookline::verlihub {
namespace {

constexpr std::string_view kQuery = "OnScriptQuery";

struct Asked {
  ScriptId id{};
  std::string name;
};

std::vector<Asked> recipients(const ScriptHost& scripts, std::string_view wanted,
                              const Caller& sender) {
  const auto only = wanted.empty() ? std::nullopt : scripts.find(wanted);
  std::vector<Asked> asked;
  for (auto& script : scripts.scripts()) {
    if (script.id != sender.id && (wanted.empty() || script.id == only)) {
      asked.push_back({script.id, std::move(script.name)});
    }
  }
  return asked;
}

// Returns nullopt if there is no usable answer; logs it unless the script has no handler.
std::optional<std::string> read_answer_of(const detail::Log& log, const Asked& asked,
                                          const Result<Value>& result) {
  if (!result) {
    const auto& error = result.error();
    if (error.code != ErrorCode::kFunctionNotFound) {
      log.error("{}: {}: {}\n{}", asked.name, kQuery, error.to_string(), error.traceback);
    }
    return std::nullopt;
  }
  if (const auto* text = result->as<std::string>()) {
    return *text;
  }
  if (!result->is_none()) {
    log.warn("{}: {} must return a str, or None for no answer: it returned {}", asked.name, kQuery,
             result->repr());
  }
  return std::nullopt;
}

}  // namespace

Future<Value> query_scripts(ScriptHost& scripts, const ScriptQuestion& question,
                            const Caller& sender, Duration timeout) {
  auto asked = recipients(scripts, question.recipient, sender);
  std::vector<ScriptId> ids;
  ids.reserve(asked.size());
  for (const auto& each : asked) {
    ids.push_back(each.id);
  }
  const List args{question.command, question.data, question.recipient, sender.name};
  return detail::ask_scripts(
      scripts, ids, kQuery, args, {.timeout = timeout, .text = TextMode::kHost},
      [&log = detail::HostAccess::log(scripts), asked = std::move(asked),
       with_names = question.with_names](const std::vector<Result<Value>>& results) {
        List answers;
        for (std::size_t i = 0; i < results.size(); ++i) {
          auto answer = read_answer_of(log, asked[i], results[i]);
          if (answer && with_names) {
            answers.emplace_back(Tuple{{asked[i].name, *std::move(answer)}});
          } else if (answer) {
            answers.emplace_back(*std::move(answer));
          }
        }
        return Value(std::move(answers));
      });
}

}  // namespace hookline::verlihub
