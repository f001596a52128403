#pragma once

#include <cstddef>
#include <new>

#pragma GCC visibility push(default)
namespace hookline::detail {

// Allocates memory for small objects that come and go with each call: future states, continuations,
// coroutine frames. It recycles its blocks, whichever thread frees them, and so allocates nothing
// in steady state. Blocks larger than kLargest come from the heap.
//
// There is one pool per process. It is never destroyed, so that an object may outlive everything
// else. Under AddressSanitizer every block comes from the heap, so that it finds uses after free.
//
// Thread safety: all methods from any thread.
class BlockPool {
 public:
  static constexpr std::size_t kLargest = 1024;

  // Returns a block that is aligned for any type without extended alignment. Throws std::bad_alloc.
  [[nodiscard]] static void* allocate(std::size_t size);
  static void deallocate(void* block, std::size_t size) noexcept;
};

// Is a base class whose objects plain new and delete allocate from the pool. An object that is
// deleted through another base class needs a virtual destructor there.
class Pooled {
 public:
  static void* operator new(std::size_t size) { return BlockPool::allocate(size); }
  static void operator delete(void* block, std::size_t size) noexcept {
    BlockPool::deallocate(block, size);
  }
  // The pool has no blocks with extended alignment; using one is a compile error.
  static void* operator new(std::size_t size, std::align_val_t alignment) = delete;

 protected:
  Pooled() = default;
  ~Pooled() = default;
};

}  // namespace hookline::detail
#pragma GCC visibility pop
