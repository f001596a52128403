#include "plugin/event/script_log.h"

#include <string>
#include <utility>

#include "dispatch/base/no_memory.h"

namespace hookline::detail {
namespace {

void write(ScriptEntry& script, LogBudget& budget, LogLevel level, const std::string& note) {
  std::uint64_t left_out = 0;
  if (!budget.spend(script.clock.now(), left_out)) {
    return;
  }
  if (left_out != 0) {
    script.log.write(level, fmt::format("{}: {} line(s) like the next one were left out",
                                        script.name(), left_out));
  }
  script.log.write(level, fmt::format("{}: {}", script.name(), note));
}

void log(ScriptEntry& script, const ScriptAnswer& answer) {
  switch (answer.kind) {
    case ScriptAnswer::Kind::kGoOn:
    case ScriptAnswer::Kind::kRead:
      break;
    case ScriptAnswer::Kind::kUnexpected:
      write(script, script.unexpected_log, LogLevel::kWarning, answer.note);
      break;
    case ScriptAnswer::Kind::kFailed:
      write(script, script.failed_log, LogLevel::kError, answer.note);
      break;
    case ScriptAnswer::Kind::kMissed:
      script.missed.fetch_add(1, std::memory_order_relaxed);
      write(script, script.missed_log, LogLevel::kWarning, "has missed an event: " + answer.note);
      break;
  }
}

}  // namespace

void log_answer(ScriptEntry& script, const ScriptAnswer& answer) noexcept {
  if_memory([&] { log(script, answer); });
}

void log_result(ScriptEntry& script, const HookRow& hook, Result<Value> result) noexcept {
  if_memory([&] { log(script, read_answer(hook, std::move(result))); });
}

void log_failed_call(ScriptEntry& script, const Error& error) noexcept {
  if_memory([&] { log(script, failed_call(error)); });
}

std::unique_ptr<ScriptAnswer> keep_answer(ScriptEntry& script, const HookRow& hook,
                                          Result<Value> result) noexcept {
  std::unique_ptr<ScriptAnswer> kept;
  if_memory([&] {
    auto answer = std::make_unique<ScriptAnswer>(read_answer(hook, std::move(result)));
    log_answer(script, *answer);
    kept = std::move(answer);
  });
  return kept;
}

}  // namespace hookline::detail
