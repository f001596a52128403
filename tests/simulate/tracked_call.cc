#include "tests/simulate/tracked_call.h"

#include "hookline/stats.h"
#include "tests/simulate/world.h"

namespace hookline::scenarios {

using simulate::check;

void Ledger::TrackedCall::run(Runner& runner, const QueueSlot& slot) noexcept {
  std::size_t& last = ledger_.last_started_[producer_];
  check(last < number_, "a call starts before an earlier one of the same thread");
  last = number_;
  ++ledger_.started_;
  Call::run(runner, slot);
}

void Ledger::TrackedCall::finish(Result<Value>&& /*result*/) noexcept {
  check(content.read() == number_, "a call has not arrived as it was posted");
  content.write(0);
  check(!ended_, "a call ends twice");
  ended_ = true;
  ++ledger_.ended_;
}

bool Ledger::post(Mailbox& mailbox, std::size_t producer, TimePoint deadline) {
  TrackedCall& call = calls_.emplace_back(*this, producer, calls_.size() + 1);
  call.content.write(calls_.size());
  return mailbox.post(call, deadline);
}

void Ledger::check_all(const Mailbox& mailbox) const {
  check(ended_ == calls_.size(), "a call has not ended");
  const MailboxStats stats = mailbox.stats();
  check(stats.started == started_, "the count of started calls is wrong");
  check(stats.waiting == 0, "a call seems to wait");
  check(stats.accepted + stats.rejected + stats.refused == calls_.size(), "a call is not counted");
  check(stats.accepted == stats.started + stats.discarded + stats.dropped_oldest,
        "an accepted call is not counted");
}

void Ledger::check_bound(const Mailbox& mailbox) {
  const MailboxStats stats = mailbox.stats();
  check(stats.waiting <= mailbox.options().capacity, "more calls wait than the mailbox may hold");
}

}  // namespace hookline::scenarios
