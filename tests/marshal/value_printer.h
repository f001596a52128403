#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <type_traits>

#include "hookline/error.h"
#include "hookline/value.h"

namespace hookline {

// GoogleTest finds these functions by name, and calls them when an expectation fails.
inline void PrintTo(const Value& value, std::ostream* out) {  // NOLINT(*-identifier-naming)
  *out << value.repr();
}
inline void PrintTo(const Error& error, std::ostream* out) {  // NOLINT(*-identifier-naming)
  *out << error.to_string() << '\n' << error.traceback;
}
template <class T>
void PrintTo(const Result<T>& result, std::ostream* out) {  // NOLINT(*-identifier-naming)
  if (result) {
    if constexpr (std::is_void_v<T>) {
      *out << "no value";
    } else {
      *out << testing::PrintToString(*result);
    }
  } else {
    PrintTo(result.error(), out);
  }
}

}  // namespace hookline
