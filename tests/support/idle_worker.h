#pragma once

#include <atomic>

#include "dispatch/wait/wake_batch.h"

namespace hookline {

using namespace detail;

// A mailbox's worker that does nothing by itself: the test empties the mailbox, through a
// MailboxReader.
class IdleWorker final : public MailboxWorker {
 public:
  void wake() noexcept override { wake_ups.fetch_add(1); }
  [[nodiscard]] bool is_this_thread() const noexcept override { return is_me; }

  std::atomic<int> wake_ups{0};
  bool is_me = false;  // what is_this_thread() says, on every thread
};

}  // namespace hookline
