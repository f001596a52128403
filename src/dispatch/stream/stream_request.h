#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "dispatch/call/call.h"
#include "dispatch/call/owned_request.h"
#include "hookline/value.h"

namespace hookline::detail {

// What a stream asks of a runner: calls like any other, by functions that every runner has whose
// scripts can be streamed from. Request::function is one of these:
//
//   kOpen   name, arguments  calls the function `name`, with extras as any call by name; what it
//           (and extras)     gives is from now on iterated over, under the number that is the
//           result
//   kPull   number, most     the next items, at most `most` and at least one, as make_stream_batch
//                            says. An error ends the stream
//   kClose  number           there will be no further kPull. Nothing, or what went wrong
enum class StreamRequest : std::uint32_t {
  kOpen = Request::kByName - 3,
  kPull,
  kClose,
};

[[nodiscard]] constexpr bool is_stream_request(const Request& request) noexcept {
  return request.function - static_cast<std::uint32_t>(StreamRequest::kOpen) < 3;
}

inline void set_stream_request(OwnedRequest& to, StreamRequest what) noexcept {
  to.set_function(static_cast<std::uint32_t>(what));
}

// The result of kPull. `ended`: there is nothing behind the items.
struct StreamBatch {
  List items;
  bool ended = false;
};

[[nodiscard]] inline Value make_stream_batch(StreamBatch batch) {
  Tuple result;
  result.items.emplace_back(std::move(batch.items));
  result.items.emplace_back(batch.ended);
  return result;
}

// Nothing, if `value` is not made by make_stream_batch().
[[nodiscard]] inline std::optional<StreamBatch> read_stream_batch(Value value) {
  auto* tuple = value.as<Tuple>();
  if (tuple == nullptr || tuple->items.size() != 2) {
    return std::nullopt;
  }
  auto* items = tuple->items[0].as<List>();
  const auto* ended = tuple->items[1].as<bool>();
  if (items == nullptr || ended == nullptr) {
    return std::nullopt;
  }
  return StreamBatch{.items = std::move(*items), .ended = *ended};
}

}  // namespace hookline::detail
