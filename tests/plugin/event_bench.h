#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dispatch/mailbox/mailbox.h"
#include "dispatch/mailbox/mailbox_reader.h"
#include "hookline/hook.h"
#include "hookline/typed_hook.h"
#include "plugin/event/event.h"
#include "plugin/event/script_entry.h"
#include "tests/support/idle_worker.h"
#include "tests/support/manual_clock.h"

namespace hookline::test {

using namespace detail;

inline constexpr auto kOnPay = hook<std::string>("on_pay", {"text"}, veto);

// Keeps the lines of a log.
class KeptLog {
 public:
  [[nodiscard]] Log log() {
    return Log([this](LogLevel /*level*/, std::string_view text) {
      const std::scoped_lock lock(mutex_);
      lines_.emplace_back(text);
    });
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    const std::scoped_lock lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

// One script without Python: its mailbox, which the test empties itself.
struct BenchScript {
  BenchScript(const HookTable& table, const Clock& clock, const Log& log, std::string name)
      : entry(table, clock, log) {
    entry.context.caller.name = std::move(name);
  }

  [[nodiscard]] Subscriber subscriber() {
    return {.mailbox = &mailbox, .script = &entry, .call = &entry.hook_calls.front()};
  }
  // Runs the next call as a worker would. Returns false if none waits.
  bool answer(Result<Value> result = Value()) {
    Call* const call = reader.next();
    if (call != nullptr) {
      call->finish(std::move(result));
    }
    return call != nullptr;
  }

  ScriptEntry entry;
  IdleWorker worker;
  Mailbox mailbox{{}, worker};
  MailboxReader reader{mailbox, 256};
};

// Sends events to scripts whose answers the test gives, one step after another.
class EventBench {
 public:
  BenchScript& add(std::string name) {
    return *scripts_.emplace_back(
        std::make_unique<BenchScript>(table, clock, log_, std::move(name)));
  }
  [[nodiscard]] std::vector<Subscriber> subscribers() const {
    std::vector<Subscriber> all;
    for (const auto& script : scripts_) {
      all.push_back(script->subscriber());
    }
    return all;
  }

  HookTable table{{kOnPay}};
  ManualClock clock;
  KeptLog kept;
  EventPool pool;

 private:
  Log log_ = kept.log();
  std::deque<std::unique_ptr<BenchScript>> scripts_;
};

}  // namespace hookline::test
