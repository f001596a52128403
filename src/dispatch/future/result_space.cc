#include "hookline/detail/result_space.h"

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <utility>

namespace hookline::detail {
namespace {

#define HOOKLINE_COUNT(enumerator, name, when, what_to_do) +1
constexpr std::size_t kCodes = 0 HOOKLINE_ERROR_CODES(HOOKLINE_COUNT);
#undef HOOKLINE_COUNT

// The text fits into std::string's own buffer: making such an error needs no memory.
Error error_without_memory(ErrorCode code) { return {.code = code, .message = "out of memory"}; }

// Has an error of each code. It is never destroyed, since a worker that was left behind may still
// run while the process ends.
class SpareErrors {
 public:
  SpareErrors() : errors_() {
    for (std::size_t i = 0; i < kCodes; ++i) {
      errors_[i] = error_without_memory(static_cast<ErrorCode>(i));
    }
  }
  SpareErrors(const SpareErrors&) = delete;
  SpareErrors& operator=(const SpareErrors&) = delete;
  ~SpareErrors() {}  // NOLINT(*-equals-default): the errors stay

  [[nodiscard]] Error* of(ErrorCode code) noexcept {
    return &errors_[static_cast<std::size_t>(code)];
  }
  [[nodiscard]] bool has(const Error* error) const noexcept {
    return !std::less<>()(error, errors_.data()) &&
           std::less<>()(error, errors_.data() + errors_.size());
  }

 private:
  union {
    std::array<Error, kCodes> errors_;  // NOLINT(*-naming)
  };
};

SpareErrors& spare_errors() noexcept {
  static SpareErrors spare;
  return spare;
}

}  // namespace

Error* keep_error(Error&& error) noexcept {
  try {
    return std::make_unique<Error>(std::move(error)).release();
  } catch (const std::bad_alloc&) {
    return spare_errors().of(error.code);
  }
}

Error take_kept_error(Error* error) noexcept {
  if (spare_errors().has(error)) {
    return error_without_memory(error->code);
  }
  Error taken = std::move(*error);
  delete_error(error);
  return taken;
}

void delete_error(Error* error) noexcept {
  if (!spare_errors().has(error)) {
    const std::unique_ptr<Error> owned(error);
  }
}

}  // namespace hookline::detail
