#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "dispatch/base/thread_slot.h"

namespace hookline::detail {

// Holds one T per thread, made when the thread first asks for it; later calls cost two loads. A new
// thread that gets the slot number of an ended thread also gets its T.
//
// Thread safety: local() from any thread. The destructor REQUIRES that no thread uses the table.
template <class T>
class SlotTable {
 public:
  SlotTable() = default;
  SlotTable(const SlotTable&) = delete;
  SlotTable& operator=(const SlotTable&) = delete;
  ~SlotTable() {
    for (auto& chunk : chunks_) {
      const std::unique_ptr<Chunk> owned(chunk.load(std::memory_order_acquire));
    }
  }

  // Returns the calling thread's T; nullptr if the thread has no slot. `make()` returns a
  // unique_ptr<T>. Throws std::bad_alloc, or what make() throws, and is as before then.
  template <class Make>
  [[nodiscard]] T* local(Make make) {
    const std::uint32_t slot = ThreadSlot::current();
    if (slot == ThreadSlot::kNone) {
      return nullptr;
    }
    Chunk* chunk = chunks_[slot / kChunk].load(std::memory_order_acquire);
    if (chunk == nullptr) [[unlikely]] {
      chunk = add_chunk(chunks_[slot / kChunk]);
    }
    std::unique_ptr<T>& entry = chunk->entries[slot % kChunk];
    if (entry == nullptr) [[unlikely]] {
      entry = make();
    }
    return entry.get();
  }

 private:
  static constexpr std::uint32_t kChunk = 32;
  struct Chunk {
    // Only the slot's thread touches its entry; ThreadSlot orders one owner after the other.
    std::array<std::unique_ptr<T>, kChunk> entries;
  };

  static Chunk* add_chunk(std::atomic<Chunk*>& slot) {
    auto fresh = std::make_unique<Chunk>();
    Chunk* expected = nullptr;
    if (slot.compare_exchange_strong(expected, fresh.get(), std::memory_order_acq_rel)) {
      return fresh.release();
    }
    return expected;
  }

  std::array<std::atomic<Chunk*>, ThreadSlot::kLimit / kChunk> chunks_{};
};

}  // namespace hookline::detail
