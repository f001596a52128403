#pragma once

#include <concurrentqueue/concurrentqueue.h>

#include <cstddef>
#include <memory>

#include "dispatch/call.h"
#include "dispatch/slot_table.h"

namespace hookline {

// Where accepted calls wait: moodycamel's queue, with one ProducerToken for each posting thread.
//
// Order: what one thread puts in comes out in that order; between threads nothing is promised.
// Threads beyond ThreadSlot::kLimit go through moodycamel's implicit producers, which keep the same
// promise.
//
// Unbounded: Admission sees to the bound. In steady state nothing is allocated, since a producer
// uses its own empty blocks again. Does not own the calls.
//
// Thread safety: push() and take_any() from any thread, take() from the worker.
class CallQueue {
 public:
  CallQueue();
  CallQueue(const CallQueue&) = delete;
  CallQueue& operator=(const CallQueue&) = delete;
  ~CallQueue();

  // False: out of memory.
  [[nodiscard]] bool push(Call& call) {
    const moodycamel::ProducerToken* token =
        tokens_.local([this] { return std::make_unique<moodycamel::ProducerToken>(queue_); });
    return token != nullptr ? queue_.enqueue(*token, &call) : queue_.enqueue(&call);
  }

  // Takes up to `limit` calls, most of them from one producer, each producer in turn.
  [[nodiscard]] std::size_t take(Call** calls, std::size_t limit) {
    return queue_.try_dequeue_bulk(consumer_, calls, limit);
  }

  // Takes the oldest call of the producer that seems to have the most; nullptr: there is none.
  [[nodiscard]] Call* take_any() {
    Call* call = nullptr;
    return queue_.try_dequeue(call) ? call : nullptr;
  }

 private:
  struct Traits : moodycamel::ConcurrentQueueDefaultTraits {
    // Larger than the default, because calls come and go in batches: fewer blocks to change, and
    // above 32 a batch marks its part of a block as empty with one addition instead of one store
    // per call.
    static constexpr std::size_t BLOCK_SIZE = 128;  // NOLINT(readability-identifier-naming)
  };
  using Queue = moodycamel::ConcurrentQueue<Call*, Traits>;

  Queue queue_;
  moodycamel::ConsumerToken consumer_;
  SlotTable<moodycamel::ProducerToken> tokens_;  // gone before the queue
};

}  // namespace hookline
