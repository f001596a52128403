#pragma once

#include <string>
#include <string_view>

#include "hookline/value.h"

namespace hookline::detail {

// Returns the value as JSON can have it: tuples and sets as lists, and as text what JSON has not.
[[nodiscard]] Value json_value(const Value& value);
// Makes a value of that type, a kind_name(), of what json_value() has returned. Exact, but for what
// lies inside of a container. Returns the value itself if the type says nothing more, or does not
// fit.
[[nodiscard]] Value value_of_type(Value json, std::string_view type);

// Returns the type of a parameter without its "| None" (also written "or None").
[[nodiscard]] std::string without_none(std::string_view type);
// Adds it again, unless the type is one that has None anyway.
[[nodiscard]] std::string with_none(std::string_view type);

}  // namespace hookline::detail
