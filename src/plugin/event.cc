#include "plugin/event.h"

#include <spdlog/spdlog.h>

#include <bit>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "plugin/event_pool.h"
#include "plugin/verdict_queue.h"

namespace hookline {

// The event's way through one script's mailbox.
class Event::ScriptCall final : public Call {
 public:
  explicit ScriptCall(Event& event) : event_(event) {}

  void set_up(const Subscriber& subscriber, std::span<const Value> args) {
    script_ = subscriber.script;
    request_.function = subscriber.target.function;
    request_.args = args.first(subscriber.target.arguments);
    request_.text = TextMode::kHub;
    if (answer_) {
      answer_.reset();  // of an event whose verdict nobody took
    }
    answered_.store(false, std::memory_order_relaxed);
  }

  void finish(Result<Value> result) noexcept override {
    if (!result || !result->is_none()) {  // None is by far the most frequent: it goes on
      log(answer_.emplace(read_answer(event_.hook_, std::move(result))));
    }
    answered_.store(true, std::memory_order_release);
    event_.on_answer();
  }

  [[nodiscard]] bool answered() const noexcept { return answered_.load(std::memory_order_acquire); }
  // REQUIRES: answered(). Empty for an answer that changes nothing.
  [[nodiscard]] std::optional<Answer>& answer() noexcept { return answer_; }

 private:
  void log(const Answer& answer) {
    switch (answer.kind) {
      case Answer::Kind::kGoOn:
      case Answer::Kind::kBlock:
        break;
      case Answer::Kind::kUnexpected:
        spdlog::warn("{}: {}", script_->name(), answer.note);
        break;
      case Answer::Kind::kFailed:
        spdlog::error("{}: {}", script_->name(), answer.note);
        break;
      case Answer::Kind::kMissed:
        log_missed(answer.note);
        break;
    }
  }

  // A script that cannot keep up misses many: each doubling is said once.
  void log_missed(const std::string& why) {
    const std::uint64_t missed = script_->missed.fetch_add(1, std::memory_order_relaxed) + 1;
    if (std::has_single_bit(missed)) {
      spdlog::warn("{}: has missed {} event(s) so far: {}", script_->name(), missed, why);
    }
  }

  Event& event_;
  ScriptEntry* script_ = nullptr;
  std::optional<Answer> answer_;
  std::atomic<bool> answered_{false};
};

Event::Event() = default;

Event::~Event() = default;

bool Event::set_up(Hook hook, std::initializer_list<HookArg> args) {
  const std::string_view kinds = hook_row(hook).argument_kinds;
  if (args.size() != kinds.size()) {
    return false;
  }
  hook_ = hook;
  waiting_ = {};
  if (args_.size() < args.size()) {
    args_.resize(args.size());
  }
  std::size_t index = 0;
  for (const HookArg& arg : args) {
    if (arg.kind() != kinds[index]) {
      return false;
    }
    arg.store(args_[index]);
    ++index;
  }
  return true;
}

void Event::send(const std::vector<Subscriber>& subscribers, Executor* on_answers) {
  sent_ = subscribers.size();
  on_answers_ = on_answers;
  while (calls_.size() < sent_) {
    calls_.push_back(std::make_unique<ScriptCall>(*this));
  }
  unanswered_.store(static_cast<std::uint32_t>(sent_), std::memory_order_relaxed);
  references_.store(static_cast<std::uint32_t>(sent_) + 1, std::memory_order_relaxed);
  for (std::size_t i = 0; i < sent_; ++i) {
    calls_[i]->set_up(subscribers[i], args_);
    subscribers[i].mailbox->post(*calls_[i]);
  }
}

void Event::on_answer() noexcept {
  if (unanswered_.fetch_sub(1, std::memory_order_acq_rel) == 1 && waiting_) {
    waiting_->unpark();
  }
  drop_reference();
}

void Event::release() noexcept { drop_reference(); }

void Event::drop_reference() noexcept {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) != 1) {
    return;
  }
  if (on_answers_ != nullptr) {
    on_answers_->post(*this);
  } else {
    go_back();
  }
}

// Keeps the storage of its texts for the next event, unless they are out of the ordinary.
void Event::go_back() noexcept {
  constexpr std::size_t kKept = 4096;
  for (Value& arg : args_) {
    if (const auto* text = arg.as<std::string>(); text != nullptr && text->capacity() > kKept) {
      arg = Value();
    }
  }
  pool_->give_back(*this);
}

void Event::run() noexcept {
  queue->answered(*this);
  go_back();
}

// The queue has closed, and has delivered the verdict when it did.
void Event::discard() noexcept { go_back(); }

Verdict Event::take_verdict(bool late_allows) {
  Verdict verdict;
  for (std::size_t i = 0; i < sent_; ++i) {
    if (!calls_[i]->answered()) {
      ++verdict.late;
      verdict.allowed = verdict.allowed && late_allows;
    } else if (auto& answer = calls_[i]->answer()) {
      merge(verdict, *std::move(answer));
    }
  }
  return verdict;
}

}  // namespace hookline
