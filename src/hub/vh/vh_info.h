#pragma once

#include <string_view>

#include "hookline/error.h"
#include "hookline/value.h"
#include "hub/session/roster.h"
#include "hub/session/script_bots.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

// Has the functions of `vh` that change what is known about users and bots.
//
// Thread safety: the hub's thread.
class VhInfo {
 public:
  // The references must outlive this.
  VhInfo(Roster& roster, const ScriptBots& bots) : roster_(roster), bots_(bots) {}

  Result<Value> set_my_info(const VhArgs& args);
  Result<Value> set_my_info_flag(const VhArgs& args);
  Result<Value> unset_my_info_flag(const VhArgs& args);
  Result<Value> set_user_ip(const VhArgs& args);

 private:
  [[nodiscard]] UserPtr find_known(std::string_view nick) const;
  void show(UserPtr user);
  Result<Value> change_flags(const VhArgs& args, bool is_set);

  Roster& roster_;
  const ScriptBots& bots_;
};

}  // namespace hookline::hub
