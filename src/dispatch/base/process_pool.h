#pragma once

#include <memory>

#include "dispatch/base/object_pool.h"

namespace hookline::detail {

// The process's own ObjectPool of T. Never destroyed, as malloc is not: a future may be dropped,
// and what is recycled with it, at any time.
template <class T>
[[nodiscard]] ObjectPool<T>& process_pool() {
  static auto* const kInstance = std::make_unique<ObjectPool<T>>().release();
  return *kInstance;
}

}  // namespace hookline::detail
