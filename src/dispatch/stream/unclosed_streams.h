#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "hookline/future.h"

namespace hookline::detail {

// Lists the streams of one runner whose StreamRequest::kClose its full mailbox did not accept. The
// runner takes them at the end of each batch and closes them.
//
// A thread that adds a stream, and then finds the mailbox still full, knows that a batch will end
// afterwards: the one with the calls that fill the mailbox.
//
// Thread safety: all methods from any thread.
class UnclosedStreams {
 public:
  struct Stream {
    std::int64_t number = 0;
    Promise<void> closed;
  };

  void add(Stream stream) {
    {
      const std::scoped_lock lock(mutex_);
      streams_.push_back(std::move(stream));
    }
    any_.exchange(true, std::memory_order_acq_rel);
  }

  // Removes and returns all streams. The exchange reads the latest state, never an older one, so
  // that a stream is seen either here or by the call that its thread posts after adding it.
  [[nodiscard]] std::vector<Stream> take() {
    if (!any_.exchange(false, std::memory_order_acq_rel)) {
      return {};
    }
    const std::scoped_lock lock(mutex_);
    return std::exchange(streams_, {});
  }

 private:
  std::atomic<bool> any_{false};
  std::mutex mutex_;
  std::vector<Stream> streams_;
};

}  // namespace hookline::detail
