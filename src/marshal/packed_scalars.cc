#include "marshal/packed_scalars.h"

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

char* PackedScalars::grow_spill(std::size_t size) {
  if (!spilled_) {
    spill_.assign(inline_.data(), used_);
    spilled_ = true;
  }
  const std::size_t before = spill_.size();
  const std::size_t after = before + size;
  // resize() would write zeros that are then overwritten. The function ignores its size argument:
  // libstdc++ 12 passes the capacity.
  spill_.resize_and_overwrite(after, [after](char*, std::size_t) { return after; });
  return spill_.data() + before;
}

void PackedScalars::clear_spill() noexcept {
  constexpr std::size_t kKept = 4096;
  if (spill_.capacity() > kKept) {
    std::string().swap(spill_);  // an assignment would keep the memory in libstdc++
  }
  spill_.clear();
  spilled_ = false;
}

}  // namespace hookline::detail
