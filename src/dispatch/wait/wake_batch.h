#pragma once

#include <cstddef>
#include <vector>

#include "dispatch/mailbox/mailbox_worker.h"

namespace hookline::detail {

// Collects the wake-ups of workers that the calling thread's posts would cause, while it lives.
//
// Waking a sleeping worker costs the poster more than twenty posts. An event loop that posts in
// many small steps wakes each worker once per turn instead: it calls release() when its turn ends,
// at the latest before it sleeps. Waits of this library release by themselves, and so do many posts
// in a row.
//
// Thread affinity: one thread, from construction to destruction; one at a time. The destructor
// releases.
class WakeBatch {
 public:
  static constexpr std::size_t kMostPosts = 256;

  WakeBatch();
  WakeBatch(const WakeBatch&) = delete;
  WakeBatch& operator=(const WakeBatch&) = delete;
  ~WakeBatch();

  void release() noexcept;

  // Of the calling thread, or nullptr.
  [[nodiscard]] static WakeBatch* current() noexcept;

  // For a mailbox: `worker` is to be fetched. It cannot end before it has been.
  void add(MailboxWorker& worker);
  // For a mailbox: something was posted to a worker that may be held.
  void note_post() noexcept {
    if (!workers_.empty() && ++posts_ >= kMostPosts) {
      release();
    }
  }

 private:
  std::vector<MailboxWorker*> workers_;
  std::size_t posts_ = 0;
};

}  // namespace hookline::detail
