#include "interp/memory_account.h"

#include <sys/mman.h>

#include <algorithm>
#include <utility>

namespace hookline::detail {

namespace {

std::size_t sum(std::size_t a, std::size_t b) noexcept {
  return a > kUnlimited - b ? kUnlimited : a + b;
}

// Returns whether the process could get this much. The kernel counts the mapping against all limits
// of the process, but gives it no pages.
bool could_map(std::size_t bytes) noexcept {
  void* const probe = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (probe == MAP_FAILED) {
    return false;
  }
  munmap(probe, bytes);
  return true;
}

}  // namespace

bool MemoryTotal::leaves_reserve(std::size_t bytes) noexcept {
  return could_map(sum(bytes, kReserve));
}

bool MemoryTotal::take(std::size_t bytes) noexcept {
  std::size_t before = used_.load(std::memory_order_relaxed);
  do {
    if (sum(before, bytes) > limit()) {
      return false;
    }
  } while (!used_.compare_exchange_weak(before, before + bytes, std::memory_order_relaxed));
  if (leaves_reserve(bytes)) {
    return true;
  }
  give(bytes);
  return false;
}

bool MemoryAccount::raise_ceiling(std::size_t bytes, Kind kind) noexcept {
  const std::scoped_lock lock(total_.mutex());
  const std::size_t used = used_.load(std::memory_order_relaxed);
  const std::size_t slack = sum(grace_, kind == Kind::kSmall ? kSlack : 0);
  bool granted = used <= sum(limit_, slack);
  if (granted && used > drawn_) {
    const std::size_t missing = sum(used - drawn_, kChunk - 1) / kChunk * kChunk;
    if (total_.take(missing)) {
      drawn_ += missing;
    } else if (used - drawn_ <= slack) {
      // This is not drawn, so that it counts against the slack until it is given back.
    } else {
      granted = false;
    }
  }
  if (!granted) {
    used_.fetch_sub(bytes, std::memory_order_relaxed);
    return false;
  }
  note_peak(used);
  publish();
  return true;
}

void MemoryAccount::lower_ceiling(std::size_t bytes) noexcept {
  const std::scoped_lock lock(total_.mutex());
  const std::size_t used = used_.load(std::memory_order_relaxed) - bytes;
  const std::size_t needed = closed_ ? used : used / kChunk * kChunk + 2 * kChunk;
  if (needed < drawn_) {
    total_.give(drawn_ - needed);
    drawn_ = needed;
  }
  publish();
}

void MemoryAccount::close() noexcept {
  {
    const std::scoped_lock lock(total_.mutex());
    closed_ = true;
    publish();
  }
  give(kOpen);
}

void MemoryAccount::publish() noexcept {
  ceiling_.store(std::min(drawn_, limit_), std::memory_order_relaxed);
  if (closed_) {
    // From now on each give() returns its bytes to the total.
    floor_.store(kUnlimited, std::memory_order_relaxed);
    return;
  }
  floor_.store(drawn_ > 4 * kChunk ? drawn_ - 4 * kChunk : 0, std::memory_order_relaxed);
}

void MemoryAccount::set_limit(std::optional<std::size_t> bytes) noexcept {
  const std::scoped_lock lock(total_.mutex());
  limit_ = sum(bytes.value_or(kUnlimited), kOpen);
  publish();
}

void MemoryAccount::set_grace(std::size_t bytes) noexcept {
  const std::scoped_lock lock(total_.mutex());
  grace_ = bytes;
}

std::optional<std::size_t> MemoryAccount::limit() const noexcept {
  const std::scoped_lock lock(total_.mutex());
  return limit_ == kUnlimited ? std::nullopt : std::optional(limit_ - kOpen);
}

}  // namespace hookline::detail
