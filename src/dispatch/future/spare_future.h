#pragma once

#include <type_traits>

#include "dispatch/base/no_memory.h"
#include "hookline/future.h"
#include "hookline/value.h"

namespace hookline::detail {

// Returns a reference to the one state of all futures that were made without memory. It is done.
[[nodiscard]] FutureStateRef<Value> spare_state() noexcept;

// Returns a future that is ready with kQueueFull and the message "out of memory". Making it needs
// no memory. Thread safety: any thread.
template <class T>
[[nodiscard]] Future<T> out_of_memory() noexcept
  requires(!std::is_same_v<T, Value>)
{
  return {Future<Value>(spare_state()),
          [](FutureState<Value>& /*state*/) -> Result<T> { return fail_without_memory(); }};
}

}  // namespace hookline::detail
