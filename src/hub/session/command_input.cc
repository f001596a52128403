#include "hub/session/command_input.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace hookline::hub {
namespace {

// The number of scripts' commands that may wait behind a decision.
constexpr std::size_t kMaxInjected = 64;

}  // namespace

bool FloodLimit::take(TimePoint now) noexcept {
  if (per_second_ <= 0) {
    return true;
  }
  const std::chrono::duration<double> passed = now - last_;
  if (passed.count() > 0) {
    tokens_ = std::min(burst_, tokens_ + passed.count() * per_second_);
    last_ = now;
  }
  if (tokens_ < 1) {
    return false;
  }
  tokens_ -= 1;
  return true;
}

bool CommandInput::inject(std::string command) {
  if (injected_.size() >= kMaxInjected) {
    return false;
  }
  injected_.push_back(std::move(command));
  return true;
}

CommandInput::Next CommandInput::next(std::string& command, TimePoint now) {
  if (!injected_.empty()) {
    command = std::move(injected_.front());
    injected_.pop_front();
    return Next::kCommand;
  }
  const auto raw = splitter_.next();
  if (!raw) {
    return Next::kNone;
  }
  if (!limit_.take(now)) {
    return Next::kFlood;
  }
  command.assign(*raw);
  return Next::kCommand;
}

}  // namespace hookline::hub
