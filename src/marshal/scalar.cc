#include "hookline/detail/scalar.h"

namespace hookline::detail {

Value Scalar::to_value() const {
  switch (kind_) {
    case Kind::kText:
      return text();
    case Kind::kInt:
      return content_.integer;
    case Kind::kDouble:
      break;
  }
  return content_.real;
}

std::optional<Scalar> Scalar::of(const Value& value) noexcept {
  if (const auto* text = value.as<std::string>()) {
    return Scalar(std::string_view(*text));
  }
  if (const auto* integer = value.as<std::int64_t>()) {
    return Scalar(*integer);
  }
  if (const auto* real = value.as<double>()) {
    return Scalar(*real);
  }
  return std::nullopt;
}

}  // namespace hookline::detail
