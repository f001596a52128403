#include <string>

#include "hookline/value.h"

namespace hookline {

namespace {

const Value& none() noexcept {
  static const Value kNone;
  return kNone;
}

}  // namespace

Argument::Argument(std::nullptr_t) noexcept : Argument(none()) {}

Argument::Argument(const Value& value) noexcept
    : content_{.value = &value}, size_(0), kind_(ArgKind::kAny) {
  if (const auto* text = value.as<std::string>()) {
    *this = Argument(*text);
  } else if (const auto* integer = value.as<std::int64_t>()) {
    *this = Argument(*integer);
  } else if (const auto* real = value.as<double>()) {
    *this = Argument(*real);
  } else if (const auto* flag = value.as<bool>()) {
    *this = Argument(*flag);
  } else if (const auto* bytes = value.as<Bytes>()) {
    *this = Argument(*bytes);
  }
}

Value Argument::to_value() const {
  switch (kind_) {
    case ArgKind::kStr:
      return text();
    case ArgKind::kBytes:
      return Bytes{std::string(text())};
    case ArgKind::kInt:
      return integer();
    case ArgKind::kFloat:
      return real();
    case ArgKind::kBool:
      return flag();
    case ArgKind::kAny:
      break;
  }
  return value();
}

}  // namespace hookline
