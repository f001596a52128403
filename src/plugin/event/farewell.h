#pragma once

#include <atomic>

#include "hookline/loop.h"
#include "hookline/script_host.h"
#include "plugin/functions/host_port.h"
#include "plugin/functions/script_context.h"

namespace hookline::detail {

// Tells the host, on its thread, that a run of a script has ended. It is a part of that run, so
// that telling needs no memory. A host that has shut down is not told.
//
// Thread safety: any thread.
class Farewell final : private Job {
 public:
  // `context` is that of the run, and must live until the port is closed.
  explicit Farewell(const ScriptContext& context) : context_(context) {}

  // Does nothing if it was called before.
  void tell() noexcept {
    if (!is_told_.exchange(true)) {
      context_.port->post(*this);
    }
  }

 private:
  void run() noexcept override { context_.host->on_script_unloaded(context_.caller); }
  void discard() noexcept override {}

  const ScriptContext& context_;
  std::atomic<bool> is_told_{false};
};

}  // namespace hookline::detail
