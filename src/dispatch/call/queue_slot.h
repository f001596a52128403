#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "dispatch/base/prefetch.h"
#include "dispatch/call/call_stamp.h"
#include "hookline/value.h"
#include "marshal/argument_pack.h"
#include "marshal/request.h"

namespace hookline::detail {

class Call;

// Is one element of a mailbox: a pointer to a call, and the request itself if it is small (a
// resolved function with a few texts and numbers).
//
// Two threads pass it to each other, which costs the cache lines that change hands. Requests that
// lie in the queue one behind the other are prefetched by the processor, whereas each request that
// lies with its call would be a cache miss. So moving a slot touches only the part that it fills:
// one line with a short text, two at most.
//
// Moving a slot copies it.
//
// Thread safety: none.
class alignas(64) QueueSlot {
 public:
  // Both make a slot without a request, the first one also without a call.
  QueueSlot() noexcept {}  // NOLINT(*-member-init, *-equals-default): the latter would clear bytes_
  explicit QueueSlot(Call& call) noexcept { head_.call = &call; }  // NOLINT(*-member-init)
  // Prefetches the memory behind it: if this slot goes into a queue, the next one goes there.
  QueueSlot(QueueSlot&& other) noexcept {  // NOLINT(*-member-init)
    copy(other);
    prefetch_lines(behind(this, kAhead * sizeof(QueueSlot)), lines());
  }
  QueueSlot& operator=(QueueSlot&& other) noexcept {
    copy(other);
    return *this;
  }
  QueueSlot(const QueueSlot& other) noexcept { copy(other); }  // NOLINT(*-member-init)
  QueueSlot& operator=(const QueueSlot& other) noexcept {
    copy(other);
    return *this;
  }
  ~QueueSlot() = default;

  [[nodiscard]] Call& call() const noexcept { return *head_.call; }
  void set_call(Call& call) noexcept { head_.call = &call; }
  // Returns the number of the call's cache lines that running it touches, so that they can be
  // prefetched. The default is one.
  [[nodiscard]] std::size_t call_lines() const noexcept { return head_.call_lines; }
  void set_call_lines(std::uint8_t lines) noexcept { head_.call_lines = lines; }
  // Returns the number of cache lines that the slot fills.
  [[nodiscard]] std::size_t lines() const noexcept { return head_.used <= kStep ? 1 : 2; }

  // Returns true if the slot has the request, and false if the call has it.
  [[nodiscard]] bool carries_request() const noexcept { return head_.function != Request::kByName; }
  void set_function(std::uint32_t function) noexcept { head_.function = function; }
  void set_text_mode(TextMode text) noexcept { head_.text = text; }
  // Adds a copy of an argument. Returns false if there is no room for it.
  [[nodiscard]] bool try_add(const Argument& arg) noexcept {
    if (head_.count == head_.kinds.size() || !can_pack(arg) ||
        head_.used + packed_size(arg) > kBytes) {
      return false;
    }
    head_.kinds[head_.count++] = arg.kind();
    const char* const end = pack_argument(bytes_.data() + head_.used, arg);
    head_.used = static_cast<std::uint8_t>(end - bytes_.data());
    return true;
  }

  void clear_request() noexcept {
    head_.function = Request::kByName;
    head_.count = 0;
    head_.used = 0;
  }

  // Returns the request of the slot; valid while the slot lives. REQUIRES: carries_request().
  [[nodiscard]] Request request() const noexcept {
    return {.function = head_.function,
            .name = {},
            .packed = arguments(),
            .args = {},
            .text = head_.text};
  }

  [[nodiscard]] std::uint32_t function() const noexcept { return head_.function; }
  [[nodiscard]] TextMode text_mode() const noexcept { return head_.text; }
  [[nodiscard]] PackedView arguments() const noexcept {
    return {.kinds = std::span(head_.kinds).first(head_.count), .bytes = bytes_.data()};
  }

  // The mailbox sets the stamp when it accepts the call.
  void set_stamp(CallStamp stamp) noexcept { head_.stamp = stamp; }
  [[nodiscard]] CallStamp stamp() const noexcept { return head_.stamp; }

 private:
  static constexpr std::size_t kAhead = 12;
  static constexpr std::size_t kStep = 32;
  static constexpr std::size_t kBytes = 96;

  struct Head {
    Call* call = nullptr;
    CallStamp stamp;
    std::uint32_t function = Request::kByName;
    std::uint8_t count = 0;
    std::uint8_t used = 0;
    TextMode text = TextMode::kExact;
    std::uint8_t call_lines = 1;
    std::array<ArgKind, kMostPacked> kinds{};
  };

  void copy(const QueueSlot& other) noexcept {
    head_ = other.head_;
    for (std::size_t at = 0; at < other.head_.used; at += kStep) {
      std::memcpy(bytes_.data() + at, other.bytes_.data() + at, kStep);
    }
  }

  Head head_;
  std::array<char, kBytes> bytes_;
};
static_assert(sizeof(QueueSlot) == 128);

}  // namespace hookline::detail
