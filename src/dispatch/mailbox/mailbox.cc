#include "dispatch/mailbox/mailbox.h"

#include <cassert>
#include <thread>

#include "dispatch/mailbox/blocked_posters.h"
#include "dispatch/mailbox/call_queue.h"
#include "dispatch/wait/wake_batch.h"
#include "dispatch/worker/lane_metrics.h"

namespace hookline::detail {
namespace {

// How often a poster looks for a call to displace before it gives way, yielding to whoever is in
// the middle of moving one.
constexpr int kDisplaceAttempts = 64;

// The texts fit std::string's own buffer: a flood must not cost allocations as well.
Result<Value> full_error(Overflow overflow) {
  const bool drops = overflow == Overflow::kDropOldest || overflow == Overflow::kDropNewest;
  return fail(drops ? ErrorCode::kDropped : ErrorCode::kQueueFull, "mailbox is full");
}

}  // namespace

Mailbox::Mailbox(MailboxOptions options, MailboxWorker& worker)
    : options_(options),
      worker_(worker),
      queue_(std::make_unique<CallQueue>()),
      posters_(std::make_unique<BlockedPosters>()),
      admission_(options.capacity) {}

Mailbox::~Mailbox() { assert(waiting() == 0); }

bool Mailbox::post(QueueSlot&& posting, TimePoint block_deadline) {
  Call& call = posting.call();
  std::uint64_t ticket = 0;
  Admission::Answer answer = admission_.admit(ticket);
  if (answer == Admission::Answer::kFull) [[unlikely]] {
    answer = make_room(block_deadline, ticket);
  }
  if (answer > Admission::Answer::kAcceptedFirst) [[unlikely]] {
    refuse(call, answer);
    return false;
  }
  const bool first = answer == Admission::Answer::kAcceptedFirst;
  const bool measured = first || LaneMetrics::samples(ticket);
  posting.set_stamp(measured ? CallStamp(monotonic_ns(), first) : CallStamp());
  const bool kept = queue_->push(std::move(posting));
  if (!kept) [[unlikely]] {
    admission_.note_displaced();
  }
  if (WakeBatch* const hold = WakeBatch::current(); hold != nullptr) {
    if (first) {
      hold->add(worker_);
    }
    hold->note_post();
  } else if (first) {
    worker_.fetch();
  }
  if (!kept) [[unlikely]] {
    call.finish(fail(ErrorCode::kQueueFull, "out of memory"));
  }
  return kept;
}

Admission::Answer Mailbox::make_room(TimePoint block_deadline, std::uint64_t& ticket) {
  switch (options_.overflow) {
    case Overflow::kBlock:
      return wait_for_room(block_deadline, ticket);
    case Overflow::kDropOldest:
      return displace_oldest(ticket);
    case Overflow::kReject:
    case Overflow::kDropNewest:
      break;
  }
  return Admission::Answer::kFull;
}

Admission::Answer Mailbox::wait_for_room(TimePoint block_deadline, std::uint64_t& ticket) {
  if (worker_.is_this_thread()) {
    return Admission::Answer::kFull;
  }
  if (block_deadline == kNoDeadline) {
    block_deadline = Clock::system().now() + options_.block_timeout;
  }
  auto answer = Admission::Answer::kFull;
  posters_->wait(
      [&] {
        answer = admission_.admit(ticket);
        return answer != Admission::Answer::kFull;
      },
      block_deadline);
  return answer;
}

Admission::Answer Mailbox::displace_oldest(std::uint64_t& ticket) {
  auto answer = Admission::Answer::kFull;
  for (int attempt = 0; attempt < kDisplaceAttempts; ++attempt) {
    if (QueueSlot oldest; queue_->take_any(oldest)) {
      admission_.note_displaced();
      oldest.call().finish(full_error(options_.overflow));
    } else {
      std::this_thread::yield();
    }
    answer = admission_.admit(ticket);
    if (answer != Admission::Answer::kFull) {
      break;
    }
  }
  return answer;
}

void Mailbox::refuse(Call& call, Admission::Answer answer) {
  if (answer == Admission::Answer::kClosed) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    const auto code = static_cast<ErrorCode>(close_code_.load(std::memory_order_acquire));
    call.finish(fail(code, "closed"));
  } else if (options_.overflow == Overflow::kBlock && worker_.is_this_thread()) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    call.finish(fail(ErrorCode::kWouldDeadlock,
                     "a full mailbox can't be waited for on the thread that empties it"));
  } else {
    rejected_.fetch_add(1, std::memory_order_relaxed);
    call.finish(full_error(options_.overflow));
  }
}

void Mailbox::close(ErrorCode code) {
  int expected = -1;
  close_code_.compare_exchange_strong(expected, static_cast<int>(code), std::memory_order_acq_rel);
  admission_.close();
  posters_->wake_all();
}

// What leaves is read before what comes, so that nothing ever seems to have left before it came;
// what came and left in between counts as waiting: the sum holds, `waiting` may be too high for a
// moment.
MailboxStats Mailbox::stats() const noexcept {
  MailboxStats stats;
  stats.discarded = admission_.discarded();
  const std::uint64_t left = admission_.left();
  stats.dropped_oldest = admission_.displaced();
  stats.accepted = admission_.accepted();
  stats.rejected = rejected_.load(std::memory_order_relaxed);
  stats.refused = refused_.load(std::memory_order_relaxed);
  stats.started = left - stats.discarded;
  stats.waiting = stats.accepted - left - stats.dropped_oldest;
  return stats;
}

std::size_t Mailbox::waiting() const noexcept { return stats().waiting; }

}  // namespace hookline::detail
