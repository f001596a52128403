#include "dispatch/executor.h"

namespace hookline {

InlineExecutor& InlineExecutor::instance() noexcept {
  static InlineExecutor executor;
  return executor;
}

}  // namespace hookline
