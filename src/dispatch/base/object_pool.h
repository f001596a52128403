#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <memory>
#include <ranges>
#include <vector>

#include "dispatch/base/pool_item.h"
#include "dispatch/base/prefetch.h"
#include "dispatch/base/slot_table.h"

namespace hookline::detail {

// Objects that are used again instead of being freed: made once, kept constructed, so that their
// strings and vectors keep their capacity. T derives from PoolItem and has a default constructor;
// what get() returns is as the last user left it.
//
// Each thread takes from a shard of its own without any atomic operation. An object goes back to
// the shard that it came from: without one too if its own thread returns it, and otherwise in
// parcels of kParcel, one compare-and-swap each. In steady state nothing is allocated.
//
// What another thread returns is in that thread's cache, and fetching it takes longer than all the
// rest of a call. So free objects are listed beside them and not linked through them: the next
// ones can then be fetched while this one is being used, and returning one does not touch it. New
// ones are given out in the order of their addresses.
//
// Ownership: the recycler owns all objects, also those in use. REQUIRES that all are back and that
// nobody uses it when it is destroyed.
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
    PoolItem& link = object;
    if (link.home_ == nullptr) {
      const std::unique_ptr<T> owned(&object);
      return;
    }
    auto& home = *static_cast<Shard*>(link.home_);
    Shard* mine = local();
    if (mine == &home) {
      home.put_local(link);
    } else if (mine != nullptr) {
      mine->send_home(home, link);
    } else {
      home.put_stray(link);
    }
  }

 private:
  static constexpr std::size_t kParcel = 32;
  static constexpr std::size_t kSlab = 32;
  class Shard;

  // Objects on their way home. Used again, too, by the shard that made it.
  struct Parcel {
    explicit Parcel(Shard& made_by) : maker(made_by) {}
    Shard& maker;
    Parcel* next = nullptr;
    std::size_t size = 0;
    std::array<PoolItem*, kParcel> items{};
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

    // Has room for every object of the shard.
    void put_local(PoolItem& object) noexcept { free_.push_back(&object); }

    // One of another thread's shard, from a thread that has none.
    void put_stray(PoolItem& object) noexcept {
      object.next_free_ = strays_.load(std::memory_order_relaxed);
      while (!strays_.compare_exchange_weak(object.next_free_, &object, std::memory_order_release,
                                            std::memory_order_relaxed)) {
      }
    }

    // One of another thread's shard. What stays in a parcel is only unused for now.
    void send_home(Shard& home, PoolItem& object) {
      if (parcel_home_ != &home) [[unlikely]] {
        if (parcel_ != nullptr) {
          send_parcel();
        }
        parcel_home_ = &home;
      }
      if (parcel_ == nullptr) [[unlikely]] {
        parcel_ = &empty_parcel();
      }
      parcel_->items[parcel_->size++] = &object;
      if (parcel_->size == kParcel) [[unlikely]] {
        send_parcel();
      }
    }

   private:
    static constexpr std::size_t kAhead = 4;

    static void push(std::atomic<Parcel*>& stack, Parcel& parcel) noexcept {
      parcel.next = stack.load(std::memory_order_relaxed);
      while (!stack.compare_exchange_weak(parcel.next, &parcel, std::memory_order_release,
                                          std::memory_order_relaxed)) {
      }
    }

    // Takes one; all that have come are kept in `taken`.
    static Parcel* pop(std::atomic<Parcel*>& stack, Parcel*& taken) noexcept {
      if (taken == nullptr && stack.load(std::memory_order_relaxed) != nullptr) {
        taken = stack.exchange(nullptr, std::memory_order_acquire);
      }
      Parcel* const parcel = taken;
      if (parcel != nullptr) {
        taken = parcel->next;
      }
      return parcel;
    }

    void refill() {
      for (PoolItem* stray = strays_.exchange(nullptr, std::memory_order_acquire); stray != nullptr;
           stray = stray->next_free_) {
        free_.push_back(stray);
      }
      if (Parcel* const parcel = pop(returned_, arrived_); parcel != nullptr) {
        free_.insert(free_.end(), parcel->items.begin(), parcel->items.begin() + parcel->size);
        parcel->size = 0;
        push(parcel->maker.empties_, *parcel);
      }
      if (free_.empty()) {
        add_slab();
      }
    }

    void send_parcel() noexcept {
      push(parcel_home_->returned_, *parcel_);
      parcel_ = nullptr;
    }

    Parcel& empty_parcel() {
      if (Parcel* const parcel = pop(empties_, spare_); parcel != nullptr) {
        return *parcel;
      }
      made_.push_back(std::make_unique<Parcel>(*this));
      return *made_.back();
    }

    void add_slab() {
      slabs_.push_back(std::make_unique<std::array<T, kSlab>>());
      free_.reserve(slabs_.size() * kSlab);
      for (T& object : *slabs_.back() | std::views::reverse) {
        static_cast<PoolItem&>(object).home_ = this;
        put_local(object);
      }
    }

    // The owner's:
    std::vector<PoolItem*> free_;
    Parcel* arrived_ = nullptr;  // taken from returned_
    Parcel* parcel_ = nullptr;   // being filled
    Shard* parcel_home_ = nullptr;
    Parcel* spare_ = nullptr;  // taken from empties_
    std::vector<std::unique_ptr<std::array<T, kSlab>>> slabs_;
    std::vector<std::unique_ptr<Parcel>> made_;
    // Everybody's:
    alignas(64) std::atomic<Parcel*> returned_{nullptr};
    std::atomic<PoolItem*> strays_{nullptr};
    std::atomic<Parcel*> empties_{nullptr};
  };

  Shard* local() {
    return shards_.local([] { return std::make_unique<Shard>(); });
  }

  SlotTable<Shard> shards_;
};

}  // namespace hookline::detail
