#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>

namespace hookline::detail {

// The limit of memory that has none.
inline constexpr std::size_t kUnlimited = SIZE_MAX;

// Bounds the memory that the scripts of this process hold together, and leaves the host a reserve.
//
// Thread safety: all methods from any thread. They take no memory and do not throw.
class MemoryTotal {
 public:
  // Scripts get nothing more from the system as soon as this much could not be allocated behind it.
  // So a script that takes all that the process may have (RLIMIT_AS, strict overcommit) gets a
  // MemoryError before the host does. Half of it may go to malloc, which reserves 64 MiB whenever
  // it needs another heap for a thread.
  static constexpr std::size_t kReserve = std::size_t{128} << 20U;

  void set_limit(std::size_t bytes) noexcept { limit_.store(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t limit() const noexcept {
    return limit_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::size_t used() const noexcept { return used_.load(std::memory_order_relaxed); }
  // Returns how much of the limit is left.
  [[nodiscard]] std::size_t left() const noexcept {
    const std::size_t most = limit();
    const std::size_t taken = used();
    return taken < most ? most - taken : 0;
  }

  // Returns whether the process could have that much, and the reserve besides.
  [[nodiscard]] static bool leaves_reserve(std::size_t bytes) noexcept;

  // Returns false, and takes nothing, if that would exceed the limit or use up the reserve.
  [[nodiscard]] bool take(std::size_t bytes) noexcept;
  void give(std::size_t bytes) noexcept { used_.fetch_sub(bytes, std::memory_order_relaxed); }

  // Guards what the accounts have drawn. They share one mutex, so that a fork() can hold it.
  [[nodiscard]] std::mutex& mutex() noexcept { return mutex_; }

 private:
  std::mutex mutex_;
  std::atomic<std::size_t> used_ = 0;
  std::atomic<std::size_t> limit_ = kUnlimited;
};

// Counts the memory of one interpreter, and refuses what exceeds its limit. It draws from a
// MemoryTotal in chunks, so that interpreters do not share a cache line for each allocation.
//
// Thread safety: all methods from any thread. They take no memory and do not throw.
class MemoryAccount {
 public:
  // Says what an allocation is for. Small ones, of up to kSmallBlock bytes, may exceed the limit by
  // kSlack, because CPython needs a few to report that memory is out, and for its locks.
  enum class Kind : std::uint8_t { kSmall, kLarge };
  static constexpr std::size_t kSmallBlock = 512;
  static constexpr std::size_t kSlack = std::size_t{1} << 20U;
  // An account draws from the total in pieces of this size.
  static constexpr std::size_t kChunk = std::size_t{1} << 20U;

  // Makes an account, which deletes itself when it is closed and all that it counts is given back.
  // CPython never gives back some 30 KB of an interpreter that has ended.
  // `total` is not owned, and must outlive it.
  [[nodiscard]] static MemoryAccount* open(MemoryTotal& total) { return new MemoryAccount(total); }
  MemoryAccount(const MemoryAccount&) = delete;
  MemoryAccount& operator=(const MemoryAccount&) = delete;
  void close() noexcept;

  // Returns false, and counts nothing, if the memory may not be had.
  [[nodiscard]] bool take(std::size_t bytes, Kind kind) noexcept {
    const std::size_t used = used_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    if (used > ceiling_.load(std::memory_order_relaxed)) [[unlikely]] {
      return raise_ceiling(bytes, kind);
    }
    note_peak(used);
    return true;
  }
  void give(std::size_t bytes) noexcept {
    if (used_.load(std::memory_order_relaxed) - bytes < floor_.load(std::memory_order_relaxed))
        [[unlikely]] {
      lower_ceiling(bytes);  // before `bytes` are given back, since they keep the account alive
    }
    // The thread that deletes the account sees everything that others did with it.
    if (used_.fetch_sub(bytes, std::memory_order_acq_rel) == bytes) [[unlikely]] {
      delete this;
    }
  }

  // nullopt means no limit. Memory already held may exceed it.
  void set_limit(std::optional<std::size_t> bytes) noexcept;
  // Lets everything exceed the limit, and the total, by this much; for the end of an interpreter.
  void set_grace(std::size_t bytes) noexcept;

  // Says that the arenas of the interpreter must outlive it.
  void pin_arenas() noexcept { arenas_pinned_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool arenas_pinned() const noexcept {
    return arenas_pinned_.load(std::memory_order_relaxed);
  }

  [[nodiscard]] std::size_t used() const noexcept {
    return used_.load(std::memory_order_relaxed) - kOpen;
  }
  [[nodiscard]] std::size_t peak() const noexcept {
    return peak_.load(std::memory_order_relaxed) - kOpen;
  }
  [[nodiscard]] std::optional<std::size_t> limit() const noexcept;

 private:
  // An open account counts one byte, so that it is not empty.
  static constexpr std::size_t kOpen = 1;

  explicit MemoryAccount(MemoryTotal& total) : total_(total) {}
  ~MemoryAccount() { total_.give(drawn_); }

  [[nodiscard]] bool raise_ceiling(std::size_t bytes, Kind kind) noexcept;
  void lower_ceiling(std::size_t bytes) noexcept;
  // REQUIRES: the mutex is held.
  void publish() noexcept;
  void note_peak(std::size_t used) noexcept {
    std::size_t peak = peak_.load(std::memory_order_relaxed);
    while (used > peak && !peak_.compare_exchange_weak(peak, used, std::memory_order_relaxed)) {
    }
  }

  MemoryTotal& total_;
  std::atomic<std::size_t> used_ = kOpen;
  std::atomic<std::size_t> peak_ = kOpen;
  // Between these two nothing else is looked at.
  std::atomic<std::size_t> ceiling_ = 0;
  std::atomic<std::size_t> floor_ = 0;
  std::atomic<bool> arenas_pinned_ = false;
  // The mutex of the total guards what follows.
  std::size_t drawn_ = 0;
  std::size_t limit_ = kUnlimited;
  std::size_t grace_ = 0;
  bool closed_ = false;
};

}  // namespace hookline::detail
