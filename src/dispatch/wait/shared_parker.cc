#include "hookline/detail/shared_parker.h"

namespace hookline::detail {

const SharedParker::Ref& SharedParker::of_this_thread() {
  static thread_local const Ref kParker = make();
  return kParker;
}

void SharedParker::destroy() noexcept { delete this; }

}  // namespace hookline::detail
