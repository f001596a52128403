#include "marshal/packed_arguments.h"

namespace hookline::detail {

List PackedView::copy() const {
  List copies;
  copies.reserve(size());
  PackedReader reader(bytes);
  for (const ArgKind kind : kinds) {
    copies.push_back(reader.next(kind).to_value());
  }
  return copies;
}

char* PackedArguments::grow_spill(std::size_t size) {
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

void PackedArguments::clear_spill() noexcept {
  constexpr std::size_t kKept = 4096;
  if (spill_.capacity() > kKept) {
    std::string().swap(spill_);  // an assignment would keep the memory in libstdc++
  }
  spill_.clear();
  spilled_ = false;
}

}  // namespace hookline::detail
