#include "marshal/owned_request.h"

namespace hookline::detail {

void OwnedRequest::add_value(Value value) {
  if (const Argument arg(value); can_pack(arg)) {
    add(arg);
  } else {
    add_as_value(std::move(value));
  }
}

void OwnedRequest::add_as_value(Value value) {
  if (count_ > 0) {
    args_ = view().copy_args();
    clear_packed();
  }
  args_.push_back(std::move(value));
}

char* OwnedRequest::grow_spill(std::size_t size) {
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

void OwnedRequest::clear_packed() noexcept {
  constexpr std::size_t kKept = 4096;
  count_ = 0;
  used_ = 0;
  if (spilled_) [[unlikely]] {
    if (spill_.capacity() > kKept) {
      std::string().swap(spill_);  // an assignment would keep the memory in libstdc++
    }
    spill_.clear();
    spilled_ = false;
  }
}

void OwnedRequest::clear() noexcept {
  clear_packed();
  args_.clear();
  text_ = TextMode::kExact;
  extras_.reset();
}

}  // namespace hookline::detail
