#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "dispatch/base/mpsc_stack.h"
#include "dispatch/wait/served_call.h"

namespace hookline::detail {

// Is the consumer side of a mailbox, which the mailbox wakes.
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
  // Returns the thread that empties the mailbox, or nullptr if it is none of a WorkerPool.
  [[nodiscard]] virtual std::shared_ptr<ScriptThread> script_thread() const { return nullptr; }

  MailboxWorker* next = nullptr;  // used by the PendingWakes that the worker is in
};

// Lists the workers that one thread has yet to wake. Each thread that has ever made a WakeBatch has
// one list; all batches of the thread share it, so that two event loops may run on one thread.
//
// A worker is in one list at most, because only the poster that finds it idle has to wake it. So
// the workers are linked through themselves, and adding one needs no memory.
//
// Thread safety: add() and note_post() on the list's thread, release() from any thread.
class PendingWakes {
 public:
  static constexpr std::size_t kMaxPosts = 256;

  PendingWakes() = default;
  PendingWakes(const PendingWakes&) = delete;
  PendingWakes& operator=(const PendingWakes&) = delete;
  ~PendingWakes() { release(); }

  // Returns the list of the calling thread, or nullptr if the thread has no WakeBatch.
  [[nodiscard]] static PendingWakes* current() noexcept;

  // Called by mailboxes: release() must wake `worker`, which cannot end before that. Wakes it
  // immediately if the last batch has just ended on another thread.
  void add(MailboxWorker& worker) noexcept;
  // Called by mailboxes: a call was posted, perhaps to a worker that is yet to be woken.
  void note_post() noexcept {
    if (!workers_.empty()) {
      const std::size_t posts = posts_.load(std::memory_order_relaxed) + 1;
      posts_.store(posts, std::memory_order_relaxed);
      if (posts >= kMaxPosts) {
        release();
      }
    }
  }

  // Wakes the collected workers. Returns false if there were none.
  bool release() noexcept;

 private:
  friend class WakeBatch;
  void leave() noexcept;

  MpscStack<MailboxWorker> workers_;
  std::atomic<std::size_t> posts_{0};  // since the last release; only a hint for other threads
  std::atomic<std::uint32_t> batches_{0};
};

// Delays the wake-ups that the posts of the thread which made it cause, and sends them together.
//
// Waking a sleeping worker costs the poster more than twenty posts. An event loop that posts in
// many small steps can wake each worker once per turn instead: it calls release() when its turn
// ends, at the latest before it sleeps. Every wait of this library releases the batch first, and so
// do kMaxPosts posts in a row.
//
// Batches of one thread share their workers: the first one that releases wakes them all.
//
// Thread safety: release() and the destructor, which releases, from any thread. A host may be shut
// down on another thread than that of its loop.
class WakeBatch {
 public:
  static constexpr std::size_t kMaxPosts = PendingWakes::kMaxPosts;

  WakeBatch();
  WakeBatch(const WakeBatch&) = delete;
  WakeBatch& operator=(const WakeBatch&) = delete;
  ~WakeBatch();

  // Wakes the collected workers.
  void release() noexcept { wakes_->release(); }

  // Returns the list of the calling thread, or nullptr.
  [[nodiscard]] static PendingWakes* current() noexcept { return PendingWakes::current(); }

 private:
  const std::shared_ptr<PendingWakes> wakes_;
};

}  // namespace hookline::detail
