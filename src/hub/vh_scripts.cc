#include "hub/vh_scripts.h"

#include <spdlog/spdlog.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/hub_core.h"
#include "plugin/ask_scripts.h"

namespace hookline {
namespace {

constexpr std::string_view kPlugin = "python";
constexpr std::string_view kQuery = "OnScriptQuery";

struct Asked {
  ScriptId id{};
  std::string name;
};

std::vector<Asked> recipients(HubCore& core, const VhArgs& args) {
  const auto wanted = args.text(2);
  const auto only = wanted.empty() ? std::nullopt : core.scripts().find(wanted);
  std::vector<Asked> asked;
  for (auto& script : core.scripts().scripts()) {
    const bool is_meant = wanted.empty() ? script.id != args.caller().id : script.id == only;
    if (is_meant && script.id != args.caller().id) {
      asked.push_back({script.id, std::move(script.name)});
    }
  }
  return asked;
}

// Nothing for what is no answer, which is logged unless the script just has none.
std::optional<std::string> read_answer_of(const Asked& asked, const Result<Value>& result) {
  if (!result) {
    const auto& error = result.error();
    if (error.code != ErrorCode::kFunctionNotFound) {
      spdlog::error("{}: {}: {}\n{}", asked.name, kQuery, error.to_string(), error.traceback);
    }
    return std::nullopt;
  }
  if (const auto* text = result->as<std::string>()) {
    return *text;
  }
  if (!result->is_none()) {
    spdlog::warn("{}: {} must return a str, or None for no answer: it returned {}", asked.name,
                 kQuery, result->repr());
  }
  return std::nullopt;
}

}  // namespace

Result<Value> script_command(HubCore& core, const VhArgs& args) {
  // A flag asks to stay inside of this plugin, where all scripts of this hub are.
  if (!args.text(2).empty() && args.text(2) != kPlugin) {
    return false;
  }
  core.post_to_others(args.caller().id, Hook::kOnScriptCommand,
                      {args.text(0), args.text(1), kPlugin, args.caller().name});
  return true;
}

Future<Value> script_query(HubCore& core, const VhArgs& args) {
  auto asked = recipients(core, args);
  std::vector<ScriptId> ids;
  ids.reserve(asked.size());
  for (const auto& each : asked) {
    ids.push_back(each.id);
  }
  const List question{args.text(0), args.text(1), args.text(2), args.caller().name};
  const auto waiting = core.waiting_scripts().insert(args.caller().id);
  auto asking =
      ask_scripts(core.scripts(), ids, kQuery, question,
                  {.deadline = core.now() + core.config().verdict_deadline, .text = TextMode::kHub},
                  [asked = std::move(asked),
                   with_names = args.number(3) != 0](const std::vector<Result<Value>>& results) {
                    List answers;
                    for (std::size_t i = 0; i < results.size(); ++i) {
                      auto answer = read_answer_of(asked[i], results[i]);
                      if (answer && with_names) {
                        answers.emplace_back(Tuple{{asked[i].name, *std::move(answer)}});
                      } else if (answer) {
                        answers.emplace_back(*std::move(answer));
                      }
                    }
                    return Value(std::move(answers));
                  });
  return asking.then(core.scripts().host_executor(), [&core, waiting](Result<Value> result) {
    core.waiting_scripts().erase(waiting);
    return result;
  });
}

}  // namespace hookline
