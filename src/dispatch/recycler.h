#pragma once

#include <array>
#include <atomic>
#include <concepts>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "dispatch/recyclable.h"
#include "dispatch/slot_table.h"

namespace hookline {

// Objects that are used again instead of being freed: made once, kept constructed, so that their
// strings and vectors keep their capacity. T derives from Recyclable and has a default constructor;
// what get() returns is as the last user left it.
//
// Each thread takes from a shard of its own without any atomic operation. An object goes back to
// the shard that it came from: without one too if its own thread returns it, and otherwise in
// parcels of kParcel, one compare-and-swap each. In steady state nothing is allocated.
//
// Ownership: the recycler owns all objects, also those in use. REQUIRES that all are back and that
// nobody uses it when it is destroyed.
//
// Thread safety: get() and put() from any thread.
template <class T>
class Recycler {
 public:
  Recycler() { static_assert(std::derived_from<T, Recyclable>); }
  Recycler(const Recycler&) = delete;
  Recycler& operator=(const Recycler&) = delete;
  ~Recycler() = default;

  [[nodiscard]] T& get() {
    Shard* shard = local();
    return shard != nullptr ? shard->get() : *std::make_unique<T>().release();
  }

  void put(T& object) noexcept {
    Recyclable& link = object;
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
      home.put_remote(link, link);
    }
  }

 private:
  static constexpr std::uint32_t kParcel = 32;
  static constexpr std::size_t kSlab = 32;

  class alignas(64) Shard {
   public:
    T& get() {
      if (free_ == nullptr) [[unlikely]] {
        free_ = returned_.exchange(nullptr, std::memory_order_acquire);
        if (free_ == nullptr) {
          add_slab();
        }
      }
      Recyclable& link = *free_;
      free_ = link.next_free_;
      return static_cast<T&>(link);
    }

    void put_local(Recyclable& link) noexcept {
      link.next_free_ = free_;
      free_ = &link;
    }

    // Of another thread's shard: a chain from `first` to `last`.
    void put_remote(Recyclable& first, Recyclable& last) noexcept {
      last.next_free_ = returned_.load(std::memory_order_relaxed);
      while (!returned_.compare_exchange_weak(last.next_free_, &first, std::memory_order_release,
                                              std::memory_order_relaxed)) {
      }
    }

    // Puts it into this thread's parcel for `home`. What stays in a parcel is only unused for now.
    void send_home(Shard& home, Recyclable& link) noexcept {
      if (parcel_home_ != &home) {
        flush();
        parcel_home_ = &home;
      }
      link.next_free_ = parcel_first_;
      parcel_first_ = &link;
      if (parcel_last_ == nullptr) {
        parcel_last_ = &link;
      }
      if (++parcel_size_ == kParcel) {
        flush();
      }
    }

   private:
    void flush() noexcept {
      if (parcel_first_ != nullptr) {
        parcel_home_->put_remote(*parcel_first_, *parcel_last_);
      }
      parcel_first_ = nullptr;
      parcel_last_ = nullptr;
      parcel_size_ = 0;
    }

    void add_slab() {
      slabs_.push_back(std::make_unique<std::array<T, kSlab>>());
      for (T& object : *slabs_.back()) {
        Recyclable& link = object;
        link.home_ = this;
        put_local(link);
      }
    }

    // The owner's:
    Recyclable* free_ = nullptr;
    std::vector<std::unique_ptr<std::array<T, kSlab>>> slabs_;
    Shard* parcel_home_ = nullptr;
    Recyclable* parcel_first_ = nullptr;
    Recyclable* parcel_last_ = nullptr;
    std::uint32_t parcel_size_ = 0;
    // Everybody's:
    alignas(64) std::atomic<Recyclable*> returned_{nullptr};
  };

  Shard* local() {
    return shards_.local([] { return std::make_unique<Shard>(); });
  }

  SlotTable<Shard> shards_;
};

}  // namespace hookline
