#pragma once

#include <vector>

#include "hookline/loop.h"

namespace hookline {

// Keeps jobs until the test asks for them, but does not own them: the test runs or discards each.
class LateExecutor final : public Executor {
 public:
  void post(Job& job) noexcept override { jobs.push_back(&job); }
  std::vector<Job*> jobs;
};

}  // namespace hookline
