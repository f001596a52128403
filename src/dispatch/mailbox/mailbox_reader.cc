#include "dispatch/mailbox/mailbox_reader.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <utility>

#include "dispatch/base/cache_flush.h"
#include "dispatch/base/prefetch.h"
#include "dispatch/mailbox/blocked_posters.h"
#include "dispatch/mailbox/call_queue.h"

namespace hookline::detail {
namespace {

// What is taken at once stays in the first-level cache.
constexpr std::size_t kMostTaken = 64;

// Calls in a batch can't be displaced any more, and which one is the oldest must not depend on it.
std::size_t batch_size(Overflow overflow, std::size_t batch) {
  return overflow == Overflow::kDropOldest ? 1 : std::clamp<std::size_t>(batch, 1, kMostTaken);
}

constexpr std::size_t kAhead = 4;
// How far from where the poster writes the processor may fetch.
constexpr std::size_t kApart = 32;

// Where the queue puts what is taken from it; remembers where that was, and leaves those lines to
// the poster if it is the slower one.
class PostingSink {
 public:
  PostingSink(QueueSlot* to, const QueueSlot*& last, bool poster_is_slow) noexcept
      : to_(to), last_(&last), poster_is_slow_(poster_is_slow) {}
  PostingSink& operator*() noexcept { return *this; }
  PostingSink& operator++() noexcept {
    ++to_;
    return *this;
  }
  PostingSink operator++(int) noexcept {
    const PostingSink before = *this;
    ++to_;
    return before;
  }
  PostingSink& operator=(QueueSlot&& slot) noexcept {
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
      somebody_may_block_(mailbox.options().overflow == Overflow::kBlock),
      batch_(batch_size(mailbox.options().overflow, batch)),
      enough_(batch_.size() == kMostTaken ? 2 * kMostTaken : batch_.size()) {}

MailboxReader::~MailboxReader() { assert(next_ == size_); }

inline Call* MailboxReader::take() {
  if (next_ == size_) {
    next_ = 0;
    lull_.rest();
    size_ = mailbox_.queue_->take(PostingSink(batch_.data(), last_slot_, lull_.waited_lately()),
                                  batch_.size());
    behind_ = size_ == kMostTaken ? mailbox_.admission_.waiting() - size_ : 0;
    lull_.note(size_ + behind_, enough_);
    if (size_ == 0) {
      return nullptr;
    }
  }
  const QueueSlot& posting = batch_[next_++];
  if (next_ + kAhead <= size_) {
    const QueueSlot& later = batch_[next_ + kAhead - 1];
    prefetch_lines(&later.call(), later.call_lines());
  }
  if (next_ + kApart <= behind_) {
    // The next of those that wait comes while this call runs. Not one that is still being written:
    // its poster has fetched that.
    prefetch_to_read(behind(last_slot_, next_ * sizeof(QueueSlot)), posting.lines());
  }
  return &posting.call();
}

Call* MailboxReader::next() {
  Call* const call = take();
  if (call == nullptr) {
    return nullptr;
  }
  if (somebody_may_block_) {
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

bool MailboxReader::pending() const noexcept { return mailbox_.admission_.pending(); }

bool MailboxReader::try_leave() noexcept { return mailbox_.admission_.try_leave(); }

bool MailboxReader::try_return() noexcept { return mailbox_.admission_.try_return(); }

bool MailboxReader::drained() const noexcept { return mailbox_.admission_.drained(); }

}  // namespace hookline::detail
