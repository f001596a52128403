#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "dispatch/call/call.h"
#include "hookline/value.h"
#include "marshal/owned_request.h"

namespace hookline::detail {

// Lists the requests that a stream sends to its runner. They are ordinary calls, with one of these
// numbers as Request::function. A runner whose scripts can be streamed from understands them:
//
//   kOpen   arguments: as a call by name, with name and extras
//           effect:    calls the function `name` and makes an iterator of its result
//           result:    the number of the iterator
//   kPull   arguments: the number, `most` and `most_bytes`
//           effect:    takes at least one and at most `most` items, and none after they have come
//                      to `most_bytes`; an error ends the stream
//           result:    make_stream_batch()
//   kClose  arguments: the number
//           effect:    destroys the iterator; no kPull follows
//           result:    ignored, or an error
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

// Holds the result of kPull.
struct StreamBatch {
  List items;
  bool ended = false;     // no items follow these
  std::size_t bytes = 0;  // the size of the items, as CopyBudget counts it
};

[[nodiscard]] inline Value make_stream_batch(StreamBatch batch) {
  Tuple result;
  result.items.emplace_back(std::move(batch.items));
  result.items.emplace_back(batch.ended);
  result.items.emplace_back(static_cast<std::int64_t>(batch.bytes));
  return result;
}

// Returns nullopt if `value` was not made by make_stream_batch().
[[nodiscard]] inline std::optional<StreamBatch> read_stream_batch(Value value) {
  auto* tuple = value.as<Tuple>();
  if (tuple == nullptr || tuple->items.size() != 3) {
    return std::nullopt;
  }
  auto* items = tuple->items[0].as<List>();
  const auto* ended = tuple->items[1].as<bool>();
  const auto* bytes = tuple->items[2].as<std::int64_t>();
  if (items == nullptr || ended == nullptr || bytes == nullptr) {
    return std::nullopt;
  }
  return StreamBatch{
      .items = std::move(*items), .ended = *ended, .bytes = static_cast<std::size_t>(*bytes)};
}

}  // namespace hookline::detail
