#include "marshal/packed_scalars.h"

namespace hookline {

void PackedScalars::append_to_spill(const void* bytes, std::size_t size) {
  if (!spilled_) {
    spill_.assign(inline_.data(), used_);
    spilled_ = true;
  }
  if (size != 0) {
    spill_.append(static_cast<const char*>(bytes), size);
  }
}

void PackedScalars::clear_spill() noexcept {
  constexpr std::size_t kKept = 4096;
  if (spill_.capacity() > kKept) {
    spill_ = std::string();
  }
  spill_.clear();
  spilled_ = false;
}

}  // namespace hookline
