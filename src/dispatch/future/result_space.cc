#include "hookline/detail/result_space.h"

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <utility>

#include "dispatch/base/no_memory.h"

namespace hookline::detail {
namespace {

#define HOOKLINE_CODE(enumerator, name, when, what_to_do) ErrorCode::enumerator,
constexpr std::array kCodes{HOOKLINE_ERROR_CODES(HOOKLINE_CODE)};
#undef HOOKLINE_CODE

// Has an error of each code. It is never destroyed, since a worker that was left behind may still
// run while the process ends.
class SpareErrors {
 public:
  SpareErrors() : errors_() {
    for (const ErrorCode code : kCodes) {
      *of(code) = fail_without_memory(code).error();
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
    std::array<Error, kCodes.size()> errors_;  // NOLINT(*-naming)
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
    return fail_without_memory(error->code).error();
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
