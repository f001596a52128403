#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "dispatch/base/thread_slot.h"

namespace hookline::detail {

// One T for each thread that asks for it, made at its first call: two loads after that. A thread
// that inherits the number of one that has ended inherits its T.
//
// Thread safety: local() from any thread; for_each() and the destructor REQUIRE that nobody uses
// the table meanwhile.
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

  // The calling thread's own T; nullptr if the thread has no slot. `make()` gives a unique_ptr<T>.
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

  template <class Visit>
  void for_each(Visit visit) {
    for (auto& slot : chunks_) {
      if (Chunk* chunk = slot.load(std::memory_order_acquire); chunk != nullptr) {
        for (auto& entry : chunk->entries) {
          if (entry != nullptr) {
            visit(*entry);
          }
        }
      }
    }
  }

 private:
  static constexpr std::uint32_t kChunk = 32;
  struct Chunk {
    // Each touched by the slot's thread only; ThreadSlot orders one owner after the other.
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
