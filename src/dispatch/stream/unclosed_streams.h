#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "hookline/detail/promise.h"

namespace hookline::detail {

// The streams of one runner whose StreamRequest::kClose its full mailbox did not take. The runner
// looks here at the end of each batch, so that they are closed all the same.
//
// Who adds one, and after that finds the mailbox full, knows that a batch will end after it: the
// calls that fill the mailbox are in it.
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

  // Those that were added since. Reads the latest state, not an old one: what the caller has done
  // before is seen by who adds one after it.
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
