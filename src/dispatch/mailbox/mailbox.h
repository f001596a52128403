#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "dispatch/call/call.h"
#include "dispatch/mailbox/admission.h"
#include "dispatch/mailbox/mailbox_worker.h"
#include "hookline/clock.h"
#include "hookline/error.h"

namespace hookline::detail {

class BlockedPosters;
class CallQueue;

// What a full mailbox does with one more call.
enum class Overflow : std::uint8_t {
  kBlock,       // the poster waits for room until a deadline, then kQueueFull
  kReject,      // the new call ends with kQueueFull
  kDropOldest,  // the oldest waiting call ends with kDropped, the new one is taken
  kDropNewest,  // the new call ends with kDropped
};

struct MailboxOptions {
  std::size_t capacity = 65'536;  // at least 1
  Overflow overflow = Overflow::kReject;
  Duration block_timeout = std::chrono::seconds(1);  // for kBlock
};

// Counters since the mailbox was made. Each is exact; together they are a snapshot of a moving
// thing.
//   accepted == started + dropped_oldest + discarded + waiting
struct MailboxStats {
  std::uint64_t accepted = 0;
  std::uint64_t started = 0;         // handed to the runner, or found cancelled at their turn
  std::uint64_t dropped_oldest = 0;  // accepted, then displaced by a newer call (or out of memory)
  std::uint64_t discarded = 0;       // accepted, then ended by shutdown or unload
  std::uint64_t rejected = 0;        // never accepted: full
  std::uint64_t refused = 0;         // never accepted: closed, or kWouldDeadlock
  std::uint64_t waiting = 0;
};

// The bounded lock-free queue of one interpreter. What has been in it at once stays allocated, 128
// bytes a call.
//
// Order: calls that one thread posts start in the order in which it posted them; between threads
// nothing is promised. Bound: at no moment are more than `capacity` accepted calls waiting to
// start. A call waits until it starts, wherever it is kept meanwhile; a cancelled one until its
// turn comes. Every posted call ends exactly once: the mailbox finishes with a typed error what it
// does not take.
//
// With kDropOldest the oldest is the oldest of one thread, of the one that has the most waiting as
// far as can be seen: between threads there is no order. So that every waiting call can be
// displaced, the worker then takes one call at a time. When all waiting calls are just then being
// moved by other threads (in practice: a capacity of a few calls, and a thread interrupted in the
// middle of a post), post() does not wait for them: it ends the new call with kDropped and counts
// it as rejected.
//
// With kBlock, two workers that post to each other's full mailboxes wait until one of the
// deadlines.
//
// Thread safety: all methods from any thread. Whoever posts keeps the mailbox (the Lane) alive
// meanwhile. What takes calls out is the MailboxReader.
class Mailbox {
 public:
  // `worker` must outlive the mailbox.
  Mailbox(MailboxOptions options, MailboxWorker& worker);
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;
  // REQUIRES: everything accepted has been taken out.
  ~Mailbox();

  // Takes the call over in every case. True: accepted. False: it has already been finished, with
  // kQueueFull, kDropped, kWouldDeadlock (kBlock on the worker that would have to make room; at
  // once) or the code given to close().
  //
  // Lock-free and free of allocation in steady state, unless it has to block.
  bool post(Call& call) { return post(QueueSlot(call)); }
  bool post(QueueSlot&& posting) { return post(std::move(posting), kNoDeadline); }
  // Instead of the mailbox's own timeout for kBlock. By the system clock.
  bool post(Call& call, TimePoint block_deadline) { return post(QueueSlot(call), block_deadline); }
  bool post(QueueSlot&& posting, TimePoint block_deadline);

  // Accepts nothing more: who posts gets `code`. The first call counts.
  void close(ErrorCode code);

  [[nodiscard]] MailboxStats stats() const noexcept;
  [[nodiscard]] std::size_t waiting() const noexcept;
  [[nodiscard]] const MailboxOptions& options() const noexcept { return options_; }

 private:
  friend class MailboxReader;

  // Called when it is full: what admit() said after the policy was applied.
  Admission::Answer make_room(TimePoint block_deadline, std::uint64_t& ticket);
  Admission::Answer displace_oldest(std::uint64_t& ticket);
  Admission::Answer wait_for_room(TimePoint block_deadline, std::uint64_t& ticket);
  void refuse(Call& call, Admission::Answer answer);

  const MailboxOptions options_;
  MailboxWorker& worker_;
  std::unique_ptr<CallQueue> queue_;
  std::unique_ptr<BlockedPosters> posters_;
  Admission admission_;
  // Rarely written, but by posters: away from what the worker writes.
  alignas(64) std::atomic<std::uint64_t> rejected_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<int> close_code_{-1};
};

}  // namespace hookline::detail
