#pragma once

#include <cstddef>
#include <vector>

namespace hookline::detail {

// The consumer side of a mailbox, which the mailbox wakes.
//
// Thread safety: all methods from any thread.
class MailboxWorker {
 public:
  MailboxWorker() = default;
  MailboxWorker(const MailboxWorker&) = delete;
  MailboxWorker& operator=(const MailboxWorker&) = delete;
  virtual ~MailboxWorker() = default;
  // Wakes the idle worker because calls wait. Called once each time that the worker becomes idle.
  virtual void wake() noexcept = 0;
  // Returns true on the thread that empties the mailbox.
  [[nodiscard]] virtual bool is_this_thread() const noexcept = 0;
};

// Delays the wake-ups that the calling thread's posts cause, and sends them together.
//
// Waking a sleeping worker costs the poster more than twenty posts. An event loop that posts in
// many small steps can wake each worker once per turn instead: it calls release() when its turn
// ends, at the latest before it sleeps. Every wait of this library releases the batch first, and so
// do kMaxPosts posts in a row.
//
// Thread affinity: one thread from construction to destruction, with at most one batch at a time.
// The destructor releases.
class WakeBatch {
 public:
  static constexpr std::size_t kMaxPosts = 256;

  WakeBatch();
  WakeBatch(const WakeBatch&) = delete;
  WakeBatch& operator=(const WakeBatch&) = delete;
  ~WakeBatch();

  // Wakes the collected workers.
  void release() noexcept;

  // Returns the batch of the calling thread, or nullptr.
  [[nodiscard]] static WakeBatch* current() noexcept;

  // Called by mailboxes: release() must wake `worker`, which cannot end before that.
  void add(MailboxWorker& worker);
  // Called by mailboxes: a call was posted, perhaps to a worker that this batch has yet to wake.
  void note_post() noexcept {
    if (!workers_.empty() && ++posts_ >= kMaxPosts) {
      release();
    }
  }

 private:
  std::vector<MailboxWorker*> workers_;
  std::size_t posts_ = 0;
};

}  // namespace hookline::detail
