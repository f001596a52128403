#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/call/call.h"
#include "hookline/error.h"
#include "hookline/value.h"

namespace hookline {

using namespace detail;

// Defines the behaviour of a FakeRunner, and records what was asked of it. The test shares it,
// because the runner itself belongs to its worker.
//
// Thread safety: set the functions before the runner is used; the other methods from any thread.
class FakeScript {
 public:
  std::function<Result<Value>(const Request&)> on_run = [](const Request&) { return Value(); };
  std::function<Result<void>()> on_open = [] { return Result<void>(); };
  std::function<void()> on_close = [] {};

  void note(std::string what) {
    const std::scoped_lock lock(mutex_);
    notes_.push_back(std::move(what));
  }
  // Returns "open", "begin", "run NAME", "end", "close", "returned", in the order in which they
  // happened.
  [[nodiscard]] std::vector<std::string> notes() const {
    const std::scoped_lock lock(mutex_);
    return notes_;
  }
  [[nodiscard]] int count(const std::string& what) const {
    const std::scoped_lock lock(mutex_);
    return static_cast<int>(std::ranges::count(notes_, what));
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> notes_;
};

// Records what is asked of it, and runs FakeScript::on_run.
class FakeRunner final : public Runner {
 public:
  explicit FakeRunner(std::shared_ptr<FakeScript> script) : script_(std::move(script)) {}

  [[nodiscard]] Result<void> open() override {
    script_->note("open");
    return script_->on_open();
  }
  void begin_batch() noexcept override { script_->note("begin"); }
  void end_batch() noexcept override { script_->note("end"); }
  [[nodiscard]] Result<Value> run(const Request& request) override {
    script_->note("run " + std::string(request.name));
    return script_->on_run(request);
  }
  void close() noexcept override {
    script_->note("close");
    script_->on_close();
  }
  void retire(bool in_batch) noexcept override {
    script_->note(in_batch ? "retire in a batch" : "retire");
  }
  void on_returned() noexcept override { script_->note("returned"); }

 private:
  std::shared_ptr<FakeScript> script_;
};

}  // namespace hookline
