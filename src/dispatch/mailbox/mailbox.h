#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "dispatch/call/call.h"
#include "dispatch/mailbox/admission.h"
#include "dispatch/wait/wake_batch.h"
#include "hookline/clock.h"
#include "hookline/error.h"
#include "hookline/options.h"
#include "hookline/stats.h"

namespace hookline {
template <class T>
class Future;
}  // namespace hookline

namespace hookline::detail {

class BlockedPosters;
template <class T>
class TokenQueue;

// Is the bounded lock-free queue of the calls of one interpreter. Its memory grows to the largest
// number of calls that have waited together, 128 bytes each, and stays allocated.
//
// Order: calls of one thread start in the order in which it posted them; nothing is promised
// between threads. Bound: at no moment do more than `capacity` accepted calls wait to start. A call
// waits until it starts, wherever it is kept meanwhile; a cancelled one waits until its turn comes.
// Every posted call ends exactly once: the mailbox finishes a call that it does not accept with a
// typed error.
//
// With kDropOldest the displaced call is the oldest one of a single thread, of the one that seems
// to have the most calls waiting, because there is no order between threads. The worker then takes
// one call at a time, so that every waiting call can be displaced. If other threads are just moving
// all waiting calls (in practice: the capacity is a few calls, and a thread is interrupted in the
// middle of a post), post() does not wait for them: it ends the new call with kDropped and counts
// it as rejected.
//
// With kBlock, the thread of an event loop does not wait: its call ends with kQueueFull
// immediately, and counts as rejected. Two workers that post to each other's full mailboxes wait
// until one of the deadlines passes.
//
// Thread safety: all methods from any thread. The poster keeps the mailbox (the Lane) alive
// meanwhile. A MailboxReader takes the calls out.
class Mailbox {
 public:
  // `worker` must outlive the mailbox.
  Mailbox(MailboxOptions options, MailboxWorker& worker);
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;
  // REQUIRES: all accepted calls have been taken out.
  ~Mailbox();

  // Takes ownership of the call in every case. Returns true if it was accepted. Otherwise the call
  // has been finished already with kQueueFull, kDropped, kWouldDeadlock (immediately, with kBlock
  // on the worker that would have to make room) or the code given to close().
  //
  // Lock-free and without allocation in steady state, unless it has to block.
  bool post(Call& call) { return post(QueueSlot(call)); }
  bool post(QueueSlot&& slot) { return post(std::move(slot), kNoDeadline); }
  // Do the same with a deadline (of the system clock) that replaces the block_timeout of kBlock.
  bool post(Call& call, TimePoint block_deadline) { return post(QueueSlot(call), block_deadline); }
  bool post(QueueSlot&& slot, TimePoint block_deadline);

  // Returns false if the mailbox is full. A closed one is not: there is nothing to wait for.
  [[nodiscard]] bool has_room() noexcept { return admission_.has_room(); }
  // Returns a future that is ready when a call has left the full mailbox, or the mailbox is closed.
  // It is ready immediately if the mailbox is not full, and with other policies than kBlock, which
  // have no use for it. Others may take the room before the caller does.
  [[nodiscard]] Future<void> room();

  // Accepts no further calls: they end with `code`. Only the first close() has an effect.
  void close(ErrorCode code);

  [[nodiscard]] MailboxStats stats() const noexcept;
  [[nodiscard]] std::size_t waiting() const noexcept;
  // Returns the thread that runs the calls, or nullptr if it is no worker.
  [[nodiscard]] std::shared_ptr<ScriptThread> script_thread() const {
    return worker_.script_thread();
  }
  [[nodiscard]] const MailboxOptions& options() const noexcept { return options_; }

 private:
  friend class MailboxReader;

  // Apply the overflow policy of a full mailbox and return the answer of the last admit().
  Admission::Answer make_room(TimePoint block_deadline, std::uint64_t& ticket);
  Admission::Answer wake_pending_worker(std::uint64_t& ticket);
  Admission::Answer displace_oldest(std::uint64_t& ticket);
  Admission::Answer wait_for_room(TimePoint block_deadline, std::uint64_t& ticket);
  void refuse(Call& call, Admission::Answer answer);

  const MailboxOptions options_;
  MailboxWorker& worker_;
  std::unique_ptr<TokenQueue<QueueSlot>> queue_;
  std::unique_ptr<BlockedPosters> posters_;
  Admission admission_;
  // Posters write these, though rarely. They are kept off the cache lines that the worker writes.
  alignas(64) std::atomic<std::uint64_t> rejected_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<int> close_code_{-1};
};

}  // namespace hookline::detail
