#include "hookline/executor.h"

#include <memory>

namespace hookline {

InlineExecutor& InlineExecutor::instance() noexcept {
  // Never destroyed: a worker that a shutdown has left behind may be at work while the process
  // ends.
  static auto* const kInstance = std::make_unique<InlineExecutor>().release();
  return *kInstance;
}

}  // namespace hookline
