#pragma once

#include <atomic>

#include "dispatch/wait/wake_batch.h"

namespace hookline {

using namespace detail;

// Stands for a mailbox's worker, and only counts its wake-ups. The test empties the mailbox with a
// MailboxReader.
class IdleWorker final : public MailboxWorker {
 public:
  void wake() noexcept override { wake_ups.fetch_add(1); }
  [[nodiscard]] bool is_this_thread() const noexcept override { return is_me; }

  std::atomic<int> wake_ups{0};
  bool is_me = false;  // the answer of is_this_thread() on every thread
};

}  // namespace hookline
