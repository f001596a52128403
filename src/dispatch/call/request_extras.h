#pragma once

#include <cstdint>
#include <vector>

#include "hookline/value.h"

namespace hookline::detail {

// What of the result is given to the caller.
enum class ResultForm : std::uint8_t {
  kCopy,
  kHandle,  // the object stays where it is
};

// What few requests have.
struct RequestExtras {
  // Calls this object, or the attribute of it that the request names. Empty: what the script has
  // under that name.
  Handle target;
  std::vector<Keyword> keywords;
  ResultForm result = ResultForm::kCopy;
};

}  // namespace hookline::detail
