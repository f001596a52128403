#include "tests/support/alone/failing_new.h"

#include <cstddef>
#include <cstdlib>
#include <new>

#include "marshal/sanitizer.h"

#if !HOOKLINE_TSAN && !HOOKLINE_ASAN
// The operators that are not replaced call these, or free().
// NOLINTBEGIN(*-no-malloc)
void* operator new(std::size_t size) {
  void* const memory = hookline::test::FailingNew::fails() ? nullptr : std::malloc(size);
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto align = static_cast<std::size_t>(alignment);
  void* const memory = hookline::test::FailingNew::fails()
                           ? nullptr
                           : std::aligned_alloc(align, (size + align - 1) / align * align);
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}
// NOLINTEND(*-no-malloc)
#endif
