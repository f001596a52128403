#pragma once

#include "dispatch/base/job_list.h"
#include "hookline/loop.h"

namespace hookline {

using namespace detail;

// Keeps jobs until the test runs them. Discards those that are left at its end.
class HeldExecutor final : public Executor {
 public:
  void post(Job& job) noexcept override { jobs.append(job); }
  void run_all() {
    while (!jobs.empty()) {
      jobs.take_first().run();
    }
  }
  JobList jobs;
};

}  // namespace hookline
