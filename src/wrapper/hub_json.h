#pragma once

#include <string>
#include <string_view>

#include "marshal/error.h"
#include "marshal/text.h"
#include "marshal/value.h"

namespace hookline {

// JSON of the format letter D, to and from values whose text is bytes in the hub's encoding
// (TextMode::kHub). JSON is UTF-8: bytes of a UTF-8 hub that are not valid become
// `\udc80`-`\udcff`, as Python's surrogateescape has it, and come back as the same bytes. On a hub
// with another encoding, text beyond ASCII is kEncodingError.
//
// Errors besides: as to_json() and from_json().
[[nodiscard]] Result<std::string> to_hub_json(const Value& value, const TextCodec& codec);
[[nodiscard]] Result<Value> from_hub_json(std::string_view text, const TextCodec& codec);

}  // namespace hookline
