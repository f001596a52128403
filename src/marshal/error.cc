#include "hookline/error.h"

#include <array>
#include <cstddef>
#include <new>

namespace hookline {

namespace {

struct Row {
  std::string_view name;
  ErrorHint hint;
};

constexpr auto kRows = std::to_array<Row>({
#define HOOKLINE_ROW(enumerator, name, when, what_to_do) {name, {when, what_to_do}},
    HOOKLINE_ERROR_CODES(HOOKLINE_ROW)
#undef HOOKLINE_ROW
});

constexpr Row kUnknown{.name = "unknown_error", .hint = {}};

const Row& row_of(ErrorCode code) noexcept {
  const auto index = static_cast<std::size_t>(code);
  return index < kRows.size() ? kRows[index] : kUnknown;
}

}  // namespace

std::string_view error_name(ErrorCode code) noexcept { return row_of(code).name; }

ErrorHint error_hint(ErrorCode code) noexcept { return row_of(code).hint; }

std::unexpected<Error> fail(ErrorCode code, const char* message) noexcept {
  try {
    return fail(code, std::string(message));
  } catch (const std::bad_alloc&) {
    return fail(code, std::string("out of memory"));  // fits into std::string's own buffer
  }
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

struct BadResult::Content {
  Error error;
  std::string what;
};

BadResult::BadResult(Error error) {
  std::string what = error.to_string();
  if (!error.traceback.empty()) {
    what += '\n';
    what += error.traceback;
  }
  content_ =
      std::make_shared<const Content>(Content{.error = std::move(error), .what = std::move(what)});
}

BadResult::~BadResult() = default;

const char* BadResult::what() const noexcept { return content_->what.c_str(); }

const Error& BadResult::error() const noexcept { return content_->error; }

namespace detail {

void throw_bad_result(const Error& error) { throw BadResult(error); }
void throw_bad_result(Error&& error) { throw BadResult(std::move(error)); }

}  // namespace detail

}  // namespace hookline
