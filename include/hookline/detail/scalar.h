#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "hookline/value.h"

#pragma GCC visibility push(default)
namespace hookline::detail {

// Holds a view of a text, or an int or a float, which most arguments are. It does not own the text,
// which must outlive it. Thread safety: as for std::string_view.
class Scalar {
 public:
  // The letters are those of format strings (marshal/format.h).
  enum class Kind : char { kText = 's', kInt = 'l', kDouble = 'd' };

  // Leaves the object uninitialized, so that an array of them costs nothing. Assign to it first.
  Scalar() noexcept {}  // NOLINT(*-member-init, *-equals-default): = default would clear it
  explicit Scalar(std::string_view text) noexcept
      // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): the size is stored too
      : content_{.start = text.data()}, size_(text.size()), kind_(Kind::kText) {}
  explicit Scalar(std::int64_t number) noexcept
      : content_{.integer = number}, size_(0), kind_(Kind::kInt) {}
  explicit Scalar(double number) noexcept
      : content_{.real = number}, size_(0), kind_(Kind::kDouble) {}

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  // Each of these REQUIRES that kind().
  [[nodiscard]] std::string_view text() const noexcept { return {content_.start, size_}; }
  [[nodiscard]] std::int64_t integer() const noexcept { return content_.integer; }
  [[nodiscard]] double real() const noexcept { return content_.real; }

  [[nodiscard]] Value to_value() const;
  // Returns a view of `value`, or nullopt if it is of another kind.
  [[nodiscard]] static std::optional<Scalar> of(const Value& value) noexcept;

 private:
  union {
    const char* start;
    std::int64_t integer;
    double real;
  } content_;
  std::size_t size_;
  Kind kind_;
};

}  // namespace hookline::detail
#pragma GCC visibility pop
