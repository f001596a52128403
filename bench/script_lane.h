#pragma once

#include <cstdint>
#include <memory>

#include "bench/form.h"
#include "dispatch/worker/worker_pool.h"

namespace hookline::bench {

using namespace detail;

// Runs bench/scripts/events.py in an interpreter and on a worker of its own.
class ScriptLane {
 public:
  explicit ScriptLane(MailboxOptions mailbox = {});
  ScriptLane(const ScriptLane&) = delete;
  ScriptLane& operator=(const ScriptLane&) = delete;
  ~ScriptLane();

  [[nodiscard]] Mailbox& mailbox() { return lane_->mailbox(); }
  // Returns the resolved function of a form.
  [[nodiscard]] static std::uint32_t function(Form form);

 private:
  WorkerPool pool_;
  std::shared_ptr<Lane> lane_;
};

}  // namespace hookline::bench
