#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "marshal/json.h"

namespace {

void require(bool good, const char* what) {
  if (!good) {
    std::fputs(what, stderr);
    std::abort();
  }
}

}  // namespace

// to_json can write whatever from_json accepts, and this reads back as the same value and text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = hookline::detail::from_json(text);
  if (!value) {
    require(!value.error().message.empty(), "an error without a message");
    return 0;
  }
  const auto written = hookline::detail::to_json(*value);
  require(written.has_value(), "what was read cannot be written");
  const auto again = hookline::detail::from_json(*written);
  require(again.has_value(), "what was written cannot be read");
  require(*again == *value, "what was written reads as another value");
  require(hookline::detail::to_json(*again) == *written, "what was written is not stable");
  return 0;
}
