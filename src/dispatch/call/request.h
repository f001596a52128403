#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "hookline/detail/keyword.h"
#include "hookline/detail/scalar.h"
#include "hookline/text.h"
#include "hookline/value.h"
#include "marshal/packed_scalars.h"

namespace hookline::detail {

// The form in which the caller gets the result.
enum class ResultForm : std::uint8_t {
  kCopy,
  kHandle,  // the object stays in its interpreter
};

// The parts of a request that few requests need.
struct RequestExtras {
  // The object to call, or whose attribute to call if the request has a name. Empty: the request's
  // name is looked up in the script.
  Handle target;
  std::vector<Keyword> keywords;
  ResultForm result = ResultForm::kCopy;
};

// Describes what to run. It holds data only, so that a runner may also send it to another process.
struct Request {
  // The number of a function that the runner has resolved before, or kByName.
  static constexpr std::uint32_t kByName = UINT32_MAX;
  std::uint32_t function = kByName;
  std::string_view name;  // used if function == kByName
  // The arguments: all of them are in `scalars` if that is not empty, and otherwise in `args`.
  std::span<const Scalar> scalars;
  std::span<const Value> args;
  TextMode text = TextMode::kExact;
  // May be nullptr. Only calls by name and StreamRequest::kOpen have extras.
  const RequestExtras* extras = nullptr;

  [[nodiscard]] std::size_t size() const noexcept {
    return scalars.empty() ? args.size() : scalars.size();
  }
  // Returns a copy of one argument. REQUIRES: index < size().
  [[nodiscard]] Value arg(std::size_t index) const {
    return scalars.empty() ? args[index] : scalars[index].to_value();
  }
};

// Storage for the scalars that a Request points to, if the call keeps them packed.
using RequestSpace = PackedScalars::Unpacked;

}  // namespace hookline::detail
