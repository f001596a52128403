#include "dispatch/owned_request.h"

namespace hookline {
namespace {

// So that one huge argument does not stay in memory for ever.
constexpr std::size_t kKeptText = 4096;

}  // namespace

void OwnedRequest::clear() noexcept {
  for (std::size_t i = 0; i < count_; ++i) {
    const auto* const text = args_[i].as<std::string>();
    if (text == nullptr || text->capacity() > kKeptText) {
      args_[i] = Value();
    }
  }
  count_ = 0;
  text_ = TextMode::kExact;
}

}  // namespace hookline
