#pragma once

#include <concurrentqueue.h>

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#include "dispatch/base/slot_table.h"

namespace hookline::detail {

// Is a lock-free queue for small items that are cheap to move, such as pointers or QueueSlots. It
// is moodycamel's queue with one ProducerToken per pushing thread.
//
// Order: items of one thread come out in the order in which it pushed them; nothing is promised
// between threads. Threads beyond ThreadSlot::kLimit use moodycamel's implicit producers, which
// keep the same promise.
//
// The queue is unbounded. It allocates nothing in steady state, since a producer reuses its own
// empty blocks.
//
// Thread safety: push() and take_any() from any thread, take() from one thread at a time.
template <class T>
class TokenQueue {
 public:
  // It starts with one block, because most queues of a host are quiet.
  TokenQueue() : queue_(Queue::BLOCK_SIZE), consumer_(queue_) {}
  TokenQueue(const TokenQueue&) = delete;
  TokenQueue& operator=(const TokenQueue&) = delete;
  ~TokenQueue() = default;

  // Returns false if memory runs out; `item` is as before then.
  [[nodiscard]] bool push(T&& item) noexcept {
    try {
      const moodycamel::ProducerToken* token = tokens_.local([this] { return make_token(); });
      return token != nullptr ? queue_.enqueue(*token, std::move(item))
                              : queue_.enqueue(std::move(item));
    } catch (const std::bad_alloc&) {
      return false;
    }
  }

  // Takes up to `limit` items into the output iterator `items` and returns their number. It serves
  // the producers in turn.
  template <class Iterator>
  [[nodiscard]] std::size_t take(Iterator items, std::size_t limit) {
    return queue_.try_dequeue_bulk(consumer_, items, limit);
  }

  // Takes the oldest item of the producer that seems to have the most. Returns false if it finds
  // none.
  [[nodiscard]] bool take_any(T& item) { return queue_.try_dequeue(item); }

 private:
  struct Traits : moodycamel::ConcurrentQueueDefaultTraits {
    // Larger than the default, because items come and go in batches: the queue changes blocks less
    // often, and with blocks above 32 a batch marks its part of a block as empty with one addition
    // instead of one store per item.
    static constexpr std::size_t BLOCK_SIZE = 128;  // NOLINT(readability-identifier-naming)
  };
  using Queue = moodycamel::ConcurrentQueue<T, Traits>;

  // moodycamel makes a useless token if it gets no memory, and crashes when that is used.
  std::unique_ptr<moodycamel::ProducerToken> make_token() {
    auto token = std::make_unique<moodycamel::ProducerToken>(queue_);
    if (!token->valid()) {
      throw std::bad_alloc();
    }
    return token;
  }

  Queue queue_;
  moodycamel::ConsumerToken consumer_;
  SlotTable<moodycamel::ProducerToken> tokens_;  // declared last: destroyed before the queue
};

}  // namespace hookline::detail
