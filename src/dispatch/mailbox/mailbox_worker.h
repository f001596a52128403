#pragma once

namespace hookline::detail {

// Who empties a mailbox, as the mailbox sees it.
// Thread safety: all methods from any thread.
class MailboxWorker {
 public:
  MailboxWorker() = default;
  MailboxWorker(const MailboxWorker&) = delete;
  MailboxWorker& operator=(const MailboxWorker&) = delete;
  virtual ~MailboxWorker() = default;
  // Calls wait, and the worker was away: to be called once each time that it goes away.
  virtual void fetch() noexcept = 0;
  // Whether the calling thread is the one that empties the mailbox.
  [[nodiscard]] virtual bool is_this_thread() const noexcept = 0;
};

}  // namespace hookline::detail
