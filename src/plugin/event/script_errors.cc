#include "plugin/event/script_errors.h"

#include <string>
#include <string_view>
#include <utility>

#include "hookline/script_info.h"

namespace hookline::detail {
namespace {

bool is_of_the_script(ErrorCode code) {
  switch (code) {
    case ErrorCode::kScriptNotFound:
    case ErrorCode::kFunctionNotFound:
    case ErrorCode::kNotCallable:
      return false;
    default:
      return true;
  }
}

// Returns the beginning of `text`, without a partial UTF-8 character at its end.
std::string_view beginning(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) {
    return text;
  }
  const auto is_continuation = [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
  };
  while (longest > 0 && is_continuation(text[longest])) {
    --longest;
  }
  return text.substr(0, longest);
}

}  // namespace

void ScriptErrors::note(const Error& error) {
  if (!is_of_the_script(error.code)) {
    return;
  }
  std::optional<LastError> last(
      {.error = {.code = error.code,
                 .message = std::string(beginning(error.message, kLongestMessage)),
                 .python_type = error.python_type,
                 .traceback = {}},
       .at = clock_.now()});
  // There is only one writer, so a load and a store are enough for an addition.
  count_.store(count_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  const std::scoped_lock lock(mutex_);
  last_.swap(last);
}

std::optional<LastError> ScriptErrors::last() const {
  const std::scoped_lock lock(mutex_);
  return last_;
}

}  // namespace hookline::detail
