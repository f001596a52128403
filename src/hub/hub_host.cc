#include "hub/hub_host.h"

#include "hookline/script_info.h"
#include "hub/base/text.h"
#include "hub/vh/vh_module.h"

namespace hookline::hub {

HubHost::HubHost(HubCore& core)
    : config_(core.config()),
      names_(core.script_names()),
      script_bots_(core.bots()),
      announcer_(core.announcer()),
      vh_{{.config = core.config(),
           .directory = core.directory(),
           .settings = core.settings(),
           .geo = core.geo(),
           .turns = core.turns()},
          core.clock(),
          core.stop_switch(),
          core.roster(),
          core.bots(),
          core.scripts(),
          core.other_scripts(),
          core.announcer(),
          core.moderation(),
          core.accounts(),
          core.live_settings(),
          core.state().registrations(),
          core.state().bans(),
          core.state().restrictions(),
          core.state().sql()} {}

Result<Module> HubHost::module(const verlihub::Identity& identity) {
  return make_vh_module(vh_, identity);
}

void HubHost::on_script_named(const std::string& name, const std::string& version,
                              const Caller& caller) {
  names_.set(caller, hub_text(config_.encoding, name), hub_text(config_.encoding, version));
}

void HubHost::on_script_unloaded(const Caller& caller) {
  script_bots_.remove_all(caller);
  names_.forget(caller);
}

void HubHost::on_script_notice(const Caller& caller, const std::string& notice) {
  announcer_.tell_of_script(caller, notice);
}

}  // namespace hookline::hub
