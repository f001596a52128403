#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include "dispatch/stream/stream_request.h"
#include "hookline/value.h"

namespace hookline::detail {

// Queues the items of a stream that have arrived and were not read, in the batches that they came
// in.
//
// A batch counts with all its bytes until its last item is taken, so that no item needs a size of
// its own. That is never too little, and too much by what the runner makes in one pull besides the
// last item of it (IteratorTable::kMostBytes).
//
// Thread safety: none.
class ReadyItems {
 public:
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  void add(StreamBatch batch) {
    if (batch.items.empty()) {
      return;
    }
    const std::size_t count = batch.items.size();
    const std::size_t bytes = batch.bytes;
    batches_.push_back({.items = std::move(batch.items), .bytes = bytes});
    size_ += count;
    bytes_ += bytes;
  }
  // Removes and returns the oldest item. REQUIRES: !empty().
  [[nodiscard]] Value take() {
    Batch& batch = batches_.front();
    Value item = std::move(batch.items[batch.next++]);
    --size_;
    if (batch.next == batch.items.size()) {
      bytes_ -= batch.bytes;
      batches_.pop_front();
    }
    return item;
  }
  void clear() {
    batches_.clear();
    size_ = bytes_ = 0;
  }

 private:
  struct Batch {
    List items;
    std::size_t bytes = 0;
    std::size_t next = 0;  // the first item that was not taken
  };

  std::deque<Batch> batches_;  // none is used up
  std::size_t size_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace hookline::detail
