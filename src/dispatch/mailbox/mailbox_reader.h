#pragma once

#include <cstddef>
#include <vector>

#include "dispatch/base/poll_backoff.h"
#include "dispatch/call/call.h"
#include "dispatch/mailbox/mailbox.h"

namespace hookline::detail {

// The end of a mailbox at which calls come out: there is one for each mailbox.
//
// Takes calls in batches, keeps those that are not yet wanted, and counts each as started (or
// discarded) at the moment when it is given out.
//
// Thread safety: the worker's thread only.
class MailboxReader {
 public:
  // `batch`: how many calls it takes at a time, at least 1.
  MailboxReader(Mailbox& mailbox, std::size_t batch);
  MailboxReader(const MailboxReader&) = delete;
  MailboxReader& operator=(const MailboxReader&) = delete;
  ~MailboxReader();

  // The next call, counted as started; nullptr: none has arrived. Whoever takes it ends it. It may
  // rest before it looks for more in the mailbox (PollBackoff).
  [[nodiscard]] Call* next();
  // The call that was given out last, as it was posted. Until the next one.
  [[nodiscard]] const QueueSlot& posting() const noexcept { return batch_[next_ - 1]; }
  // The same, counted as discarded.
  [[nodiscard]] Call* next_discarded();

  // Something has come, or is just coming.
  [[nodiscard]] bool pending() const noexcept;
  // Goes away if nothing was accepted that has not come out: True: the mailbox will fetch its
  // worker when there is something. False: look again, something has come or is just coming.
  [[nodiscard]] bool try_leave() noexcept;
  // Comes back without being fetched. False: it was not away, or is just being fetched.
  [[nodiscard]] bool try_return() noexcept;
  // The mailbox is closed, and everything that it accepted has come out.
  [[nodiscard]] bool drained() const noexcept;

 private:
  // The next call, not counted yet.
  Call* take();

  Mailbox& mailbox_;
  const bool somebody_may_block_;
  std::vector<QueueSlot> batch_;
  const std::size_t enough_;  // that wait, to keep the worker well behind its poster
  std::size_t next_ = 0;
  std::size_t size_ = 0;
  std::size_t behind_ = 0;  // how many waited behind the batch when it was taken; 0: few
  PollBackoff lull_;
  const QueueSlot* last_slot_ = nullptr;  // where the last of the batch was; not to be read
};

}  // namespace hookline::detail
