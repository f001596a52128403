#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "dispatch/call/call.h"
#include "dispatch/mailbox/mailbox.h"
#include "hookline/clock.h"
#include "hookline/error.h"
#include "tests/simulate/threads.h"

namespace hookline::scenarios {

using namespace detail;

// The calls that the producers of a scenario post to one mailbox, and what became of them. It
// checks while they run that each ends once, and that those of one producer start in the order in
// which it posted them.
//
// The simulated threads take turns, so its own counts need no protection.
class Ledger {
 public:
  explicit Ledger(std::size_t producers) : last_started_(producers, 0) {}

  class TrackedCall final : public Call {
   public:
    TrackedCall(Ledger& ledger, std::size_t producer, std::size_t number)
        : ledger_(ledger), producer_(producer), number_(number) {}
    void run(Runner& runner, const QueueSlot& slot) noexcept override;
    void finish(Result<Value>&& result) noexcept override;

    // Written by the poster before it posts the call, and by the thread that finishes it.
    simulate::Plain<std::size_t> content;

   private:
    Ledger& ledger_;
    std::size_t producer_;
    std::size_t number_;
    bool ended_ = false;
  };

  // Posts a call, as the next one of its producer.
  bool post(Mailbox& mailbox, std::size_t producer, TimePoint deadline = kNoDeadline);

  // Checks that all calls have ended, and that the mailbox has counted them correctly.
  void check_all(const Mailbox& mailbox) const;
  // Checks that the mailbox holds no more calls than it may.
  static void check_bound(const Mailbox& mailbox);

  [[nodiscard]] std::size_t posted() const noexcept { return calls_.size(); }
  [[nodiscard]] std::size_t started() const noexcept { return started_; }
  [[nodiscard]] std::size_t ended() const noexcept { return ended_; }

 private:
  std::deque<TrackedCall> calls_;
  std::vector<std::size_t> last_started_;
  std::size_t started_ = 0;
  std::size_t ended_ = 0;
};

// Checks how it is used, and calls a function for each request.
class CheckedRunner final : public Runner {
 public:
  using OnRun = std::move_only_function<void(const Request& request)>;
  explicit CheckedRunner(OnRun on_run = [](const Request&) {}) : on_run_(std::move(on_run)) {}
  [[nodiscard]] Result<void> open() override { return {}; }
  void begin_batch() noexcept override {
    simulate::check(!batch_, "a batch begins in a batch");
    batch_ = true;
  }
  void end_batch() noexcept override { batch_ = false; }
  [[nodiscard]] Result<Value> run(const Request& request) override {
    simulate::check(batch_, "a call runs outside of a batch");
    on_run_(request);
    return Value(1);
  }
  void close() noexcept override { simulate::check(!batch_, "closed in a batch"); }
  void retire(bool /*in_batch*/) noexcept override {}

 private:
  OnRun on_run_;
  bool batch_ = false;
};

}  // namespace hookline::scenarios
