#pragma once

#include "hookline/executor.h"
#include "plugin/functions/host_port.h"

namespace hookline::detail {

// Runs jobs on the host's thread when that thread runs its port, in order with the calls of
// scripts. Jobs that are posted to a closed port are discarded on the thread that posts them.
//
// Thread safety: see Executor.
class HostExecutor final : public Executor {
 public:
  // `port` must outlive this.
  explicit HostExecutor(HostPort& port) : port_(port) {}

  void post(Job& job) noexcept override;

 private:
  HostPort& port_;
};

}  // namespace hookline::detail
