#pragma once

#include <string>
#include <string_view>

#include "hookline/error.h"
#include "hookline/value.h"

namespace hookline::wrapper {

// Converts between the JSON of the format letter D and values whose text is bytes in the hub's
// encoding (TextMode::kHost).
//
// On a UTF-8 hub the JSON is UTF-8. Invalid bytes are written as `\udc80`-`\udcff`, like Python's
// surrogateescape does, and read from such an escape or as raw bytes.
//
// On a hub with another encoding, strings in the JSON are raw bytes of that encoding in both
// directions, as in a result of the format s; all other bytes of the document are ASCII.
// `\udc80`-`\udcff` are read as above. Any other escape for text beyond ASCII is kEncodingError,
// because only Python knows how to encode it.
//
// Other errors are those of to_json() and from_json().
[[nodiscard]] Result<std::string> to_hub_json(const Value& value, const TextCodec& codec);
[[nodiscard]] Result<Value> from_hub_json(std::string_view text, const TextCodec& codec);

}  // namespace hookline::wrapper
