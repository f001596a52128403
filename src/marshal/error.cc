#include "hookline/error.h"

#include <array>
#include <cstddef>

namespace hookline {

namespace {

constexpr auto kNames = std::to_array<std::string_view>({
#define HOOKLINE_NAME(enumerator, name) name,
    HOOKLINE_ERROR_CODES(HOOKLINE_NAME)
#undef HOOKLINE_NAME
});

}  // namespace

std::string_view error_name(ErrorCode code) noexcept {
  const auto index = static_cast<std::size_t>(code);
  return index < kNames.size() ? kNames.at(index) : std::string_view("unknown_error");
}

std::string Error::to_string() const {
  std::string text(error_name(code));
  text += ": ";
  if (!python_type.empty()) {
    text += python_type;
    if (!message.empty()) {
      text += ": ";
    }
  }
  text += message;
  return text;
}

}  // namespace hookline
