#pragma once

#include <cstdio>
#include <cstdlib>
#include <type_traits>
#include <utility>

#include "hookline/error.h"

namespace hookline::bench {

// The value of something that does not fail in a benchmark that means anything.
template <class T>
T or_die(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().to_string().c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) {
    return *std::move(result);
  }
}

}  // namespace hookline::bench
