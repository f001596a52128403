#pragma once

#include <string>
#include <string_view>

#include "hookline/error.h"
#include "hookline/text.h"
#include "hookline/value.h"

namespace hookline::wrapper {

// JSON of the format letter D, to and from values whose text is bytes in the hub's encoding
// (TextMode::kHub).
//
// On a UTF-8 hub it is UTF-8. Bytes that are not valid are written as `\udc80`-`\udcff`, as
// Python's surrogateescape has it, and read from such an escape or as they are.
//
// On a hub with another encoding, text in it is that encoding's bytes, both ways, as in a result of
// the format s; any other byte of the document is ASCII. `\udc80`-`\udcff` are read as above. An
// escape for any other text beyond ASCII is kEncodingError: only Python knows its bytes.
//
// Errors besides: as to_json() and from_json().
[[nodiscard]] Result<std::string> to_hub_json(const Value& value, const TextCodec& codec);
[[nodiscard]] Result<Value> from_hub_json(std::string_view text, const TextCodec& codec);

}  // namespace hookline::wrapper
