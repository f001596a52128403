#pragma once

#include <memory>

#include "dispatch/recycler.h"

namespace hookline {

// The process's own Recycler of T. Never destroyed, as malloc is not: a future may be dropped, and
// what is recycled with it, at any time.
template <class T>
[[nodiscard]] Recycler<T>& process_recycler() {
  static auto* const kInstance = std::make_unique<Recycler<T>>().release();
  return *kInstance;
}

}  // namespace hookline
