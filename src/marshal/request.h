#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "hookline/value.h"
#include "marshal/argument_pack.h"

namespace hookline::detail {

// Says in which form the caller gets the result.
enum class ResultForm : std::uint8_t {
  kCopy,
  // A Handle to the object itself, of whatever type it is. Once the last copy of the handle has
  // been dropped, the object is released when the interpreter is next attached, calls a function by
  // name, or ends. Streams do not use it.
  kHandle,
};

// Has the parts of a request that few requests need.
struct RequestExtras {
  // The object to call, or whose attribute (the request's name, may be dotted) to call. Empty: the
  // name is looked up in the script. A handle of another interpreter is kUnsupportedType.
  Handle target = {};
  std::vector<Keyword> keywords = {};
  ResultForm result = ResultForm::kCopy;
};

// Describes what to run. It holds data only, so that a runner may also send it to another process.
struct Request {
  // The number of a function that the runner has resolved before, or kByName.
  static constexpr std::uint32_t kByName = UINT32_MAX;
  // This bit of the number says that the caller means what the function's name is bound to now, and
  // not what it was bound to when it was resolved.
  static constexpr std::uint32_t kCurrent = 1U << 30;
  std::uint32_t function = kByName;
  std::string_view name;  // used if function == kByName
  // The arguments: all of them are in `packed` if that is not empty, and otherwise in `args`.
  PackedView packed;
  std::span<const Value> args;
  TextMode text = TextMode::kExact;
  // May be nullptr. Only calls by name and StreamRequest::kOpen have extras.
  const RequestExtras* extras = nullptr;

  [[nodiscard]] std::size_t size() const noexcept {
    return packed.empty() ? args.size() : packed.size();
  }
  [[nodiscard]] bool has_target() const noexcept {
    return extras != nullptr && extras->target.object() != nullptr;
  }
  [[nodiscard]] std::span<const Keyword> keywords() const noexcept {
    return extras != nullptr ? std::span<const Keyword>(extras->keywords)
                             : std::span<const Keyword>();
  }
  [[nodiscard]] bool keeps_result() const noexcept {
    return extras != nullptr && extras->result == ResultForm::kHandle;
  }
  // Returns copies of all arguments.
  [[nodiscard]] List copy_args() const {
    return packed.empty() ? List(args.begin(), args.end()) : packed.copy();
  }
};

}  // namespace hookline::detail
