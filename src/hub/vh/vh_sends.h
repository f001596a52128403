#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/call.h"
#include "hookline/error.h"
#include "hookline/value.h"
#include "hub/config/config.h"
#include "hub/scripts/script_events.h"
#include "hub/session/announcer.h"
#include "hub/session/roster.h"
#include "hub/vh/vh_args.h"
#include "plugin/types/log.h"

namespace hookline::hub {

// Has the functions of `vh` with which scripts send something to users. Users for whom much of this
// script is waiting do not get it: a script that sends more than they read must not have them
// disconnected, nor keep out what others send. The functions return False then, and the log and the
// operators are told.
//
// Thread safety: the hub's thread.
class VhSends {
 public:
  // The references must outlive this.
  VhSends(const HubConfig& config, Roster& roster, ScriptEvents& scripts, Announcer& announcer)
      : config_(config), roster_(roster), scripts_(scripts), announcer_(announcer) {}

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
  // Offers each of `users` a line. Returns whether all of them got it.
  bool offer(const VhArgs& args, std::span<Session* const> users, std::string_view line);
  // Says that a script sends too much, as far as the budget of its notices goes.
  void tell_of_left_out(const Caller& script, std::size_t users, std::size_t bytes);
  [[nodiscard]] std::vector<Session*> of_classes(std::int64_t min_class,
                                                 std::int64_t max_class) const;
  Result<Value> send_to_mode(const VhArgs& args, bool is_active, std::int64_t min_class,
                             std::int64_t max_class);
  void tell_of_bot_message(const VhArgs& args, std::size_t nick_at, std::int64_t min_class,
                           std::int64_t max_class);
  [[nodiscard]] std::string chat_as(const VhArgs& args, std::size_t nick_at) const;

  const HubConfig& config_;
  Roster& roster_;
  ScriptEvents& scripts_;
  Announcer& announcer_;
  std::map<ScriptId, detail::LogBudget> notices_;  // of scripts that have sent too much
};

}  // namespace hookline::hub
