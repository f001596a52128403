#include "dispatch/mailbox/mailbox_reader.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "dispatch/base/cache_flush.h"
#include "dispatch/base/prefetch.h"
#include "dispatch/base/token_queue.h"
#include "dispatch/mailbox/blocked_posters.h"

namespace hookline::detail {
namespace {

// A batch of this size stays in the first-level cache.
constexpr std::size_t kMaxTaken = 64;

// With kDropOldest the reader takes one call at a time, because calls in a batch cannot be
// displaced any more.
std::size_t batch_size(Overflow overflow, std::size_t batch) {
  return overflow == Overflow::kDropOldest ? 1 : std::clamp<std::size_t>(batch, 1, kMaxTaken);
}

constexpr std::size_t kAhead = 6;
// The distance to the place where the poster writes at which prefetching does not disturb it.
constexpr std::size_t kApart = 32;

// Is the output iterator that the queue moves slots into. It remembers where the last slot was in
// the queue's memory, and flushes the slots' cache lines for the poster if that is the slower side.
class SlotSink {
 public:
  SlotSink(QueueSlot* to, const QueueSlot*& last, bool poster_is_slow) noexcept
      : to_(to), last_(&last), poster_is_slow_(poster_is_slow) {}
  SlotSink& operator*() noexcept { return *this; }
  SlotSink& operator++() noexcept {
    ++to_;
    return *this;
  }
  SlotSink operator++(int) noexcept {
    const SlotSink before = *this;
    ++to_;
    return before;
  }
  SlotSink& operator=(QueueSlot&& slot) noexcept {
    *last_ = &slot;
    *to_ = std::move(slot);
    if (poster_is_slow_) {
      CacheFlush::lines(*last_, to_->lines());
    }
    return *this;
  }

 private:
  QueueSlot* to_;
  const QueueSlot** last_;
  bool poster_is_slow_;
};

}  // namespace

MailboxReader::MailboxReader(Mailbox& mailbox, std::size_t batch)
    : mailbox_(mailbox),
      posters_may_block_(mailbox.options().overflow == Overflow::kBlock),
      batch_(batch_size(mailbox.options().overflow, batch)),
      enough_(batch_.size() == kMaxTaken ? 2 * kMaxTaken : batch_.size()) {}

MailboxReader::~MailboxReader() { assert(next_ == size_); }

std::vector<QueueSlot> MailboxReader::exchange_batch(std::vector<QueueSlot> fresh) noexcept {
  const auto left = std::span(batch_).subspan(next_, size_ - next_);
  std::ranges::move(left, fresh.begin());
  size_ = left.size();
  next_ = 0;
  behind_ = 0;
  batch_.swap(fresh);
  return fresh;
}

inline Call* MailboxReader::take() {
  if (next_ == size_) {
    next_ = 0;
    backoff_.pause();
    size_ = mailbox_.queue_->take(SlotSink(batch_.data(), last_slot_, backoff_.poster_was_slow()),
                                  batch_.size());
    behind_ = size_ == kMaxTaken ? mailbox_.admission_.waiting() - size_ : 0;
    backoff_.note_poll(size_ + behind_, enough_);
    if (size_ == 0) {
      return nullptr;
    }
    for (const QueueSlot& first : std::span(batch_).first(std::min(kAhead, size_))) {
      prefetch_lines(&first.call(), first.call_lines());
    }
  }
  const QueueSlot& slot = batch_[next_++];
  if (next_ + kAhead <= size_) {
    const QueueSlot& later = batch_[next_ + kAhead - 1];
    prefetch_lines(&later.call(), later.call_lines());
  }
  if (next_ + kApart <= behind_) {
    // Prefetches a waiting slot while this call runs, but none that its poster may still be
    // writing.
    prefetch_to_read(behind(last_slot_, next_ * sizeof(QueueSlot)), slot.lines());
  }
  return &slot.call();
}

Call* MailboxReader::next() {
  Call* const call = take();
  if (call == nullptr) {
    return nullptr;
  }
  if (posters_may_block_) {
    mailbox_.admission_.note_left(std::memory_order_seq_cst);
    mailbox_.posters_->wake_one();
  } else {
    mailbox_.admission_.note_left(std::memory_order_release);
  }
  return call;
}

Call* MailboxReader::next_discarded() {
  Call* const call = take();
  if (call != nullptr) {
    mailbox_.admission_.note_discarded();
  }
  return call;
}

}  // namespace hookline::detail
