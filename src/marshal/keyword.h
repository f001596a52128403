#pragma once

#include <string>
#include <utility>

#include "marshal/converter.h"
#include "marshal/value.h"

namespace hookline {

// An argument that is given by its name.
struct Keyword {
  std::string name;
  Value value;
};

// kw("limit", 10) is the `limit=10` of a call.
template <class T>
[[nodiscard]] Keyword kw(std::string name, T&& content) {
  return {.name = std::move(name), .value = to_value(std::forward<T>(content))};
}

}  // namespace hookline
