#include "dispatch/mailbox_reader.h"

#include <algorithm>
#include <cassert>
#include <cstddef>

#include "dispatch/blocked_posters.h"
#include "dispatch/call_queue.h"
#include "dispatch/prefetch.h"

namespace hookline {
namespace {

// Calls in a batch can't be displaced any more, and which one is the oldest must not depend on it.
std::size_t batch_size(Overflow overflow, std::size_t batch) {
  return overflow == Overflow::kDropOldest ? 1 : std::max<std::size_t>(batch, 1);
}

constexpr std::size_t kAhead = 4;
constexpr std::size_t kCallBytes = 256;  // what running a call with two texts touches

}  // namespace

MailboxReader::MailboxReader(Mailbox& mailbox, std::size_t batch)
    : mailbox_(mailbox),
      somebody_may_block_(mailbox.options().overflow == Overflow::kBlock),
      batch_(batch_size(mailbox.options().overflow, batch)) {}

MailboxReader::~MailboxReader() { assert(next_ == size_); }

inline Call* MailboxReader::take() {
  if (next_ == size_) {
    next_ = 0;
    size_ = mailbox_.queue_->take(batch_.data(), batch_.size());
    if (size_ == 0) {
      return nullptr;
    }
  }
  Call* const call = batch_[next_++];
  if (next_ + kAhead <= size_) {
    prefetch<kCallBytes>(batch_[next_ + kAhead - 1]);
  }
  return call;
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

}  // namespace hookline
