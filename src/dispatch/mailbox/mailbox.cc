#include "dispatch/mailbox/mailbox.h"

#include <cassert>
#include <cstdint>
#include <new>
#include <thread>
#include <utility>

#include "dispatch/base/no_memory.h"
#include "dispatch/base/token_queue.h"
#include "dispatch/call/call_stamp.h"
#include "dispatch/mailbox/blocked_posters.h"
#include "dispatch/wait/loop_thread.h"
#include "dispatch/wait/wake_batch.h"
#include "hookline/future.h"
#include "hookline/options.h"
#include "hookline/stats.h"

namespace hookline::detail {
namespace {

// The number of times that a poster tries to displace a call before it gives up. It yields between
// two attempts, to the thread that may be in the middle of moving a call.
constexpr int kDisplaceAttempts = 64;

// How often, and in how many nanoseconds, a poster yields to a worker which it has kept asleep
// until now. Waking one takes some 20 us. The poster is usually an event loop, which must go on.
constexpr int kWakeAttempts = 16;
constexpr std::uint64_t kWakeNs = 100'000;

// The text fits into std::string's own buffer, so that refusing a flood of calls allocates nothing.
Result<Value> full_error(Overflow overflow) {
  const bool drops = overflow == Overflow::kDropOldest || overflow == Overflow::kDropNewest;
  return fail(drops ? ErrorCode::kDropped : ErrorCode::kQueueFull, "mailbox is full");
}

}  // namespace

Mailbox::Mailbox(MailboxOptions options, MailboxWorker& worker)
    : options_(options),
      worker_(worker),
      queue_(std::make_unique<TokenQueue<QueueSlot>>()),
      posters_(std::make_unique<BlockedPosters>()),
      admission_(options.capacity) {}

Mailbox::~Mailbox() { assert(waiting() == 0); }

bool Mailbox::post(QueueSlot&& slot, TimePoint block_deadline) {
  Call& call = slot.call();
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
  slot.set_stamp(CallStamp::now(ticket, first));
  const bool kept = queue_->push(std::move(slot));
  if (!kept) [[unlikely]] {
    admission_.note_displaced();
  }
  if (PendingWakes* const wakes = PendingWakes::current(); wakes != nullptr) {
    if (first) {
      wakes->add(worker_);
    }
    wakes->note_post();
  } else if (first) {
    worker_.wake();
  }
  if (!kept) [[unlikely]] {
    call.finish(fail_without_memory());
  }
  return kept;
}

Admission::Answer Mailbox::make_room(TimePoint block_deadline, std::uint64_t& ticket) {
  if (const Admission::Answer answer = wake_pending_worker(ticket);
      answer != Admission::Answer::kFull) {
    return answer;
  }
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

// The mailbox may be full only because the calling thread has put off to wake its worker. Then no
// call must be lost: the worker gets the time that waking it takes. This does not wait for a worker
// that is busy.
Admission::Answer Mailbox::wake_pending_worker(std::uint64_t& ticket) {
  auto answer = Admission::Answer::kFull;
  if (PendingWakes* const wakes = PendingWakes::current(); wakes != nullptr && wakes->release()) {
    const std::uint64_t end = monotonic_ns() + kWakeNs;
    answer = admission_.admit(ticket);
    for (int i = 0; i < kWakeAttempts && answer == Admission::Answer::kFull; ++i) {
      std::this_thread::yield();
      answer = admission_.admit(ticket);
      if (monotonic_ns() > end) {
        break;
      }
    }
  }
  return answer;
}

// A loop's thread does not wait: its sockets would not be served meanwhile. Its call ends with
// kQueueFull, like one whose time to wait is over, so that a host treats both alike. It is not
// kWouldDeadlock, since the mailbox will have room without this thread's help.
Admission::Answer Mailbox::wait_for_room(TimePoint block_deadline, std::uint64_t& ticket) {
  if (worker_.is_this_thread() || LoopThread::is_current()) {
    return Admission::Answer::kFull;
  }
  if (block_deadline == kNoDeadline) {
    block_deadline = Clock::system().now() + options_.block_timeout;
  }
  auto answer = Admission::Answer::kFull;
  try {
    posters_->wait(
        [&] {
          answer = admission_.admit(ticket);
          return answer != Admission::Answer::kFull;
        },
        block_deadline);
  } catch (const std::bad_alloc&) {
    return Admission::Answer::kFull;  // there is no memory to wait with
  }
  return answer;
}

Future<void> Mailbox::room() {
  Promise<void> notice;
  Future<void> future = notice.future();
  if (options_.overflow == Overflow::kBlock) {
    posters_->notify(std::move(notice), [this] { return has_room(); });
  } else {
    notice.set({});
  }
  return future;
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

// Reads the calls that left before those that came, so that no call seems to have left before it
// came. A call that came and left in between counts as waiting: the sum is right, and `waiting` may
// be too high for a moment.
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
