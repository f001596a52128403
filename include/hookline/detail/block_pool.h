#pragma once

#include <cstddef>
#include <new>

namespace hookline::detail {

// Memory for small objects that come and go with each call: future states, continuations, coroutine
// frames. Blocks are used again through a ObjectPool, so that steady state allocates nothing,
// whichever thread frees them; what is larger than kLargest comes from the heap.
//
// One per process, like malloc's own caches, and never destroyed, so that an object may outlive
// everything else. It has no state that a caller can observe. Under AddressSanitizer it is the
// heap, so that use after free is found.
//
// Thread safety: all of it.
class BlockPool {
 public:
  static constexpr std::size_t kLargest = 1024;

  // Aligned for any type without extended alignment. Throws std::bad_alloc.
  [[nodiscard]] static void* allocate(std::size_t size);
  static void deallocate(void* block, std::size_t size) noexcept;
};

// A base class for objects that are allocated from the pool with plain new and delete. One that is
// deleted through a base class needs a virtual destructor there.
class Pooled {
 public:
  static void* operator new(std::size_t size) { return BlockPool::allocate(size); }
  static void operator delete(void* block, std::size_t size) noexcept {
    BlockPool::deallocate(block, size);
  }
  // The pool has no blocks for extended alignment: better a compile error than a misaligned object.
  static void* operator new(std::size_t size, std::align_val_t alignment) = delete;

 protected:
  Pooled() = default;
  ~Pooled() = default;
};

}  // namespace hookline::detail
