#pragma once

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/base/clocks.h"
#include "hub/base/stop_switch.h"
#include "hub/config/config.h"
#include "hub/scripts/other_scripts.h"
#include "hub/scripts/script_events.h"
#include "hub/session/roster.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

// Implements the functions of `vh` that control the hub, and those with which scripts talk to each
// other.
//
// Thread safety: the hub's thread, except get_serv_freq(): any thread.
class VhControl {
 public:
  // The references must outlive this.
  VhControl(const HubConfig& config, Clock& clock, const TurnRate& turns, StopSwitch& stop,
            const Roster& roster, ScriptEvents& scripts, OtherScripts& others)
      : config_(config),
        clock_(clock),
        turns_(turns),
        stop_(stop),
        roster_(roster),
        scripts_(scripts),
        others_(others) {}

  [[nodiscard]] Result<Value> get_serv_freq(const VhArgs& args) const;
  Result<Value> parse_command(const VhArgs& args);
  Result<Value> stop_hub(const VhArgs& args);
  Result<Value> script_command(const VhArgs& args);
  // The answer comes when the other scripts have answered, or their deadline has passed.
  Future<Value> script_query(const VhArgs& args);

 private:
  const HubConfig& config_;
  Clock& clock_;
  const TurnRate& turns_;
  StopSwitch& stop_;
  const Roster& roster_;
  ScriptEvents& scripts_;
  OtherScripts& others_;
};

}  // namespace hookline::hub
