#pragma once

#include <concurrentqueue.h>

#include <cstddef>
#include <memory>
#include <utility>

#include "dispatch/base/slot_table.h"

namespace hookline::detail {

// moodycamel's queue, with one ProducerToken for each thread that puts something in. For small
// things that are cheap to move: pointers, postings.
//
// Order: what one thread puts in comes out in that order; between threads nothing is promised.
// Threads beyond ThreadSlot::kLimit go through moodycamel's implicit producers, which keep the same
// promise.
//
// Unbounded. In steady state nothing is allocated, since a producer uses its own empty blocks
// again. Does not own what it holds.
//
// Thread safety: push() and take_any() from any thread, take() from one at a time.
template <class T>
class TokenQueue {
 public:
  // One block to begin with: most of a host's queues are quiet.
  TokenQueue() : queue_(Queue::BLOCK_SIZE), consumer_(queue_) {}
  TokenQueue(const TokenQueue&) = delete;
  TokenQueue& operator=(const TokenQueue&) = delete;
  ~TokenQueue() = default;

  // False: out of memory.
  [[nodiscard]] bool push(T&& item) {
    const moodycamel::ProducerToken* token =
        tokens_.local([this] { return std::make_unique<moodycamel::ProducerToken>(queue_); });
    return token != nullptr ? queue_.enqueue(*token, std::move(item))
                            : queue_.enqueue(std::move(item));
  }

  // Takes up to `limit` of them, most from one producer, each producer in turn.
  // `items` is an output iterator.
  template <class Iterator>
  [[nodiscard]] std::size_t take(Iterator items, std::size_t limit) {
    return queue_.try_dequeue_bulk(consumer_, items, limit);
  }

  // Takes the oldest of the producer that seems to have the most. False: there is none.
  [[nodiscard]] bool take_any(T& item) { return queue_.try_dequeue(item); }

 private:
  struct Traits : moodycamel::ConcurrentQueueDefaultTraits {
    // Larger than the default, because items come and go in batches: fewer blocks to change, and
    // above 32 a batch marks its part of a block as empty with one addition instead of one store
    // per item.
    static constexpr std::size_t BLOCK_SIZE = 128;  // NOLINT(readability-identifier-naming)
  };
  using Queue = moodycamel::ConcurrentQueue<T, Traits>;

  Queue queue_;
  moodycamel::ConsumerToken consumer_;
  SlotTable<moodycamel::ProducerToken> tokens_;  // gone before the queue
};

}  // namespace hookline::detail
