#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "hookline/result.h"
#include "hookline/value.h"
#include "hub/config/config.h"
#include "hub/scripts/script_events.h"
#include "hub/session/announcer.h"
#include "hub/session/roster.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

// The functions of `vh` with which scripts send something to users.
//
// Thread safety: the hub's thread.
class VhSends {
 public:
  // The references must outlive this.
  VhSends(const HubConfig& config, Roster& roster, Announcer& announcer, ScriptEvents& scripts)
      : config_(config), roster_(roster), announcer_(announcer), scripts_(scripts) {}

  // The delay of the raw sends allows the hub to send them together with later data, which it
  // always does.
  Result<Value> send_data_to_user(const VhArgs& args);
  Result<Value> send_data_to_all(const VhArgs& args);
  Result<Value> send_to_active(const VhArgs& args);
  Result<Value> send_to_passive(const VhArgs& args);
  Result<Value> send_to_active_class(const VhArgs& args);
  Result<Value> send_to_passive_class(const VhArgs& args);
  Result<Value> send_to_op_chat(const VhArgs& args);
  Result<Value> send_pm_to_all(const VhArgs& args);
  Result<Value> mc(const VhArgs& args);
  Result<Value> usermc(const VhArgs& args);
  Result<Value> classmc(const VhArgs& args);
  Result<Value> pm(const VhArgs& args);

 private:
  Result<Value> send_to_mode(const VhArgs& args, bool is_active, std::int64_t min_class,
                             std::int64_t max_class);
  void tell_of_bot_message(const VhArgs& args, std::size_t nick_at, std::int64_t min_class,
                           std::int64_t max_class);
  [[nodiscard]] std::string chat_as(const VhArgs& args, std::size_t nick_at) const;

  const HubConfig& config_;
  Roster& roster_;
  Announcer& announcer_;
  ScriptEvents& scripts_;
};

}  // namespace hookline::hub
