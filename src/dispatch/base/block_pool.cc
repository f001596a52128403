#include "hookline/detail/block_pool.h"

#include <cstdint>
#include <new>

#include "dispatch/base/object_pool.h"
#include "marshal/sanitizer.h"

namespace hookline::detail {
namespace {

template <std::size_t Size>
struct Block : PoolItem {  // NOLINT(*-member-init): raw memory that must not be cleared
  alignas(std::max_align_t) std::byte bytes[Size];
};

template <std::size_t Size>
void* take() {
  return &process_pool<Block<Size>>().get().bytes;
}

template <std::size_t Size>
void give_back(void* bytes) noexcept {
  // The block begins at a fixed distance before its bytes.
  auto* const start = static_cast<std::byte*>(bytes) - alignof(std::max_align_t);
  static_assert(sizeof(Block<Size>) == Size + alignof(std::max_align_t));
  process_pool<Block<Size>>().put(*reinterpret_cast<Block<Size>*>(start));
}

constexpr bool kUseHeap = HOOKLINE_ASAN != 0;  // so that it sees the use of a freed block

}  // namespace

void* BlockPool::allocate(std::size_t size) {
  if (kUseHeap || size > kLargest) {
    return ::operator new(size);
  }
  if (size <= 128) {
    return take<128>();
  }
  if (size <= 256) {
    return take<256>();
  }
  return size <= 512 ? take<512>() : take<kLargest>();
}

void BlockPool::deallocate(void* block, std::size_t size) noexcept {
  if (kUseHeap || size > kLargest) {
    ::operator delete(block, size);
  } else if (size <= 128) {
    give_back<128>(block);
  } else if (size <= 256) {
    give_back<256>(block);
  } else if (size <= 512) {
    give_back<512>(block);
  } else {
    give_back<kLargest>(block);
  }
}

}  // namespace hookline::detail
