#pragma once

#include <string>

#include "hookline/call.h"
#include "hookline/error.h"
#include "hookline/script_host.h"
#include "hookline/verlihub/module.h"
#include "hub/hub_core.h"
#include "hub/vh/vh_hub.h"

namespace hookline::hub {

// Gives the scripts the module `vh`, and is told what happens to them.
//
// Thread safety: as Host requires.
class HubHost final : public Host {
 public:
  // `core` must outlive this.
  explicit HubHost(HubCore& core);

  // Makes the module of the scripts, whose functions use this: it must outlive the ScriptHost that
  // gets the module. Fails if a function is missing.
  [[nodiscard]] Result<Module> module(const verlihub::Identity& identity);

  void on_script_named(const std::string& name, const std::string& version,
                       const Caller& caller) override;
  void on_script_unloaded(const Caller& caller) override;
  // Passes it on to the operators.
  void on_script_notice(const Caller& caller, const std::string& notice) override;

 private:
  const HubConfig& config_;
  ScriptNames& names_;
  ScriptBots& script_bots_;
  Announcer& announcer_;
  VhHub vh_;
};

}  // namespace hookline::hub
