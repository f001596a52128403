#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "hookline/value.h"

namespace hookline::detail {

// A text, an int or a float: what most arguments are. A text is somebody else's, and must outlive
// this.
//
// Thread safety: as for std::string_view.
class Scalar {
 public:
  // The letters are those of the tables of hooks and formats.
  enum class Kind : char { kText = 's', kInt = 'l', kDouble = 'd' };

  // Nothing yet, so that an array of them costs nothing. May only be assigned to.
  Scalar() noexcept {}  // NOLINT(*-member-init, *-equals-default): the latter would clear it
  explicit Scalar(std::string_view text) noexcept
      // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): its size is kept as well
      : content_{.start = text.data()}, size_(text.size()), kind_(Kind::kText) {}
  explicit Scalar(std::int64_t number) noexcept
      : content_{.integer = number}, size_(0), kind_(Kind::kInt) {}
  explicit Scalar(double number) noexcept
      : content_{.real = number}, size_(0), kind_(Kind::kDouble) {}

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  // Each REQUIRES that kind.
  [[nodiscard]] std::string_view text() const noexcept { return {content_.start, size_}; }
  [[nodiscard]] std::int64_t integer() const noexcept { return content_.integer; }
  [[nodiscard]] double real() const noexcept { return content_.real; }

  [[nodiscard]] Value to_value() const;
  // A view of `value` if it is one of these.
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
