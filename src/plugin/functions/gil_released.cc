#include "plugin/functions/gil_released.h"

#include <utility>

namespace hookline::detail {

GilReleased*& GilReleased::innermost() noexcept {
  static thread_local GilReleased* released = nullptr;
  return released;
}

GilReleased::GilReleased()
    : outer_(std::exchange(innermost(), this)), state_(PyEval_SaveThread()) {}

GilReleased::~GilReleased() {
  PyEval_RestoreThread(state_);
  innermost() = outer_;
}

GilRegained::GilRegained() : released_(std::exchange(GilReleased::innermost(), nullptr)) {
  if (released_ != nullptr) {
    PyEval_RestoreThread(released_->state_);
  }
}

GilRegained::~GilRegained() {
  if (released_ != nullptr) {
    released_->state_ = PyEval_SaveThread();
    GilReleased::innermost() = released_;
  }
}

}  // namespace hookline::detail
