#pragma once

#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/commands/accounts.h"
#include "hub/scripts/other_scripts.h"
#include "hub/store/registrations.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

// Implements the functions of `vh` for accounts.
//
// Thread safety: the hub's thread. The futures complete, on any thread, when the change is durable.
class VhAccounts {
 public:
  // The references must outlive this.
  VhAccounts(const HubConfig& config, Accounts& accounts, Registrations& registrations,
             OtherScripts& others)
      : config_(config), accounts_(accounts), registrations_(registrations), others_(others) {}

  Future<Value> add_reg_user(const VhArgs& args);
  Future<Value> del_reg_user(const VhArgs& args);
  Future<Value> set_reg_class(const VhArgs& args);

 private:
  const HubConfig& config_;
  Accounts& accounts_;
  Registrations& registrations_;
  OtherScripts& others_;
};

}  // namespace hookline::hub
