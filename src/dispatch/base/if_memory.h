#pragma once

#include <new>

namespace hookline::detail {

// Does some work that needs memory where nothing may fail, such as telling people of something.
// Returns false if there was none; then the work is left undone.
template <class Work>
bool if_memory(Work work) noexcept {
  try {
    work();
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

}  // namespace hookline::detail
