#pragma once

#include <cstddef>
#include <vector>

#include "dispatch/base/poll_backoff.h"
#include "dispatch/call/call.h"
#include "dispatch/mailbox/mailbox.h"

namespace hookline::detail {

// Takes the calls out of a mailbox. There is one reader for each mailbox.
//
// It takes calls in batches, keeps those that the worker has not asked for yet, and counts each
// call as started (or discarded) at the moment when it returns it.
//
// Thread affinity: the worker's thread.
class MailboxReader {
 public:
  // `batch`: the number of calls that it takes at a time, at least 1.
  MailboxReader(Mailbox& mailbox, std::size_t batch);
  MailboxReader(const MailboxReader&) = delete;
  MailboxReader& operator=(const MailboxReader&) = delete;
  ~MailboxReader();

  // Returns the next call, counted as started; nullptr if none has arrived. The caller must finish
  // the call. This may pause before it polls the mailbox (PollBackoff).
  [[nodiscard]] Call* next();
  // Does the same, but counts the call as discarded.
  [[nodiscard]] Call* next_discarded();
  // Returns the slot of the call that was returned last. Valid until the next one.
  [[nodiscard]] const QueueSlot& slot() const noexcept { return batch_[next_ - 1]; }

  // Returns memory for as many calls as the reader takes at a time.
  [[nodiscard]] std::vector<QueueSlot> make_batch() const {
    return std::vector<QueueSlot>(batch_.size());
  }
  // Moves the calls that next() has not returned yet into other memory, which make_batch() has
  // made. Returns the present memory, in which slot() is: a stuck thread may still read that.
  [[nodiscard]] std::vector<QueueSlot> exchange_batch(std::vector<QueueSlot> fresh) noexcept;

  // Returns true if a call has arrived or is just arriving.
  [[nodiscard]] bool pending() const noexcept { return mailbox_.admission_.pending(); }
  // Makes the worker idle if all accepted calls have come out: the mailbox will wake it for the
  // next call. Returns false if a call has arrived or is just arriving.
  [[nodiscard]] bool try_become_idle() noexcept { return mailbox_.admission_.try_become_idle(); }
  // Ends the idle state without being woken. Returns false if the worker was not idle, or if a
  // poster is about to wake it.
  [[nodiscard]] bool try_resume() noexcept { return mailbox_.admission_.try_resume(); }
  // Returns true if the mailbox is closed and all accepted calls have come out.
  [[nodiscard]] bool drained() const noexcept { return mailbox_.admission_.drained(); }

 private:
  // Returns the next call without counting it.
  Call* take();

  Mailbox& mailbox_;
  const bool posters_may_block_;
  std::vector<QueueSlot> batch_;
  const std::size_t enough_;  // waiting calls that keep the worker well behind its poster
  std::size_t next_ = 0;
  std::size_t size_ = 0;
  std::size_t behind_ = 0;  // calls that waited behind the batch when it was taken; 0: few
  PollBackoff backoff_;
  const QueueSlot* last_slot_ = nullptr;  // the queue's memory behind the batch: only prefetch it
};

}  // namespace hookline::detail
