#pragma once

#include <span>
#include <string>
#include <string_view>

#include "hookline/call.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/verlihub/functions.h"
#include "hub/hub_core.h"
#include "hub/vh/vh_accounts.h"
#include "hub/vh/vh_args.h"
#include "hub/vh/vh_bots.h"
#include "hub/vh/vh_control.h"
#include "hub/vh/vh_geo.h"
#include "hub/vh/vh_info.h"
#include "hub/vh/vh_moderation.h"
#include "hub/vh/vh_sends.h"
#include "hub/vh/vh_settings.h"
#include "hub/vh/vh_users.h"

namespace hookline::hub {

// Serves the functions of the `vh` module to the scripts, and is told what happens to these.
// docs/hub.md describes each function.
//
// Thread safety: as verlihub::Functions and Host require. The functions that run on the caller's
// thread only read the directory and the settings.
class HubHost final : public Host, public verlihub::Functions {
 public:
  // `core` must outlive this.
  explicit HubHost(HubCore& core);

  [[nodiscard]] Result<Value> call(Vh function, std::span<const Value> args,
                                   const Caller& caller) override;
  [[nodiscard]] Future<Value> start(Vh function, std::span<const Value> args,
                                    const Caller& caller) override;
  [[nodiscard]] Result<Value> read(Vh function, std::span<const std::string_view> texts,
                                   const Caller& caller) override;
  void on_script_named(const std::string& name, const std::string& version,
                       const Caller& caller) override;
  void on_script_unloaded(const Caller& caller) override;
  // Passes it on to the operators.
  void on_script_notice(const Caller& caller, const std::string& notice) override;

 private:
  struct Row;
  static std::span<const Row> rows() noexcept;
  [[nodiscard]] Result<Value> run(Vh function, const VhArgs& args);

  const HubConfig& config_;
  ScriptNames& names_;
  ScriptBots& script_bots_;
  Announcer& announcer_;
  VhSends sends_;
  VhUsers users_;
  VhInfo info_;
  VhGeo geo_;
  VhBots bots_;
  VhModeration moderation_;
  VhAccounts accounts_;
  VhSettings settings_;
  VhControl control_;
};

}  // namespace hookline::hub
