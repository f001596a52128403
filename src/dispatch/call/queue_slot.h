#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "dispatch/base/prefetch.h"
#include "dispatch/call/call_stamp.h"
#include "dispatch/call/request.h"
#include "hookline/detail/scalar.h"
#include "hookline/text.h"
#include "marshal/scalar_pack.h"

namespace hookline::detail {

class Call;

// What lies in a mailbox: a pointer to a call, and the request itself where it is small: a resolved
// function with a few texts and numbers.
//
// Two threads pass it to each other, and what that costs is the cache lines that change hands.
// Lying in the queue one behind the other, requests are fetched ahead by the processor; lying with
// their calls, each would be a miss. So moving one touches no more of it than it fills: one line
// for a short text, two at most.
//
// To move one is to copy it.
//
// Thread safety: none.
class alignas(64) QueueSlot {
 public:
  // Neither has a request yet, the first one no call either.
  QueueSlot() noexcept {}  // NOLINT(*-member-init, *-equals-default): the latter would clear bytes_
  explicit QueueSlot(Call& call) noexcept { head_.call = &call; }  // NOLINT(*-member-init)
  // Fetches what lies behind it, where the next one goes when this one goes into a queue.
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
  // How many of the call's cache lines running it touches, so that they can be fetched ahead: one,
  // unless it says so.
  [[nodiscard]] std::size_t call_lines() const noexcept { return head_.call_lines; }
  void set_call_lines(std::uint8_t lines) noexcept { head_.call_lines = lines; }
  // How many cache lines this fills.
  [[nodiscard]] std::size_t lines() const noexcept { return head_.used <= kStep ? 1 : 2; }

  // Whether the request is in here. Otherwise the call has it.
  [[nodiscard]] bool carries_request() const noexcept { return head_.function != Request::kByName; }
  void set_function(std::uint32_t function) noexcept { head_.function = function; }
  void set_text_mode(TextMode text) noexcept { head_.text = text; }
  // Copies it. False: there is no room for it.
  [[nodiscard]] bool try_add(const Scalar& scalar) noexcept {
    if (head_.count == head_.kinds.size() || head_.used + packed_size(scalar) > kBytes) {
      return false;
    }
    head_.kinds[head_.count++] = scalar.kind();
    const char* const end = pack_scalar(bytes_.data() + head_.used, scalar);
    head_.used = static_cast<std::uint8_t>(end - bytes_.data());
    return true;
  }
  [[nodiscard]] std::size_t argument_count() const noexcept { return head_.count; }
  void clear_request() noexcept {
    head_.function = Request::kByName;
    head_.count = 0;
    head_.used = 0;
  }

  // Of the request that is in here; valid as long as this and `space` are.
  [[nodiscard]] Request request(RequestSpace& space) const noexcept {
    unpack_scalars(std::span(head_.kinds).first(head_.count), bytes_.data(), space.data());
    return {.function = head_.function,
            .name = {},
            .scalars = std::span(space).first(head_.count),
            .args = {},
            .text = head_.text};
  }

  [[nodiscard]] std::uint32_t function() const noexcept { return head_.function; }
  [[nodiscard]] TextMode text_mode() const noexcept { return head_.text; }
  [[nodiscard]] PackedView arguments() const noexcept {
    return {.kinds = std::span(head_.kinds).first(head_.count), .bytes = bytes_.data()};
  }

  // Written when it is accepted.
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
    std::array<Scalar::Kind, PackedScalars::kMost> kinds{};
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
