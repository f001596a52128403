#pragma once

#include <string>
#include <string_view>

#include "hookline/error.h"
#include "hookline/value.h"

namespace hookline::detail {

// The default limit for the nesting of containers, in JSON and in conversions to and from Python.
inline constexpr int kDefaultMaxDepth = 64;

// Writes `value` as JSON. Lists, tuples and sets become arrays; dict keys that are int, bool, None
// or float become strings as Python's json does; bytes and handles are kUnsupportedType, nan and
// infinities kBadArguments; big ints are written in full. A str with lone surrogates is written
// with \u escapes. Errors name the path, as in "value.users[3]".
[[nodiscard]] Result<std::string> to_json(const Value& value, int max_depth = kDefaultMaxDepth);

// Reads one JSON document. Integers are exact; beyond 64 bits they are a BigInt. Errors are
// kBadArguments with line and column (in characters, both from 1), and kValueTooDeep beyond
// `max_depth`.
[[nodiscard]] Result<Value> from_json(std::string_view text, int max_depth = kDefaultMaxDepth);

}  // namespace hookline::detail
