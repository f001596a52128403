#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <memory>
#include <new>
#include <ranges>
#include <vector>

#include "dispatch/base/prefetch.h"
#include "dispatch/base/slot_table.h"

namespace hookline::detail {

template <class T>
class ObjectPool;

// Is the base class of objects that an ObjectPool keeps.
class PoolItem {
 public:
  PoolItem() = default;
  PoolItem(const PoolItem&) = delete;
  PoolItem& operator=(const PoolItem&) = delete;

 protected:
  ~PoolItem() = default;

 private:
  template <class T>
  friend class ObjectPool;
  PoolItem* next_free_ = nullptr;
  void* owner_ = nullptr;  // the shard that made it; nullptr: it comes from the heap
};

// Recycles objects instead of freeing them. They stay constructed, so that their strings and
// vectors keep their capacity. T derives from PoolItem and has a default constructor; get() returns
// an object as its last user left it.
//
// Each thread takes objects from a shard of its own, without any atomic operation. An object always
// returns to the shard that owns it: without an atomic operation if its own thread returns it, and
// otherwise in batches of kBatch, with one compare-and-swap per batch. The pool allocates nothing
// in steady state.
//
// An object that another thread returned lies in that thread's cache, and fetching it takes longer
// than the rest of a call. So free objects are listed in a vector and not linked through
// themselves: the pool can prefetch the next ones while this one is used, and returning an object
// does not touch it. New objects are given out in the order of their addresses.
//
// Ownership: the pool owns all objects, also those in use. The destructor REQUIRES that all objects
// have been returned and that no thread uses the pool.
//
// Thread safety: get() and put() from any thread.
template <class T>
class ObjectPool {
 public:
  ObjectPool() { static_assert(std::derived_from<T, PoolItem>); }
  ObjectPool(const ObjectPool&) = delete;
  ObjectPool& operator=(const ObjectPool&) = delete;
  ~ObjectPool() = default;

  [[nodiscard]] T& get() {
    Shard* shard = local();
    return shard != nullptr ? shard->get() : *std::make_unique<T>().release();
  }

  void put(T& object) noexcept {
    PoolItem& item = object;
    if (item.owner_ == nullptr) {
      const std::unique_ptr<T> owned(&object);
      return;
    }
    auto& owner = *static_cast<Shard*>(item.owner_);
    Shard* mine = local_if_memory();
    if (mine == &owner) {
      owner.put_local(item);
    } else if (mine == nullptr || !mine->put_for(owner, item)) {
      owner.put_single(item);
    }
  }

 private:
  static constexpr std::size_t kBatch = 32;
  static constexpr std::size_t kSlab = 32;
  class Shard;

  // Carries objects back to their owner shard. The batch itself is recycled, too, by the shard
  // that made it.
  struct Batch {
    explicit Batch(Shard& made_by) : maker(made_by) {}
    Shard& maker;
    Batch* next = nullptr;
    std::size_t size = 0;
    std::array<PoolItem*, kBatch> items{};
  };

  class alignas(64) Shard {
   public:
    T& get() {
      if (free_.empty()) [[unlikely]] {
        refill();
      }
      PoolItem* const object = free_.back();
      free_.pop_back();
      if (free_.size() >= kAhead) {
        prefetch<std::min<std::size_t>(sizeof(T), 256)>(
            static_cast<const T*>(free_[free_.size() - kAhead]));
      }
      return static_cast<T&>(*object);
    }

    // Takes back an object of this shard, on its own thread. The list has room for all of them.
    void put_local(PoolItem& object) noexcept { free_.push_back(&object); }

    // Takes back an object of this shard from a thread that has no shard, or no memory for a batch.
    void put_single(PoolItem& object) noexcept {
      object.next_free_ = returned_singly_.load(std::memory_order_relaxed);
      while (!returned_singly_.compare_exchange_weak(
          object.next_free_, &object, std::memory_order_release, std::memory_order_relaxed)) {
      }
    }

    // Collects an object of another thread's shard and sends it there with its batch. An object in
    // an unfinished batch stays unused until the batch is sent. Returns false if there is no memory
    // for a batch.
    [[nodiscard]] bool put_for(Shard& owner, PoolItem& object) noexcept {
      if (batch_owner_ != &owner) [[unlikely]] {
        if (batch_ != nullptr) {
          send_batch();
        }
        batch_owner_ = &owner;
      }
      if (batch_ == nullptr) [[unlikely]] {
        batch_ = empty_batch();
        if (batch_ == nullptr) {
          return false;
        }
      }
      batch_->items[batch_->size++] = &object;
      if (batch_->size == kBatch) [[unlikely]] {
        send_batch();
      }
      return true;
    }

   private:
    static constexpr std::size_t kAhead = 4;

    static void push(std::atomic<Batch*>& stack, Batch& batch) noexcept {
      batch.next = stack.load(std::memory_order_relaxed);
      while (!stack.compare_exchange_weak(batch.next, &batch, std::memory_order_release,
                                          std::memory_order_relaxed)) {
      }
    }

    // Takes one batch. It empties the whole stack into `taken` and serves later calls from there.
    static Batch* pop(std::atomic<Batch*>& stack, Batch*& taken) noexcept {
      if (taken == nullptr && stack.load(std::memory_order_relaxed) != nullptr) {
        taken = stack.exchange(nullptr, std::memory_order_acquire);
      }
      Batch* const batch = taken;
      if (batch != nullptr) {
        taken = batch->next;
      }
      return batch;
    }

    void refill() {
      for (PoolItem* item = returned_singly_.exchange(nullptr, std::memory_order_acquire);
           item != nullptr; item = item->next_free_) {
        free_.push_back(item);
      }
      if (Batch* const batch = pop(returned_, arrived_); batch != nullptr) {
        free_.insert(free_.end(), batch->items.begin(), batch->items.begin() + batch->size);
        batch->size = 0;
        push(batch->maker.empties_, *batch);
      }
      if (free_.empty()) {
        add_slab();
      }
    }

    void send_batch() noexcept {
      push(batch_owner_->returned_, *batch_);
      batch_ = nullptr;
    }

    // Returns nullptr if there is no memory.
    Batch* empty_batch() noexcept {
      if (Batch* const batch = pop(empties_, spare_); batch != nullptr) {
        return batch;
      }
      try {
        made_.push_back(std::make_unique<Batch>(*this));
      } catch (const std::bad_alloc&) {
        return nullptr;
      }
      return made_.back().get();
    }

    void add_slab() {
      free_.reserve((slabs_.size() + 1) * kSlab);
      slabs_.push_back(std::make_unique<std::array<T, kSlab>>());
      for (T& object : *slabs_.back() | std::views::reverse) {
        static_cast<PoolItem&>(object).owner_ = this;
        put_local(object);
      }
    }

    // Only the shard's thread touches these:
    std::vector<PoolItem*> free_;
    Batch* arrived_ = nullptr;      // taken from returned_
    Batch* batch_ = nullptr;        // being filled
    Shard* batch_owner_ = nullptr;  // where batch_ goes
    Batch* spare_ = nullptr;        // taken from empties_
    std::vector<std::unique_ptr<std::array<T, kSlab>>> slabs_;
    std::vector<std::unique_ptr<Batch>> made_;
    // Any thread writes these:
    alignas(64) std::atomic<Batch*> returned_{nullptr};
    std::atomic<PoolItem*> returned_singly_{nullptr};
    std::atomic<Batch*> empties_{nullptr};
  };

  Shard* local() {
    return shards_.local([] { return std::make_unique<Shard>(); });
  }
  // Returns nullptr also if there is no memory for a shard.
  Shard* local_if_memory() noexcept {
    try {
      return local();
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }

  SlotTable<Shard> shards_;
};

// Returns the ObjectPool of T of this process. It is never destroyed, since a future may be
// dropped, and its state recycled, at any time.
template <class T>
[[nodiscard]] ObjectPool<T>& process_pool() {
  static auto* const kInstance = std::make_unique<ObjectPool<T>>().release();
  return *kInstance;
}

}  // namespace hookline::detail
