#pragma once

#include "hookline/executor.h"
#include "plugin/functions/host_port.h"

namespace hookline::detail {

// The host's thread as a place where jobs run: in order with the calls of scripts, whenever that
// thread looks. Jobs that are posted to a closed port are discarded, on the thread that posts.
//
// Thread safety: as for every Executor.
class HostExecutor final : public Executor {
 public:
  // `port` must outlive this.
  explicit HostExecutor(HostPort& port) : port_(port) {}

  void post(Job& job) noexcept override;

 private:
  HostPort& port_;
};

}  // namespace hookline::detail
