#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "dispatch/base/prefetch.h"
#include "dispatch/base/slot_table.h"
#include "dispatch/base/thread_slot.h"

namespace hookline::detail {

// Holds a constant T that is read often and is replaced as a whole now and then.
//
// Each reading thread keeps the version that it read last and takes a newer one only when there is
// one, so a read is two loads and no shared write. An old version is freed when the last thread has
// dropped it: a thread does so when it reads again, and the destructor does so for all.
//
// Thread safety: read() and publish() from any thread.
template <class T>
class SnapshotCell {
 private:
  struct Seen {
    std::shared_ptr<const T> value;
    std::uint64_t version = 0;
    int readers = 0;  // nested readers of this thread
  };

 public:
  SnapshotCell() : value_(std::make_shared<const T>()) {}
  SnapshotCell(const SnapshotCell&) = delete;
  SnapshotCell& operator=(const SnapshotCell&) = delete;
  ~SnapshotCell() = default;

  // Gives access to one version while it lives. Only the thread that made it may use it.
  class Reader {
   public:
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader() {
      if (seen_ != nullptr) {
        --seen_->readers;
      }
    }
    const T& operator*() const noexcept { return *value_; }
    const T* operator->() const noexcept { return value_; }

   private:
    friend class SnapshotCell;
    explicit Reader(Seen& seen) : seen_(&seen), value_(seen.value.get()) { ++seen.readers; }
    explicit Reader(std::shared_ptr<const T> owned)
        : owned_(std::move(owned)), value_(owned_.get()) {}

    Seen* seen_ = nullptr;
    std::shared_ptr<const T> owned_;
    const T* value_;
  };

  [[nodiscard, gnu::always_inline]] Reader read() const {
    Seen* const seen = seen_of_this_thread();
    if (seen == nullptr) [[unlikely]] {
      return Reader(current());  // all slots are taken by other threads
    }
    // A read inside a read (while the outer one waits) sees the same version, which the outer one
    // still uses.
    if (seen->readers == 0 && seen->version != version_.load(std::memory_order_acquire))
        [[unlikely]] {
      update(*seen);
    }
    return Reader(*seen);
  }

  void publish(std::shared_ptr<const T> value) {
    const std::scoped_lock lock(mutex_);
    value_.swap(value);
    version_.fetch_add(1, std::memory_order_release);
  }

 private:
  // The first threads have their places here, where finding them takes one load less than two
  // pointers would.
  static constexpr std::uint32_t kNear = 16;
  struct alignas(kCacheLine) Near : Seen {};

  [[nodiscard]] Seen* seen_of_this_thread() const {
    const std::uint32_t slot = ThreadSlot::current();
    if (slot < kNear) [[likely]] {
      return &near_[slot];
    }
    return seen_.local([] { return std::make_unique<Seen>(); });
  }

  [[gnu::noinline]] void update(Seen& seen) const {
    std::shared_ptr<const T> old;  // freed outside the lock, if this was its last owner
    const std::scoped_lock lock(mutex_);
    old = std::exchange(seen.value, value_);
    seen.version = version_.load(std::memory_order_relaxed);
  }

  [[nodiscard]] std::shared_ptr<const T> current() const {
    const std::scoped_lock lock(mutex_);
    return value_;
  }

  mutable std::array<Near, kNear> near_;
  mutable SlotTable<Seen> seen_;
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;
  std::atomic<std::uint64_t> version_{1};
};

}  // namespace hookline::detail
