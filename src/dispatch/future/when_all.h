#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "hookline/future.h"
#include "hookline/loop.h"

namespace hookline::detail {

// Returns a future of the results of all `futures`, in their order; it is ready when the last one
// is. Each result keeps its own error. The continuations run on the threads that complete the
// futures.
template <class T>
[[nodiscard]] Future<std::vector<Result<T>>> when_all(std::vector<Future<T>> futures) {
  struct Gathering {
    explicit Gathering(std::size_t count) : missing(count), results(count, fail({}, "")) {}
    std::atomic<std::size_t> missing;
    std::vector<Result<T>> results;
    Promise<std::vector<Result<T>>> promise;
  };
  if (futures.empty()) {
    return make_ready_future<std::vector<Result<T>>>({});
  }
  auto gathering = std::make_shared<Gathering>(futures.size());
  Future<std::vector<Result<T>>> all = gathering->promise.future();
  for (std::size_t i = 0; i < futures.size(); ++i) {
    (void)futures[i].then(InlineExecutor::instance(), [gathering, i](Result<T> result) {
      gathering->results[i] = std::move(result);
      if (gathering->missing.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        gathering->promise.set(std::move(gathering->results));
      }
    });
  }
  return all;
}

}  // namespace hookline::detail
